import type { Store } from '../api-server/store.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { OwnedObjects } from './owned-objects.ts';
import type { WorkloadTypes } from './workload-objects.ts';

/** The field manager of everything that the deployment controller writes. */
export const deploymentManager = 'kube-controller-manager';

/** What every part of the deployment controller works with. */
export type RolloutContext = {
  store: Store;
  types: WorkloadTypes;
  recorder: EventRecorder;
  replicaSets: OwnedObjects;
  queue: WorkQueue;
};
