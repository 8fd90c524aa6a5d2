import { ApiFailure } from '../cluster/api-failure.ts';
import { Cache } from '../cluster/cache.ts';
import { deployments, type WatchedKind } from '../cluster/kinds.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { mayLackSeldonId } from '../cluster/seldon-id.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { explainAsKubectl } from './errors/kubectl-words.ts';

/**
 * The cache of a namespace, or of all of them, as it is now: one list of each kind, all at the same time. A kind that
 * the server does not let be listed is told and left out; where nobody is told, it throws Failure.
 */
export async function snapshot(
  cluster: SeldonCluster,
  namespace: string | undefined,
  kinds: readonly WatchedKind[],
  tell: ((warning: string) => void) | undefined,
): Promise<Cache> {
  const cache = new Cache();
  let narrow = true;
  const put = async (kind: WatchedKind) => {
    try {
      const objects = await cluster.list<KubernetesObject>(kind, namespace, { keep: kind.keep });
      if (kind.kind === deployments.kind && objects.some(mayLackSeldonId)) narrow = false;
      cache.replace(kind.kind, objects);
    } catch (error) {
      const isWithheld = error instanceof ApiFailure && (error.status === 403 || error.status === 404);
      if (!isWithheld || !tell) return explainAsKubectl(error, `list ${kind.resource}`);
      cache.doWithout(kind.kind);
      tell(`the ${kind.kind}s are left out: ${error.message}`);
    }
  };
  await Promise.all(kinds.map(put));
  const narrowed = kinds.filter(({ labelSelector }) => labelSelector !== undefined);
  if (!narrow) await Promise.all(narrowed.map(({ labelSelector: _, ...kind }) => put(kind)));
  return cache;
}

/** Resolves when every kind that the cache is to show has been listed once; rejects with the signal's reason. */
export function whenListed(cache: Cache, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      stopListening();
      signal.removeEventListener('abort', aborted);
    };
    const aborted = () => {
      end();
      reject(signal.reason);
    };
    const look = () => {
      if (cache.unsyncedKinds.length > 0) return;
      end();
      resolve();
    };
    // Whoever listens is told of every first list, whatever object it listens to.
    const stopListening = cache.onChange('', look);
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
    else look();
  });
}
