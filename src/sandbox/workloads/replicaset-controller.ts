import { isDeepStrictEqual } from 'node:util';
import { ApiFailure } from '../api-server/api-failure.ts';
import { createObject } from '../api-server/create-object.ts';
import { deleteObject } from '../api-server/delete-object.ts';
import { controllerOf, type JsonObject } from '../api-server/objects.ts';
import type { Store } from '../api-server/store.ts';
import { timestamp } from '../api-server/timestamps.ts';
import { updateStatus } from '../api-server/update-object.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { WorkQueue } from '../work-queue.ts';
import { controllerQueue } from './controller-queue.ts';
import { controllerReference, OwnedObjects } from './owned-objects.ts';
import { storeEvents } from './store-events.ts';
import {
  type Condition,
  keyOf,
  type Pod,
  type ReplicaSet,
  type ReplicaSetStatus,
  splitKey,
  type WorkloadTypes,
  withoutZeros,
} from './workload-objects.ts';

const manager = 'kube-controller-manager';

/**
 * Keeps as many pods as each ReplicaSet asks for.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/replicaset/replica_set.go
 */
export function startReplicaSetController(store: Store, types: WorkloadTypes): () => void {
  const recorder = storeEvents(store, { component: 'replicaset-controller' }, manager);
  const pods = new OwnedObjects(store, types.pods);
  const queue = controllerQueue(store, (key) => sync({ store, types, recorder, pods, queue }, key));
  for (const replicaSet of store.list(types.replicaSets)) queue.add(keyOf(replicaSet));
  const stops = [
    store.subscribe(types.replicaSets, ({ object }) => queue.add(keyOf(object))),
    store.subscribe(types.pods, ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === 'ReplicaSet') queue.add(`${object.metadata.namespace}/${owner.name}`);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
    pods.stop();
  };
}

type Controller = {
  store: Store;
  types: WorkloadTypes;
  recorder: EventRecorder;
  pods: OwnedObjects;
  queue: WorkQueue;
};

function sync(controller: Controller, key: string): void {
  const { store, types, pods, queue } = controller;
  const { namespace, name } = splitKey(key);
  const replicaSet = store.find(types.replicaSets, namespace, name) as ReplicaSet | undefined;
  if (!replicaSet) return;
  const isDeleting = replicaSet.metadata.deletionTimestamp !== undefined;
  if (!isDeleting) pods.adopt(types.replicaSets, replicaSet, replicaSet.spec.selector);
  const owned = pods.of(replicaSet) as Pod[];
  const active = owned.filter(isActive);
  // The status tells what was there before this round, as the real controller's does: it then runs again.
  const failure = isDeleting ? undefined : managePods(controller, replicaSet, active);
  const status = statusOf(store, replicaSet, owned, active, failure);
  if (!isDeepStrictEqual(status, replicaSet.status)) {
    updateStatus(store, types.replicaSets, replicaSet, status, manager);
  }
  if (failure) throw failure;
  const waits = active.map((pod) => secondsUntilAvailable(pod, replicaSet.spec.minReadySeconds, store.now()));
  const next = Math.min(...waits.filter((seconds) => seconds > 0));
  if (Number.isFinite(next)) queue.addAfter(key, next * 1000);
}

function isActive({ metadata, status }: Pod): boolean {
  return !metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

function managePods(controller: Controller, replicaSet: ReplicaSet, active: Pod[]): ApiFailure | undefined {
  const { store, types, recorder } = controller;
  const { namespace } = replicaSet.metadata;
  const missing = replicaSet.spec.replicas - active.length;
  for (let index = 0; index < missing; index++) {
    try {
      const pod = createObject(store, types.pods, namespace, podFrom(types, replicaSet), { manager });
      const message = `Created pod: ${pod.metadata.name}`;
      recorder.record(replicaSet, { type: 'Normal', reason: 'SuccessfulCreate', message });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const message = `Error creating: ${error.message}`;
      recorder.record(replicaSet, { type: 'Warning', reason: 'FailedCreate', message });
      return error;
    }
  }
  if (missing >= 0) return undefined;
  for (const pod of mostExpendableFirst(active).slice(0, -missing)) {
    deleteObject(store, types.pods, namespace, pod.metadata.name, { preconditions: { uid: pod.metadata.uid } });
    const message = `Deleted pod: ${pod.metadata.name}`;
    recorder.record(replicaSet, { type: 'Normal', reason: 'SuccessfulDelete', message });
  }
  return undefined;
}

function podFrom(types: WorkloadTypes, replicaSet: ReplicaSet): JsonObject {
  const { metadata, spec } = replicaSet.spec.template;
  return {
    metadata: {
      ...metadata,
      generateName: `${replicaSet.metadata.name}-`,
      ownerReferences: [controllerReference(types.replicaSets, replicaSet)],
    },
    spec,
  };
}

function statusOf(
  store: Store,
  replicaSet: ReplicaSet,
  owned: Pod[],
  active: Pod[],
  failure: ApiFailure | undefined,
): ReplicaSetStatus {
  const now = store.now();
  const { minReadySeconds } = replicaSet.spec;
  const conditions = failureConditions(replicaSet.status.conditions ?? [], failure, timestamp(now));
  return withoutZeros(
    {
      replicas: active.length,
      fullyLabeledReplicas: active.length,
      readyReplicas: active.filter(isReady).length,
      availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
      terminatingReplicas: owned.filter(({ metadata }) => metadata.deletionTimestamp).length,
      observedGeneration: replicaSet.metadata.generation ?? 0,
      ...(conditions.length > 0 ? { conditions } : {}),
    },
    ['replicas', 'terminatingReplicas'],
  );
}

function failureConditions(conditions: Condition[], failure: ApiFailure | undefined, now: string): Condition[] {
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (!failure) return others;
  // The first refusal stays for as long as there is any: each attempt brings another pod name.
  if (others.length < conditions.length) return conditions;
  const message = failure.message;
  return [
    ...others,
    { type: 'ReplicaFailure', status: 'True', lastTransitionTime: now, reason: 'FailedCreate', message },
  ];
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** A pod is available once it has been ready for minReadySeconds. */
function isAvailable(pod: Pod, minReadySeconds: number | undefined, now: Date): boolean {
  return isReady(pod) && secondsUntilAvailable(pod, minReadySeconds, now) <= 0;
}

/** 0 for a pod that is not ready, or available already. */
function secondsUntilAvailable(pod: Pod, minReadySeconds = 0, now: Date): number {
  const ready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  if (!ready || minReadySeconds === 0) return 0;
  const readyFor = (now.getTime() - Date.parse(ready.lastTransitionTime ?? '')) / 1000;
  return Math.max(minReadySeconds - readyFor, 0);
}

/**
 * The order in which a ReplicaSet gives pods up: unscheduled, then pending, then unready, then the youngest.
 * https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
function mostExpendableFirst(pods: Pod[]): Pod[] {
  const rank = (pod: Pod) => [pod.spec.nodeName ? 1 : 0, pod.status?.phase === 'Running' ? 1 : 0, isReady(pod) ? 1 : 0];
  return [...pods].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const difference = left.map((value, index) => value - (right[index] ?? 0)).find((value) => value !== 0);
    if (difference !== undefined) return difference;
    // The newer one goes first.
    return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1;
  });
}
