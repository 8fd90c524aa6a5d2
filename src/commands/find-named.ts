import { METADATA_ONLY, ofList } from '../cluster/metadata-only.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { concurrencyLimiter } from '../concurrency-limiter.ts';
import { explainAsKubectl } from '../lifecycle/errors/kubectl-words.ts';
import { onceForEach } from '../once-for-each.ts';
import type { DeploymentName } from '../progress/progress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { nearestWord } from '../text/nearest-word.ts';

/** A uid, as the API server gives them: RFC 9562. */
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** There may be thousands of them in files. */
const AT_A_TIME = 20;

/** Whoever misses more of them has not mistyped each, but is in another namespace. */
const MOST_MISTYPED = 10;

/**
 * For each of the names its deployment; or else the one of this ID, which `create` prints: its uid. The API server selects no
 * objects by their uid, so all of the namespace are asked for, once. Throws Failure where it cannot be asked.
 */
export async function findNamed(
  cluster: SeldonCluster,
  named: readonly DeploymentName[],
): Promise<(SeldonDeployment | undefined)[]> {
  const inTurn = concurrencyLimiter(AT_A_TIME);
  const allIn = onceForEach(
    (namespace: string) =>
      cluster.listDeployments(namespace).catch((error) => explainAsKubectl(error, 'list seldondeployments')),
    String,
  );
  const find = async ({ namespace, name }: DeploymentName) => {
    const found = await cluster
      .read(namespace, name)
      .catch((error) => explainAsKubectl(error, `read seldondeployment "${name}"`));
    if (found || !UID.test(name)) return found;
    return (await allIn(namespace)).find(({ metadata }) => metadata.uid === name);
  };
  return await Promise.all(named.map((one) => inTurn(() => find(one))));
}

/**
 * For each of the names that there are not the one that may have been meant, if one is near. Where the names may not be read,
 * there is none to offer.
 */
export async function nearestNames(
  cluster: SeldonCluster,
  missing: readonly DeploymentName[],
): Promise<(string | undefined)[]> {
  if (missing.length > MOST_MISTYPED) return missing.map(() => undefined);
  const namesIn = onceForEach(async (namespace: string) => {
    const all = await cluster.listDeployments(namespace, { accept: ofList(METADATA_ONLY) }).catch(() => []);
    return all.map(({ metadata }) => metadata.name);
  }, String);
  return await Promise.all(missing.map(async ({ namespace, name }) => nearestWord(name, await namesIn(namespace))));
}
