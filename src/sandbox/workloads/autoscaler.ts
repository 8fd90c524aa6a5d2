import type { KubernetesObject } from '../api-server/objects.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { updateObject } from '../api-server/update-object.ts';
import { controllerQueue } from './controller-queue.ts';
import { type Deployment, keyOf, splitKey, type WorkloadTypes } from './workload-objects.ts';

type Autoscaler = KubernetesObject & {
  spec: { minReplicas?: number; maxReplicas: number; scaleTargetRef: { kind: string; name: string } };
};

/**
 * Keeps what a HorizontalPodAutoscaler is of within its bounds, as the real controller does where it has no metrics:
 * https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/controller/podautoscaler/horizontal.go, reconcileAutoscaler
 */
export function startAutoscaler(store: Store, types: WorkloadTypes): () => void {
  const autoscalers = store.typeOf('autoscaling', 'horizontalpodautoscalers') as ResourceType;
  const queue = controllerQueue(store, (key) => keepWithin(store, types, autoscalers, key));
  for (const one of store.list(autoscalers)) queue.add(keyOf(one));
  const stops = [
    store.subscribe(autoscalers, ({ type, object }) => {
      if (type !== 'DELETED') queue.add(keyOf(object));
    }),
    store.subscribe(types.deployments, ({ type, object }) => {
      if (type === 'DELETED') return;
      for (const one of store.list(autoscalers)) if (isOf(one as Autoscaler, object)) queue.add(keyOf(one));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
}

function isOf({ metadata, spec }: Autoscaler, deployment: KubernetesObject): boolean {
  const { kind, name } = spec.scaleTargetRef;
  return (
    metadata.namespace === deployment.metadata.namespace && kind === 'Deployment' && name === deployment.metadata.name
  );
}

function keepWithin(store: Store, types: WorkloadTypes, autoscalers: ResourceType, key: string): void {
  const { namespace, name } = splitKey(key);
  const autoscaler = store.find(autoscalers, namespace, name) as Autoscaler | undefined;
  if (!autoscaler) return;
  const { minReplicas = 1, maxReplicas, scaleTargetRef } = autoscaler.spec;
  const deployment = store.find(types.deployments, namespace, scaleTargetRef.name) as Deployment | undefined;
  const now = deployment?.spec.replicas ?? 0;
  // Nothing is scaled up from 0: somebody has switched it off.
  const wanted = Math.min(Math.max(now, minReplicas), maxReplicas);
  if (!deployment || now === 0 || wanted === now) return;
  const change = (copy: KubernetesObject) => ({ ...copy, spec: { ...(copy as Deployment).spec, replicas: wanted } });
  updateObject(store, types.deployments, namespace, deployment.metadata.name, change, {
    manager: 'kube-controller-manager',
  });
}
