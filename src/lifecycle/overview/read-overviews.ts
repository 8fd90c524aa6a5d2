import type { Advice } from '../../advice/advice.ts';
import {
  deployments as deploymentKind,
  pods as podKind,
  replicaSets as replicaSetKind,
  seldonDeployments,
} from '../../cluster/kinds.ts';
import { reportedEvent } from '../../events/reported-event.ts';
import { byOwner } from '../../kubernetes/by-owner.ts';
import type { Deployment } from '../../kubernetes/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { DeploymentInformer, type WatchedDeployments } from '../deployment-informer.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';
import { SeenEvents } from '../seen-events.ts';
import { observe } from '../waits/wait-on.ts';
import { type Overview, overviewOf } from './overview.ts';
import { isDown } from './state-word.ts';

/** Each deployment with the Deployments that it owns, by uid; undefined: those cannot be read. */
export function overviewsOf(
  found: readonly SeldonDeployment[],
  deployments: readonly Deployment[] | undefined,
): Overview[] {
  const owned = deployments && byOwner(deployments);
  return found.map((one) => overviewOf(one, owned && (owned.get(one.metadata.uid ?? '') ?? [])));
}

export interface WatchedOverviews extends Pick<WatchedDeployments, 'cluster' | 'namespace' | 'clock' | 'signal'> {
  /** Whether it is one of those that were asked for. */
  isMeant(deployment: SeldonDeployment): boolean;
  tell(warning: Advice): void;
  /** By uid: kept up with why those are not available that are not; undefined: nobody asks. */
  reasons: Map<string, string> | undefined;
}

/** Tells of every deployment that is meant how it is, and again whenever that may have changed, until the signal aborts. */
export async function watchOverviews(
  { tell, reasons, ...asked }: WatchedOverviews,
  see: (overviews: readonly Overview[]) => void,
): Promise<void> {
  let isSynced = false;
  const seen = new SeenEvents();
  const followed = new Set<string>();
  const overview = (deployment: SeldonDeployment, isThere: boolean): Overview =>
    isThere
      ? overviewOf(deployment, informer.cache.ownedBy(deployment.metadata.uid ?? '').deployments)
      : { deployment, state: 'Deleted', pods: { available: 0, desired: 0, there: 0 } };
  const informer = new DeploymentInformer({
    ...asked,
    kinds: [seldonDeployments(asked.cluster.resource), deploymentKind, ...(reasons ? [replicaSetKind, podKind] : [])],
    withEvents: reasons !== undefined,
    changed: (deployment, isThere) => {
      follow(deployment.metadata.uid ?? '');
      look(deployment, isThere);
    },
    notice: (_, message) => tell(message),
  });
  const look = (deployment: SeldonDeployment, isThere: boolean) => {
    if (isThere && !isSynced) return;
    const one = overview(deployment, isThere);
    // It is looked at again when the watches have caught up.
    const isDoubtful = ['Available', 'Scaled to 0'].includes(one.state) && informer.cache.staleKinds.length > 0;
    note([one]);
    if (!isDoubtful) see([one]);
  };
  const note = (overviews: readonly Overview[]) => {
    for (const { deployment, state } of overviews) {
      const uid = deployment.metadata.uid ?? '';
      const [first] = isDown(state) && reasons ? diagnose(observe(informer.cache, uid, seen)) : [];
      reasons?.set(uid, first?.reason ?? '<none>');
    }
  };
  const follow = (uid: string) => {
    if (!reasons || followed.has(uid)) return;
    followed.add(uid);
    informer.events.follow(uid, (event, whole) => {
      seen.see(event, whole);
      const live = informer.cache.get(uid) as SeldonDeployment | undefined;
      if (live) look(live, true);
    });
  };
  await informer.open().catch((error) => explainAsKubectl(error, 'watch seldondeployments'));
  await informer.synced();
  if (reasons) seen.recall((await informer.pastEvents()).map(reportedEvent));
  isSynced = true;
  const first = informer.deployments.map((one) => overview(one, true));
  note(first);
  see(first);
}
