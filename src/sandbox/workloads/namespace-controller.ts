import { deleteObject } from '../api-server/delete-object.ts';
import type { KubernetesObject } from '../api-server/objects.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { updateObject } from '../api-server/update-object.ts';
import type { WorkQueue } from '../work-queue.ts';
import { controllerQueue } from './controller-queue.ts';

/** Milliseconds between two looks at a namespace that is not empty yet. */
const recheckTime = 50;

/** Empties namespaces that are being deleted, then lets them go. */
export function startNamespaceController(store: Store): () => void {
  const namespaces = store.typeOf('', 'namespaces') as ResourceType;
  const queue = controllerQueue(store, (name) => empty(store, namespaces, queue, name));
  const consider = ({ metadata }: KubernetesObject) => {
    if (metadata.deletionTimestamp) queue.add(metadata.name);
  };
  for (const namespace of store.list(namespaces)) consider(namespace);
  const stop = store.subscribe(namespaces, ({ type, object }) => {
    if (type !== 'DELETED') consider(object);
  });
  return () => {
    stop();
    queue.stop();
  };
}

function empty(store: Store, namespaces: ResourceType, queue: WorkQueue, name: string): void {
  if (!store.find(namespaces, undefined, name)?.metadata.deletionTimestamp) return;
  let left = 0;
  for (const type of store.types.filter(({ namespaced }) => namespaced)) {
    for (const { metadata } of store.list(type, name)) {
      if (!metadata.deletionTimestamp) {
        deleteObject(store, type, name, metadata.name, { propagationPolicy: 'Background' });
      }
      if (store.find(type, name, metadata.name)) left += 1;
    }
  }
  if (left > 0) {
    queue.addAfter(name, recheckTime);
    return;
  }
  const finalize = (copy: KubernetesObject) => ({ ...copy, spec: { finalizers: [] } });
  const context = { manager: 'kube-controller-manager', subresource: 'finalize' } as const;
  updateObject(store, namespaces, undefined, name, finalize, context);
}
