import type { Store } from '../api-server/store.ts';
import { startAutoscaler } from './autoscaler.ts';
import { startDeploymentController } from './deployment-controller.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startKubelet } from './kubelet.ts';
import { startNamespaceController } from './namespace-controller.ts';
import { startReplicaSetController } from './replicaset-controller.ts';
import { startScheduler } from './scheduler.ts';
import { workloadTypes } from './workload-objects.ts';

export type Workloads = { stop(): void };

/** What brings a cluster to life beside its API server: the controllers, the scheduler and one node's kubelet. */
export function startWorkloads(store: Store): Workloads {
  const types = workloadTypes(store);
  const stops = [
    startDeploymentController(store, types),
    startReplicaSetController(store, types),
    startAutoscaler(store, types),
    startScheduler(store, types),
    startKubelet(store, types),
    startGarbageCollector(store),
    startNamespaceController(store),
  ];
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
