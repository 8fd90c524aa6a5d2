import { createObject } from './create-object.ts';
import { type CustomResourceDefinition, customResource, establishedDefinition } from './custom-resource.ts';
import type { JsonObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import { timestamp } from './timestamps.ts';
import { updateObject } from './update-object.ts';

const nodeName = 'node-0';

/** What is in a new cluster: its namespaces, one node, and the definitions of its custom resources. */
export function prepareCluster(store: Store, crds: readonly CustomResourceDefinition[]): void {
  const typeOf = (group: string, kind: string) => store.typeOf(group, kind) as ResourceType;
  const create = (type: ResourceType, name: string, content: JsonObject) =>
    createObject(store, type, undefined, { ...content, metadata: { name } }, { manager: 'sandbox' });
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
    create(typeOf('', 'Namespace'), name, {});
  const now = timestamp(store.now());
  const capacity = { cpu: '1000', memory: '4Ti', pods: '100000' };
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'played by the sandbox',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  create(typeOf('', 'Node'), nodeName, { status: { allocatable: capacity, capacity, conditions: [ready] } });

  const definitions = typeOf('apiextensions.k8s.io', 'CustomResourceDefinition');
  for (const crd of crds) {
    createObject(store, definitions, undefined, crd, { manager: 'sandbox' });
    establish(store, definitions, crd);
  }
  // Definitions that clients post later start to be served at once.
  store.subscribe(definitions, ({ type, object }) => {
    const crd = object as unknown as CustomResourceDefinition;
    if (type !== 'ADDED' || store.typeOf(crd.spec.group, crd.spec.names.plural)) return;
    store.addType(customResource(crd));
    // A change of its own, after the one that is being told: the definition is not Established in the same instant.
    store.clock.after(1, () => establish(store, definitions, crd));
  });
}

function establish(store: Store, definitions: ResourceType, crd: CustomResourceDefinition): void {
  const { name } = crd.metadata;
  if (!store.find(definitions, undefined, name)) return;
  const now = timestamp(store.now());
  const change = (copy: JsonObject) => ({ ...copy, ...establishedDefinition(crd, now) });
  updateObject(store, definitions, undefined, name, change, { manager: 'kube-apiserver', subresource: 'status' });
}
