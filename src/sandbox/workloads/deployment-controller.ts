import { controllerOf } from '../api-server/objects.ts';
import type { Store } from '../api-server/store.ts';
import { controllerQueue } from './controller-queue.ts';
import { writeRolloutStatus, writeStatus } from './deployment-status.ts';
import { OwnedObjects } from './owned-objects.ts';
import { replicaSetsOf } from './replicaset-revisions.ts';
import { rollOut } from './rollout.ts';
import { deploymentManager, type RolloutContext } from './rollout-context.ts';
import { isScaling, scaleProportionally } from './rollout-scaling.ts';
import { storeEvents } from './store-events.ts';
import { type Deployment, keyOf, splitKey, type WorkloadTypes } from './workload-objects.ts';

/**
 * Rolls Deployments out over their ReplicaSets.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/deployment_controller.go
 */
export function startDeploymentController(store: Store, types: WorkloadTypes): () => void {
  const recorder = storeEvents(store, { component: 'deployment-controller' }, deploymentManager);
  const replicaSets = new OwnedObjects(store, types.replicaSets);
  const queue = controllerQueue(store, (key) => sync({ store, types, recorder, replicaSets, queue }, key));
  for (const deployment of store.list(types.deployments)) queue.add(keyOf(deployment));
  const stops = [
    store.subscribe(types.deployments, ({ object }) => queue.add(keyOf(object))),
    store.subscribe(types.replicaSets, ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === 'Deployment') queue.add(`${object.metadata.namespace}/${owner.name}`);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
    replicaSets.stop();
  };
}

function sync(controller: RolloutContext, key: string): void {
  const { store, types, replicaSets } = controller;
  const { namespace, name } = splitKey(key);
  const deployment = store.find(types.deployments, namespace, name) as Deployment | undefined;
  if (!deployment) return;
  if (deployment.metadata.deletionTimestamp) {
    writeStatus(controller, deployment, replicaSetsOf(controller, deployment));
    return;
  }
  replicaSets.adopt(types.deployments, deployment, deployment.spec.selector);
  const owned = replicaSetsOf(controller, deployment);
  if (deployment.spec.paused || isScaling(deployment, owned)) {
    scaleProportionally(controller, deployment, owned);
    writeStatus(controller, deployment, owned);
    return;
  }
  const { current, sets } = rollOut(controller, deployment, owned);
  writeRolloutStatus(controller, current, sets);
}
