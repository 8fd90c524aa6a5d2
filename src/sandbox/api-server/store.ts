import type { Clock } from '../../clock.ts';
import { alreadyExists, expired, notFound } from './api-failure.ts';
import type { KubernetesObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import { type Change, WatchHistory } from './watch-history.ts';

export type ChangeListener = (change: Change) => void;

type Collection = {
  /** By namespace (empty for what has none), since nearly every list is of one; in it by name. */
  objects: Map<string, Map<string, KubernetesObject>>;
  history: WatchHistory;
  listeners: Set<ChangeListener>;
};

/**
 * All objects, and what happened to them. resourceVersions are one rising sequence for all kinds, as in etcd.
 * What goes in and out is never copied: treat every object as frozen.
 */
export class Store {
  readonly clock: Clock;
  readonly types: ResourceType[] = [];
  #collections = new Map<ResourceType, Collection>();
  #typeListeners = new Set<(type: ResourceType) => void>();
  #revision = 0;

  constructor(clock: Clock, types: readonly ResourceType[]) {
    this.clock = clock;
    for (const type of types) this.addType(type);
  }

  addType(type: ResourceType): void {
    this.types.push(type);
    this.#collections.set(type, { objects: new Map(), history: new WatchHistory(), listeners: new Set() });
    for (const listener of this.#typeListeners) listener(type);
  }

  /** Calls for each type there is, and for those that come later. Answers how to stop. */
  onType(listener: (type: ResourceType) => void): () => void {
    for (const type of this.types) listener(type);
    this.#typeListeners.add(listener);
    return () => this.#typeListeners.delete(listener);
  }

  /** The type that serves `plural` (or is called `kind`) in a group. */
  typeOf(group: string, pluralOrKind: string): ResourceType | undefined {
    return this.types.find((type) => type.group === group && [type.plural, type.kind].includes(pluralOrKind));
  }

  now(): Date {
    return new Date(this.clock.now());
  }

  get resourceVersion(): string {
    return String(this.#revision);
  }

  find(type: ResourceType, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#collection(type).objects.get(folderOf(type, namespace))?.get(name);
  }

  get(type: ResourceType, namespace: string | undefined, name: string): KubernetesObject {
    const object = this.find(type, namespace, name);
    if (!object) throw notFound(type, name);
    return object;
  }

  /** In the order of their keys in etcd. */
  list(type: ResourceType, namespace?: string): KubernetesObject[] {
    const { objects } = this.#collection(type);
    const folders = namespace === undefined ? [...objects.keys()].sort(asInKeys) : [namespace];
    return folders.flatMap((folder) => {
      const inFolder = objects.get(folder) ?? new Map<string, KubernetesObject>();
      return [...inFolder.keys()].sort().map((name) => inFolder.get(name) as KubernetesObject);
    });
  }

  insert(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const { metadata } = object;
    const existing = this.find(type, metadata.namespace, metadata.name);
    if (existing) throw alreadyExists(type, metadata.name, existing.metadata.deletionTimestamp !== undefined);
    return this.#write(type, 'ADDED', object, undefined);
  }

  replace(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const previous = this.get(type, object.metadata.namespace, object.metadata.name);
    return this.#write(type, 'MODIFIED', object, previous);
  }

  remove(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const previous = this.get(type, object.metadata.namespace, object.metadata.name);
    return this.#write(type, 'DELETED', object, previous);
  }

  /** Tells every change of a type's objects from now on. Answers how to stop. */
  subscribe(type: ResourceType, listener: ChangeListener): () => void {
    const { listeners } = this.#collection(type);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** The changes after `resourceVersion`; throws 410 where they are forgotten. */
  changesSince(type: ResourceType, resourceVersion: number): Change[] {
    const { history } = this.#collection(type);
    if (resourceVersion < history.oldestResumable) throw expired(resourceVersion, history.oldestResumable);
    return history.since(resourceVersion);
  }

  /** Forgets all history, as etcd does after five minutes: watches from an older resourceVersion get 410. */
  compact(): void {
    for (const { history } of this.#collections.values()) history.compact(this.#revision);
  }

  #collection(type: ResourceType): Collection {
    const collection = this.#collections.get(type);
    if (!collection) throw new Error(`the store does not hold ${type.kind} objects`);
    return collection;
  }

  #write(
    type: ResourceType,
    change: Change['type'],
    object: KubernetesObject,
    previous: KubernetesObject | undefined,
  ): KubernetesObject {
    const { objects, history, listeners } = this.#collection(type);
    this.#revision += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: this.resourceVersion } };
    const folder = folderOf(type, object.metadata.namespace);
    const inFolder = objects.get(folder) ?? new Map<string, KubernetesObject>();
    if (change === 'DELETED') inFolder.delete(object.metadata.name);
    else inFolder.set(object.metadata.name, stored);
    if (inFolder.size === 0) objects.delete(folder);
    else objects.set(folder, inFolder);
    const entry: Change = { type: change, revision: this.#revision, object: stored, ...(previous ? { previous } : {}) };
    history.add(entry);
    for (const listener of [...listeners]) listener(entry);
    return stored;
  }
}

function folderOf(type: ResourceType, namespace: string | undefined): string {
  return type.namespaced ? (namespace ?? '') : '';
}

/** etcd's keys are NAMESPACE/NAME, so that a-b comes before a. */
function asInKeys(one: string, other: string): number {
  return `${one}/` < `${other}/` ? -1 : 1;
}
