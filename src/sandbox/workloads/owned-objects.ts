import { ownValue } from '../../own-values.ts';
import { controllerOf, type KubernetesObject, type OwnerReference } from '../api-server/objects.ts';
import { apiVersionOf, type ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { updateObject } from '../api-server/update-object.ts';
import type { LabelSelector } from './workload-objects.ts';

export function selectorMatches(selector: LabelSelector, labels: Record<string, string> = {}): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => ownValue(labels, key) === value);
}

export function controllerReference(type: ResourceType, { metadata }: KubernetesObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Objects of one type that another controls, without going through all of them each time. */
export class OwnedObjects {
  readonly #store: Store;
  readonly #type: ResourceType;
  #namesByOwner = new Map<string, Set<string>>();
  /** What nobody controls, by uid. */
  #orphans = new Map<string, KubernetesObject>();
  #stop: () => void;

  constructor(store: Store, type: ResourceType) {
    this.#store = store;
    this.#type = type;
    for (const object of store.list(type)) this.#add(object);
    this.#stop = store.subscribe(type, ({ type: change, object, previous }) => {
      if (previous) this.#remove(previous);
      if (change !== 'DELETED') this.#add(object);
    });
  }

  /** In the order of their names. */
  of({ metadata }: KubernetesObject): KubernetesObject[] {
    const names = [...(this.#namesByOwner.get(metadata.uid) ?? [])].sort();
    return names.map((name) => this.#store.get(this.#type, metadata.namespace, name));
  }

  /** Takes over what matches the selector and has no controller, as after an orphaning deletion. */
  adopt(ownerType: ResourceType, owner: KubernetesObject, selector: LabelSelector): void {
    for (const { metadata } of [...this.#orphans.values()]) {
      if (metadata.namespace !== owner.metadata.namespace || metadata.deletionTimestamp) continue;
      if (!selectorMatches(selector, metadata.labels)) continue;
      const reference = controllerReference(ownerType, owner);
      const change = (copy: KubernetesObject) => {
        copy.metadata.ownerReferences = [...(copy.metadata.ownerReferences ?? []), reference];
        return copy;
      };
      updateObject(this.#store, this.#type, metadata.namespace, metadata.name, change, {
        manager: 'kube-controller-manager',
      });
    }
  }

  stop(): void {
    this.#stop();
  }

  #add(object: KubernetesObject): void {
    const owner = controllerOf(object)?.uid;
    if (owner === undefined) {
      this.#orphans.set(object.metadata.uid, object);
      return;
    }
    const names = this.#namesByOwner.get(owner) ?? new Set();
    this.#namesByOwner.set(owner, names.add(object.metadata.name));
  }

  #remove(object: KubernetesObject): void {
    const owner = controllerOf(object)?.uid;
    if (owner === undefined) {
      this.#orphans.delete(object.metadata.uid);
      return;
    }
    const names = this.#namesByOwner.get(owner);
    names?.delete(object.metadata.name);
    if (names?.size === 0) this.#namesByOwner.delete(owner);
  }
}
