import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import type { Deployment } from '../../src/operator/kubernetes-objects.ts';
import type { RecordedEvent } from '../../src/sandbox/event-recorder.ts';
import {
  ApiError,
  type DeleteOptions,
  kinds,
  type ObjectKind,
  type OperatorClient,
  type Watcher,
} from '../../src/sandbox/operator/client.ts';

interface Notice {
  kind: string;
  object: KubernetesObject;
  deleted: boolean;
}

/**
 * An API server as small as can be: it keeps objects, counts resourceVersions and refuses stale writes. Watchers hear
 * of changes only when told to (`deliver`), so that a test decides how far behind the operator's cache is.
 */
export class FakeCluster implements OperatorClient {
  /** Every write: verb, kind and name. */
  readonly writes: string[] = [];
  /** Thrown by the next write of this verb and kind. */
  readonly failNext = new Map<string, ApiError>();
  /** What becomes of an object on its way in. */
  admit: (object: KubernetesObject) => KubernetesObject = (object) => object;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #watchers = new Map<string, Watcher>();
  readonly #undelivered: Notice[] = [];
  #version = 0;

  async listAndWatch(kind: ObjectKind, _: string | undefined, watcher: Watcher, signal: AbortSignal): Promise<void> {
    this.#watchers.set(kind.kind, watcher);
    watcher.listed(this.all(kind));
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  }

  async create<T extends KubernetesObject>(kind: ObjectKind, object: T): Promise<T> {
    this.#note('create', kind, object.metadata.name);
    if (this.find(kind, object.metadata.name)) {
      throw new ApiError(409, 'AlreadyExists', `${kind.plural} "${object.metadata.name}" already exists`);
    }
    const uid = `uid-${this.#version + 1}`;
    const admitted = this.admit(object) as T;
    return this.#store(kind, { ...admitted, metadata: { ...admitted.metadata, uid, generation: 1 } });
  }

  async replace<T extends KubernetesObject>(kind: ObjectKind, object: T): Promise<T> {
    this.#note('replace', kind, object.metadata.name);
    const before = this.#current(kind, object);
    const { status } = before as { status?: unknown };
    const next = { ...(this.admit(object) as T), ...(status !== undefined && { status }) };
    // As a real API server does, a write that changes nothing is none.
    if (JSON.stringify(next) === JSON.stringify(before)) return before as T;
    const generation = (before.metadata.generation ?? 0) + 1;
    return this.#store(kind, { ...next, metadata: { ...next.metadata, generation } });
  }

  async replaceStatus<T extends KubernetesObject>(kind: ObjectKind, object: T): Promise<T> {
    this.#note('replaceStatus', kind, object.metadata.name);
    const before = this.#current(kind, object);
    return this.#store(kind, { ...before, status: (object as { status?: unknown }).status } as unknown as T);
  }

  async patch<T extends KubernetesObject>(kind: ObjectKind, _: string, name: string, patch: object): Promise<T> {
    this.#note('patch', kind, name);
    const before = this.find(kind, name);
    if (!before) throw new ApiError(404, 'NotFound', `${kind.plural} "${name}" not found`);
    return this.#store(kind, { ...before, ...patch } as T);
  }

  async delete(kind: ObjectKind, _: string, name: string, { propagationPolicy }: DeleteOptions = {}) {
    this.#note(`delete${propagationPolicy ?? ''}`, kind, name);
    const object = this.find(kind, name);
    if (!object) throw new ApiError(404, 'NotFound', `${kind.plural} "${name}" not found`);
    this.remove(kind, name);
  }

  find<T extends KubernetesObject>(kind: ObjectKind, name: string): T | undefined {
    return this.#objects.get(`${kind.kind}/${name}`) as T | undefined;
  }

  all<T extends KubernetesObject>(kind: ObjectKind): T[] {
    return [...this.#objects].filter(([key]) => key.startsWith(`${kind.kind}/`)).map(([, object]) => object as T);
  }

  /** What somebody else does to an object; it must be there. */
  change<T extends KubernetesObject>(kind: ObjectKind, name: string, change: (object: T) => void): T {
    const object = structuredClone(this.find<T>(kind, name));
    if (!object) throw new Error(`no ${kind.kind} ${name}`);
    change(object);
    return this.#store(kind, object);
  }

  put<T extends KubernetesObject>(kind: ObjectKind, object: T): T {
    return this.#store(kind, object);
  }

  remove(kind: ObjectKind, name: string): void {
    const object = this.find(kind, name);
    this.#objects.delete(`${kind.kind}/${name}`);
    if (object) this.#undelivered.push({ kind: kind.kind, object, deleted: true });
  }

  /** What the Deployment controller would write once `ready` of `replicas` pods are ready. */
  setPods(name: string, replicas: number, ready: number): void {
    this.change<Deployment>(kinds.deployment, name, (deployment) => {
      const available = ready > 0 || replicas === 0;
      deployment.status = {
        ...(replicas && { replicas }),
        ...(ready && { readyReplicas: ready, availableReplicas: ready }),
        ...(replicas - ready && { unavailableReplicas: replicas - ready }),
        conditions: [
          {
            type: 'Available',
            status: available ? 'True' : 'False',
            reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
            message: available
              ? 'Deployment has minimum availability.'
              : 'Deployment does not have minimum availability.',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
          { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
        ],
      };
    });
  }

  /** Tells the watchers what has happened since. */
  deliver(): void {
    for (const { kind, object, deleted } of this.#undelivered.splice(0)) {
      const watcher = this.#watchers.get(kind);
      if (deleted) watcher?.deleted(object);
      else watcher?.changed(object);
    }
  }

  /** Type, reason, message and count of all Events there are. */
  events(): string[] {
    return this.all<RecordedEvent>(kinds.event).map(
      ({ type, reason, message, count }) => `${type} ${reason} x${count}: ${message}`,
    );
  }

  #current(kind: ObjectKind, { metadata }: KubernetesObject): KubernetesObject {
    const before = this.find(kind, metadata.name);
    if (!before) throw new ApiError(404, 'NotFound', `${kind.plural} "${metadata.name}" not found`);
    if (metadata.resourceVersion !== before.metadata.resourceVersion) {
      throw new ApiError(409, 'Conflict', `${metadata.name}: the object has been modified`);
    }
    return before;
  }

  #store<T extends KubernetesObject>(kind: ObjectKind, object: T): T {
    const resourceVersion = String(++this.#version);
    const stored = frozen(structuredClone({ ...object, metadata: { ...object.metadata, resourceVersion } }));
    this.#objects.set(`${kind.kind}/${stored.metadata.name}`, stored);
    this.#undelivered.push({ kind: kind.kind, object: stored, deleted: false });
    return stored;
  }

  #note(verb: string, kind: ObjectKind, name: string): void {
    if (kind !== kinds.event) this.writes.push(`${verb} ${kind.kind} ${name}`);
    const failure = this.failNext.get(`${verb} ${kind.kind}`);
    this.failNext.delete(`${verb} ${kind.kind}`);
    if (failure) throw failure;
  }
}

/** With all that is in it: whoever changes what the operator was given fails. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
