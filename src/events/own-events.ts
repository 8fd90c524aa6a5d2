import type { KubernetesEvent } from '../cluster/objects.ts';
import { isNewer } from '../cluster/resource-version.ts';
import type { Ancestry } from './event-stream.ts';
import { podMadeBy, podOf } from './pods-made.ts';
import { reportedEvent } from './reported-event.ts';

/**
 * Of a namespace's Events those of the objects with these uids and of everything that they own, by uid, so that an
 * earlier object of the same name stays out. Pods that are gone have no owner to be asked for any more: they are known by
 * the Event in which their ReplicaSet says that it made them.
 */
export function ownEvents(
  events: readonly KubernetesEvent[],
  owners: ReadonlySet<string>,
  objects: Ancestry,
): KubernetesEvent[] {
  const own = new Set(events.filter((event) => objects.ancestry(uidOf(event)).some((uid) => owners.has(uid))));
  const made = new Set([...own].flatMap((event) => podMadeBy(event) ?? []));
  const isOfPodGone = (event: KubernetesEvent) => !objects.get(uidOf(event)) && made.has(podOf(event) ?? '');
  return events.filter((event) => own.has(event) || isOfPodGone(event));
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
