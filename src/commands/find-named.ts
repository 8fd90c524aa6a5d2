import { METADATA_ONLY, ofList } from '../cluster/metadata-only.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { explainAsKubectl } from '../lifecycle/errors/kubectl-words.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { nearestWord } from '../text/nearest-word.ts';

/** A uid, as the API server gives them: RFC 9562. */
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The deployment of this name, or else of this ID, which `create` prints: its uid. The API server selects no objects by
 * their uid, so all of the namespace are asked for. Throws Failure where it cannot be asked.
 */
export async function findNamed(
  cluster: SeldonCluster,
  namespace: string,
  nameOrId: string,
): Promise<SeldonDeployment | undefined> {
  const named = await cluster
    .read(namespace, nameOrId)
    .catch((error) => explainAsKubectl(error, `read seldondeployment "${nameOrId}"`));
  if (named || !UID.test(nameOrId)) return named;
  const all = await cluster
    .listDeployments(namespace)
    .catch((error) => explainAsKubectl(error, 'list seldondeployments'));
  return all.find(({ metadata }) => metadata.uid === nameOrId);
}

/** The name of a deployment that may have been meant. Where the names may not be read, there is none to offer. */
export async function nearestName(
  cluster: SeldonCluster,
  namespace: string,
  typed: string,
): Promise<string | undefined> {
  const accept = ofList(METADATA_ONLY);
  const all = await cluster.listDeployments(namespace, { accept }).catch(() => []);
  return nearestWord(
    typed,
    all.map(({ metadata }) => metadata.name),
  );
}
