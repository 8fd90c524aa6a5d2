import { deleteObject } from '../api-server/delete-object.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { timestamp } from '../api-server/timestamps.ts';
import { updateStatus } from '../api-server/update-object.ts';
import type { EventRecorder } from '../event-recorder.ts';
import { controllerQueue } from './controller-queue.ts';
import { nextStage, type PodStage } from './pod-stages.ts';
import { storeEvents } from './store-events.ts';
import { type Condition, keyOf, type Pod, type PodStatus, splitKey, type WorkloadTypes } from './workload-objects.ts';

const manager = 'kubelet';

/** Pods that start or end together are not ready or gone in the same instant: milliseconds between one and the next. */
const stagger = 10;

/** Plays the pods that are bound to a node: stage after stage, as their images' tags tell it. */
export function startKubelet(store: Store, types: WorkloadTypes): () => void {
  const recorder = storeEvents(store, { component: 'kubelet', host: 'node-0' }, manager);
  const addresses = new Addresses();
  /** The stage a pod is waiting for; a change that leads to another one makes it wait anew. */
  const waiting = new Map<string, PodStage>();
  const queue = controllerQueue(store, (key) => {
    const stage = waiting.get(key);
    waiting.delete(key);
    if (stage) play(store, types, recorder, addresses, key, stage);
  });
  const nodes = store.typeOf('', 'nodes') as ResourceType;
  /** A pod that is bound by its spec to a node that is not there has no kubelet; when it is deleted, the pod collector takes it. */
  const isOurs = ({ spec: { nodeName }, metadata }: Pod) =>
    nodeName === undefined ||
    metadata.deletionTimestamp !== undefined ||
    store.find(nodes, undefined, nodeName) !== undefined;
  let staggered = 0;
  const consider = (pod: Pod) => {
    const key = keyOf(pod);
    const stage = isOurs(pod) ? nextStage(pod) : undefined;
    if (!stage) {
      waiting.delete(key);
      return;
    }
    const current = waiting.get(key);
    if (current && current.name === stage.name && current.uid === stage.uid) return;
    waiting.set(key, stage);
    queue.drop(key);
    const isStaggered = stage.name === 'ready' || stage.name === 'kill';
    const offset = isStaggered ? (staggered++ % 4) * stagger : 0;
    queue.addAfter(key, stage.delay + offset);
  };
  for (const pod of store.list(types.pods)) consider(pod as Pod);
  const stop = store.subscribe(types.pods, ({ type, object }) => {
    if (type !== 'DELETED') return consider(object as Pod);
    waiting.delete(keyOf(object));
    addresses.release(object.metadata.uid);
  });
  return () => {
    stop();
    queue.stop();
  };
}

function play(
  store: Store,
  types: WorkloadTypes,
  recorder: EventRecorder,
  addresses: Addresses,
  key: string,
  stage: PodStage,
): void {
  const { namespace, name } = splitKey(key);
  const pod = store.find(types.pods, namespace, name) as Pod | undefined;
  if (!pod || pod.metadata.uid !== stage.uid) return;
  for (const event of stage.events) recorder.record(pod, event);
  if (stage.name === 'kill') {
    const options = { gracePeriodSeconds: 0, preconditions: { uid: stage.uid } };
    deleteObject(store, types.pods, namespace, name, options);
    return;
  }
  const now = timestamp(store.now());
  const patch = stage.status(pod, now);
  const status: PodStatus = { ...pod.status, ...patch };
  if (patch.conditions) status.conditions = mergeConditions(pod.status?.conditions ?? [], patch.conditions);
  if (status.phase === 'Running') Object.assign(status, addresses.of(stage.uid));
  updateStatus(store, types.pods, pod, status, manager);
}

/** By type; a condition whose status stays keeps the time of its last transition. */
function mergeConditions(before: Condition[], changed: Condition[]): Condition[] {
  const merged = changed.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    return known && known.status === condition.status
      ? { ...condition, lastTransitionTime: known.lastTransitionTime ?? '' }
      : condition;
  });
  return [...merged, ...before.filter(({ type }) => !changed.some((condition) => condition.type === type))];
}

/** Pod addresses of the node, each in use once; a freed one is the next to be given. */
class Addresses {
  #given = new Map<string, string>();
  #free: string[] = [];

  of(uid: string): { podIP: string; podIPs: { ip: string }[] } {
    const number = this.#given.size + 1;
    const next = `10.${Math.floor(number / 65_536) % 256}.${Math.floor(number / 256) % 256}.${number % 256}`;
    const ip = this.#given.get(uid) ?? this.#free.pop() ?? next;
    this.#given.set(uid, ip);
    return { podIP: ip, podIPs: [{ ip }] };
  }

  release(uid: string): void {
    const ip = this.#given.get(uid);
    if (ip === undefined) return;
    this.#given.delete(uid);
    this.#free.push(ip);
  }
}
