import type { KubernetesEvent } from '../cluster/objects.ts';
import { isNewer } from '../cluster/watch.ts';
import type { Ancestry } from './event-stream.ts';
import { reportedEvent } from './reported-event.ts';

/**
 * Of a namespace's Events those of the objects with these uids and of everything that they own, by uid, so that an
 * earlier object of the same name stays out. Objects that are gone already have no owner to be asked for: they are known
 * by the Events in which their owners say that they made them.
 */
export function ownEvents(
  events: readonly KubernetesEvent[],
  owners: ReadonlySet<string>,
  objects: Ancestry,
): KubernetesEvent[] {
  const own = new Set(events.filter((event) => objects.ancestry(uidOf(event)).some((uid) => owners.has(uid))));
  const orphans = new Set(events.filter((event) => !own.has(event) && !objects.get(uidOf(event))));
  const made = new Set([...own].flatMap(madeBy));
  // What is made makes others in turn: a Deployment its ReplicaSets, those their pods.
  for (let more = true; more; ) {
    const found = [...orphans].filter((event) => made.has(nameOf(event)));
    for (const event of found) {
      own.add(event);
      orphans.delete(event);
      for (const name of madeBy(event)) made.add(name);
    }
    more = found.length > 0;
  }
  return events.filter((event) => own.has(event));
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

function nameOf({ involvedObject: { kind = '', namespace = '', name = '' } }: KubernetesEvent): string {
  return `${kind} ${namespace}/${name}`;
}

/** pkg/controller/controller_utils.go, pkg/controller/deployment/sync.go; the names end in letters drawn by lot or a hash. */
function madeBy({ involvedObject: { namespace = '' }, message = '' }: KubernetesEvent): string[] {
  const [, pod] = /^Created pod: (\S+)$/.exec(message) ?? [];
  const [, replicaSet] = /^Scaled (?:up|down) replica set (\S+) /.exec(message) ?? [];
  return [
    ...(pod ? [`Pod ${namespace}/${pod}`] : []),
    ...(replicaSet ? [`ReplicaSet ${namespace}/${replicaSet}`] : []),
  ];
}
