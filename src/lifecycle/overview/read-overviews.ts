import type { Advice } from '../../advice/advice.ts';
import type { Clock } from '../../clock.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { deployments as deploymentKind, seldonDeployments } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import type { Deployment } from '../../kubernetes/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';
import { whenListed } from '../snapshot.ts';
import { type Overview, overviewOf } from './overview.ts';

/** The Deployments of a namespace, or of all; undefined, with a word of it, where they may not be read. */
export async function readDeployments(
  cluster: SeldonCluster,
  namespace: string | undefined,
  tell: (warning: Advice) => void,
): Promise<Deployment[] | undefined> {
  try {
    return await cluster.list<Deployment>(deploymentKind, namespace);
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 403) explainAsKubectl(error, 'list deployments');
    tell(`what the operator says cannot be checked: ${error.message}`);
    return undefined;
  }
}

/** Each deployment with the Deployments that it owns, by uid. */
export function overviewsOf(
  found: readonly SeldonDeployment[],
  deployments: readonly Deployment[] | undefined,
): Overview[] {
  return found.map((one) => {
    const isOwn = ({ metadata }: Deployment) =>
      metadata.ownerReferences?.some(({ uid }) => uid === one.metadata.uid) ?? false;
    return overviewOf(one, deployments?.filter(isOwn));
  });
}

export interface WatchedOverviews {
  cluster: SeldonCluster;
  namespace: string | undefined;
  /** Whether it is one of those that were asked for. */
  isMeant(deployment: SeldonDeployment): boolean;
  tell(warning: Advice): void;
  clock: Clock;
  signal: AbortSignal;
}

/** Tells of every deployment that is meant how it is, and again whenever that may have changed, until the signal aborts. */
export async function watchOverviews(
  { cluster, namespace, isMeant, tell, clock, signal }: WatchedOverviews,
  see: (overviews: readonly Overview[]) => void,
): Promise<void> {
  const last = new Map<string, SeldonDeployment>();
  let listed = false;
  const overview = (uid: string): Overview | undefined => {
    const live = watch.cache.get(uid) as SeldonDeployment | undefined;
    const known = last.get(uid);
    if (live) {
      last.set(uid, live);
      return overviewOf(live, watch.cache.ownedBy(uid).deployments);
    }
    last.delete(uid);
    return known && { deployment: known, state: 'Deleted', pods: { available: 0, desired: 0, there: 0 } };
  };
  const look = (uid: string) => {
    const one = listed ? overview(uid) : undefined;
    // It is looked at again when the watches have caught up.
    const isDoubtful = one?.state === 'Available' && watch.cache.staleKinds.length > 0;
    if (one && !isDoubtful) see([one]);
    if (!last.has(uid)) stops.get(uid)?.();
    if (!last.has(uid)) stops.delete(uid);
  };
  const stops = new Map<string, () => void>();
  const watch = cluster.informerFor(
    namespace,
    {
      event: () => {},
      known: (uid) => {
        const object = watch.cache.get(uid) as SeldonDeployment | undefined;
        if (object?.kind !== 'SeldonDeployment' || last.has(uid) || !isMeant(object)) return;
        last.set(uid, object);
        stops.set(
          uid,
          watch.cache.onChange(uid, () => look(uid)),
        );
        look(uid);
      },
      notice: (_, message) => tell(message),
    },
    { clock, signal },
  );
  await watch
    .open([seldonDeployments(cluster.resource), deploymentKind], { withEvents: false })
    .catch((error) => explainAsKubectl(error, 'watch seldondeployments'));
  await whenListed(watch.cache, signal);
  listed = true;
  see([...last.keys()].flatMap((uid) => overview(uid) ?? []));
}
