import { groupOf } from '../../cluster/resource-kinds.ts';
import { type DeleteOptions, deleteObject, foregroundFinalizer, orphanFinalizer } from '../api-server/delete-object.ts';
import type { KubernetesObject, OwnerReference } from '../api-server/objects.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';
import { updateObject } from '../api-server/update-object.ts';
import type { Change } from '../api-server/watch-history.ts';
import type { WorkQueue } from '../work-queue.ts';
import { controllerQueue } from './controller-queue.ts';

const context = { manager: 'kube-controller-manager' };

type Item = { type: ResourceType; object: KubernetesObject };

/**
 * Deletes what has lost its owners, and lets owners go once their dependents have gone.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents
 */
export function startGarbageCollector(store: Store): () => void {
  const items = new Map<string, Item>();
  const dependents = new Map<string, Set<string>>();
  const collector = { store, items, dependents };
  const queue = controllerQueue(store, (uid) => attend(collector, queue, uid));

  const onChange = (type: ResourceType, change: Change) => {
    const { object, previous } = change;
    const { uid } = object.metadata;
    for (const owner of previous?.metadata.ownerReferences ?? []) dependents.get(owner.uid)?.delete(uid);
    if (change.type === 'DELETED') {
      items.delete(uid);
      for (const dependent of dependents.get(uid) ?? []) queue.add(dependent);
    } else {
      items.set(uid, { type, object });
      for (const owner of object.metadata.ownerReferences ?? []) {
        dependents.set(owner.uid, (dependents.get(owner.uid) ?? new Set()).add(uid));
      }
      const hasOwners = (object.metadata.ownerReferences ?? []).length > 0;
      if ((hasOwners && change.type === 'ADDED') || isHeldByUs(object)) queue.add(uid);
    }
    // An owner that waits for its dependents looks again whenever one changes or goes.
    for (const { uid: ownerUid } of [...((previous ?? object).metadata.ownerReferences ?? [])]) {
      const owner = items.get(ownerUid);
      if (owner && isHeldByUs(owner.object)) queue.add(ownerUid);
    }
    if (dependents.get(uid)?.size === 0) dependents.delete(uid);
  };

  const unsubscribe: (() => void)[] = [];
  const stopTypes = store.onType((type) => {
    for (const object of store.list(type)) onChange(type, { type: 'ADDED', revision: 0, object });
    unsubscribe.push(store.subscribe(type, (change) => onChange(type, change)));
  });
  return () => {
    stopTypes();
    for (const stop of unsubscribe) stop();
    queue.stop();
  };
}

type Collector = { store: Store; items: Map<string, Item>; dependents: Map<string, Set<string>> };

function isHeldByUs({ metadata }: KubernetesObject): boolean {
  const finalizers = metadata.finalizers ?? [];
  return (
    metadata.deletionTimestamp !== undefined &&
    (finalizers.includes(foregroundFinalizer) || finalizers.includes(orphanFinalizer))
  );
}

function waitsForDependents({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(foregroundFinalizer);
}

function attend(collector: Collector, queue: WorkQueue, uid: string): void {
  const item = collector.items.get(uid);
  if (!item) return;
  const finalizers = item.object.metadata.finalizers ?? [];
  if (item.object.metadata.deletionTimestamp && finalizers.includes(orphanFinalizer)) orphanDependents(collector, item);
  else if (waitsForDependents(item.object)) deleteDependents(collector, queue, item);
  else deleteIfOwnerless(collector, item);
}

function dependentsOf({ items, dependents }: Collector, uid: string): Item[] {
  return [...(dependents.get(uid) ?? [])].map((dependent) => items.get(dependent)).filter((item) => item !== undefined);
}

function orphanDependents(collector: Collector, owner: Item): void {
  const { uid } = owner.object.metadata;
  for (const dependent of dependentsOf(collector, uid)) {
    setOwners(collector, dependent, (reference) => reference.uid !== uid);
  }
  removeFinalizer(collector, owner, orphanFinalizer);
}

/** Foreground: the owner goes when no dependent that blocks its deletion is left. */
function deleteDependents(collector: Collector, queue: WorkQueue, owner: Item): void {
  const { uid } = owner.object.metadata;
  const all = dependentsOf(collector, uid);
  const blocking = all.filter(({ object }) =>
    object.metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion),
  );
  if (blocking.length === 0) {
    removeFinalizer(collector, owner, foregroundFinalizer);
    return;
  }
  for (const { object } of all) if (!waitsForDependents(object)) queue.add(object.metadata.uid);
}

function deleteIfOwnerless(collector: Collector, item: Item): void {
  const { store } = collector;
  const { metadata } = item.object;
  const references = metadata.ownerReferences ?? [];
  if (references.length === 0) return;
  const states = references.map((reference) => ({ reference, state: ownerState(collector, item, reference) }));
  if (states.some(({ state }) => state === 'solid')) {
    const gone = states.filter(({ state }) => state !== 'solid').map(({ reference }) => reference);
    if (gone.length > 0) setOwners(collector, item, (reference) => !gone.some(({ uid }) => uid === reference.uid));
    return;
  }
  if (metadata.deletionTimestamp) return;
  const isWaitedFor = states.some(({ state }) => state === 'waiting');
  const options: DeleteOptions = { preconditions: { uid: metadata.uid }, propagationPolicy: policyFor(item) };
  if (isWaitedFor && dependentsOf(collector, metadata.uid).length > 0) options.propagationPolicy = 'Foreground';
  deleteObject(store, item.type, metadata.namespace, metadata.name, options);
}

function policyFor({ object }: Item): string {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(orphanFinalizer)) return 'Orphan';
  return finalizers.includes(foregroundFinalizer) ? 'Foreground' : 'Background';
}

/** An owner of a kind that is not served may exist for all we know: its dependents are left alone. */
function ownerState(
  { store }: Collector,
  { object }: Item,
  reference: OwnerReference,
): 'solid' | 'dangling' | 'waiting' {
  const type = store.typeOf(groupOf(reference.apiVersion), reference.kind);
  if (!type) return 'solid';
  const owner = store.find(type, object.metadata.namespace, reference.name);
  if (owner?.metadata.uid !== reference.uid) return 'dangling';
  return waitsForDependents(owner) ? 'waiting' : 'solid';
}

function setOwners({ store }: Collector, { type, object }: Item, keep: (reference: OwnerReference) => boolean): void {
  const { namespace, name } = object.metadata;
  const change = (copy: KubernetesObject) => {
    const kept = (copy.metadata.ownerReferences ?? []).filter(keep);
    if (kept.length > 0) copy.metadata.ownerReferences = kept;
    else delete copy.metadata.ownerReferences;
    return copy;
  };
  if (store.find(type, namespace, name)) updateObject(store, type, namespace, name, change, context);
}

function removeFinalizer({ store }: Collector, { type, object }: Item, finalizer: string): void {
  const { namespace, name } = object.metadata;
  const change = (copy: KubernetesObject) => {
    copy.metadata.finalizers = (copy.metadata.finalizers ?? []).filter((held) => held !== finalizer);
    return copy;
  };
  updateObject(store, type, namespace, name, change, context);
}
