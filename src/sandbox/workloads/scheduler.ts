import { ownValue } from '../../own-values.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { timestamp } from '../api-server/timestamps.ts';
import { updateStatus } from '../api-server/update-object.ts';
import type { EventText } from '../event-recorder.ts';
import { controllerQueue } from './controller-queue.ts';
import { recordOnce } from './store-events.ts';
import { type Condition, keyOf, type Pod, type PodStatus, splitKey, type WorkloadTypes } from './workload-objects.ts';

const manager = 'kube-scheduler';

/** Puts every new pod on the first node whose labels fit its nodeSelector. */
export function startScheduler(store: Store, types: WorkloadTypes): () => void {
  const nodes = store.typeOf('', 'nodes') as ResourceType;
  const queue = controllerQueue(store, (key) => schedule(store, types, nodes, key));
  const consider = (pod: Pod) => {
    if (!pod.spec.nodeName && !pod.metadata.deletionTimestamp) queue.add(keyOf(pod));
  };
  for (const pod of store.list(types.pods)) consider(pod as Pod);
  const stop = store.subscribe(types.pods, ({ type, object }) => {
    if (type === 'ADDED') consider(object as Pod);
  });
  return () => {
    stop();
    queue.stop();
  };
}

function schedule(store: Store, types: WorkloadTypes, nodes: ResourceType, key: string): void {
  const { namespace, name } = splitKey(key);
  const pod = store.find(types.pods, namespace, name) as Pod | undefined;
  if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp) return;
  const candidates = store.list(nodes);
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  const node = candidates.find(({ metadata }) =>
    wanted.every(([label, value]) => ownValue(metadata.labels, label) === value),
  );
  const now = timestamp(store.now());
  if (!node) {
    refuse(store, types, pod, candidates.length, now);
    return;
  }

  const nodeName = node.metadata.name;
  // A binding, not an update: node and condition in one write, no new generation, nobody's managed fields.
  store.replace(types.pods, {
    ...pod,
    spec: { ...pod.spec, nodeName },
    status: withCondition(pod, { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now }),
  });
  recordEvent(store, pod, {
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    action: 'Binding',
  });
}

function refuse(store: Store, types: WorkloadTypes, pod: Pod, nodeCount: number, now: string): void {
  const why = `${nodeCount} node(s) didn't match Pod's node affinity/selector`;
  const message = `0/${nodeCount} nodes are available: ${why}. preemption: 0/${nodeCount} nodes are available: ${nodeCount} Preemption is not helpful for scheduling.`;
  const condition: Condition = {
    type: 'PodScheduled',
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    reason: 'Unschedulable',
    message,
  };
  updateStatus(store, types.pods, pod, withCondition(pod, condition), manager);
  recordEvent(store, pod, {
    type: 'Warning',
    reason: 'FailedScheduling',
    message,
    action: 'Scheduling',
  });
}

function withCondition({ status }: Pod, condition: Condition): PodStatus {
  const others = (status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...status, conditions: [...others, condition] };
}

function recordEvent(store: Store, pod: Pod, event: EventText & { action: string }): void {
  const reporting = { reportingComponent: 'default-scheduler', reportingInstance: 'default-scheduler-sandbox' };
  recordOnce(store, pod, { ...event, ...reporting }, manager);
}
