import { isWithheld } from '../cluster/api-failure.ts';
import { Cache } from '../cluster/cache.ts';
import { deployments, inPlural, resourceName, type WatchedKind } from '../cluster/kinds.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { mayLackSeldonId } from '../cluster/seldon-id.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { explainAsKubectl } from './errors/kubectl-words.ts';

/**
 * The cache of a namespace, or of all of them, as it is now: one list of each kind, all at the same time. A kind that
 * the server does not let be listed is told and left out; where nobody is told, it throws Failure. With a `cache`, these kinds are
 * put into that one.
 */
export async function snapshot(
  cluster: SeldonCluster,
  namespace: string | undefined,
  kinds: readonly WatchedKind[],
  tell: ((warning: string) => void) | undefined,
  cache = new Cache(cluster.serverClock),
): Promise<Cache> {
  let narrow = true;
  const put = async (kind: WatchedKind) => {
    try {
      const objects = await cluster.list<KubernetesObject>(kind, namespace, { keep: kind.keep });
      if (kind.kind === deployments.kind && objects.some(mayLackSeldonId)) narrow = false;
      cache.replace(kind.kind, objects);
    } catch (error) {
      if (!isWithheld(error) || !tell) return explainAsKubectl(error, `list ${resourceName(kind)}`);
      cache.doWithout(kind.kind);
      tell(`${inPlural(kind.kind)} are not shown: ${error.message}`);
    }
  };
  await Promise.all(kinds.map(put));
  const narrowed = kinds.filter(({ labelSelector }) => labelSelector !== undefined);
  if (!narrow) await Promise.all(narrowed.map(({ labelSelector: _, ...kind }) => put(kind)));
  return cache;
}
