import { isNewer } from '../cluster/resource-version.ts';
import type { KubernetesEvent } from '../kubernetes/objects.ts';
import type { Ancestry } from './event-stream.ts';
import { podMadeBy, podOf } from './pods-made.ts';
import { reportedEvent } from './reported-event.ts';

/**
 * Whether an Event is one of the objects with these uids or of anything that they own, by uid, so that an earlier object
 * of the same name stays out. Pods that are gone have no owner to be asked for any more: they are known by the Event in
 * which their ReplicaSet says that it made them.
 */
export function isOwnEvent(
  owners: ReadonlySet<string>,
  objects: Ancestry,
  ofReplicaSets: readonly KubernetesEvent[],
): (event: KubernetesEvent) => boolean {
  const isOwned = (event: KubernetesEvent) => objects.ownerChain(uidOf(event)).some((uid) => owners.has(uid));
  const made = new Set(ofReplicaSets.filter(isOwned).flatMap((event) => podMadeBy(event) ?? []));
  return (event) => isOwned(event) || (!objects.get(uidOf(event)) && made.has(podOf(event) ?? ''));
}

/**
 * In the order of `kubectl events`: by when they last happened. Most have that to the second only; within one, kubectl
 * leaves the order to chance, and here it is that of their writing.
 */
export function inOrder(events: readonly KubernetesEvent[]): KubernetesEvent[] {
  const time = (event: KubernetesEvent) => reportedEvent(event).lastTime ?? 0;
  const version = ({ metadata }: KubernetesEvent) => metadata.resourceVersion ?? '0';
  return [...events].sort((one, other) => time(one) - time(other) || (isNewer(version(one), version(other)) ? 1 : -1));
}

function uidOf({ involvedObject }: KubernetesEvent): string {
  return involvedObject.uid ?? '';
}
