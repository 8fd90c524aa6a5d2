import type { Clock } from '../clock.ts';
import type { Deployment, KubernetesObject, Pod } from '../kubernetes/objects.ts';
import { RecentKeys } from './recent-keys.ts';

/** Everything that one object owns, as far as the watches see it. */
export interface Owned {
  deployments: Deployment[];
  replicaSets: KubernetesObject[];
  pods: Pod[];
  /** Services, autoscalers and the like, metadata only. */
  others: KubernetesObject[];
}

/**
 * What the watches of one namespace have seen: the objects that there are, by uid, and who owns whom. Owners are
 * remembered for a while after an object is gone, because its last events arrive later. Of what belongs to others only
 * that is kept: a namespace may be full of it.
 */
export class Cache {
  /** By which the objects are dated. */
  readonly clock: Pick<Clock, 'now'>;
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #ownersOf = new Map<string, readonly string[]>();
  readonly #ownedBy = new Map<string, Set<string>>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #gone = new Set<string>();
  /** Those that are not there any more and whose owners are remembered. */
  readonly #former = new RecentKeys(MOST_FORMER);
  readonly #expectedKinds = new Set<string>();
  readonly #listedKinds = new Set<string>();
  readonly #unseenKinds = new Set<string>();
  readonly #staleKinds = new Set<string>();

  constructor(serverClock: Pick<Clock, 'now'>) {
    this.clock = serverClock;
  }

  /** Before a kind's watch is opened: nothing can be said to be gone until it was listed once. */
  expect(kind: string): void {
    this.#expectedKinds.add(kind);
  }

  /** The kinds whose watch is lost at the moment: of these the cache shows what was there before. */
  lostKinds: readonly string[] = [];

  /** The kinds whose watch is being opened again: of these the cache may show what was there before. */
  get staleKinds(): string[] {
    return [...this.#staleKinds];
  }

  /** Everybody looks again when a kind is not behind any more. */
  setStale(kind: string, stale: boolean): void {
    if (stale) this.#staleKinds.add(kind);
    else if (this.#staleKinds.delete(kind)) this.#tell(this.#listeners.keys());
  }

  /** A kind that cannot be watched: the cache is filled without it. */
  doWithout(kind: string): void {
    this.#expectedKinds.delete(kind);
    this.#unseenKinds.add(kind);
  }

  /** The kinds that the cache is filled without. */
  get unseenKinds(): string[] {
    return [...this.#unseenKinds];
  }

  /** The kinds whose first list has not arrived. */
  get unsyncedKinds(): string[] {
    return [...this.#expectedKinds].filter((kind) => !this.#listedKinds.has(kind));
  }

  /** The kinds of which all is in the cache that there is. */
  get listedKinds(): string[] {
    return [...this.#listedKinds];
  }

  get(uid: string): KubernetesObject | undefined {
    return this.#objects.get(uid);
  }

  /** All objects of a kind, whoever owns them. */
  ofKind(kind: string): KubernetesObject[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind);
  }

  /** Whether an object that is listened to was there and is not any more: one just made may not have been seen yet. */
  isGone(uid: string): boolean {
    return this.#gone.has(uid);
  }

  /** All that is owned by the object with this uid, over the whole chain of owner references. */
  ownedBy(uid: string): Owned {
    const owned: Owned = { deployments: [], replicaSets: [], pods: [], others: [] };
    const seen = new Set([uid]);
    const queue = [uid];
    for (let owner = queue.pop(); owner !== undefined; owner = queue.pop()) {
      for (const child of this.#ownedBy.get(owner) ?? []) {
        if (seen.has(child)) continue;
        seen.add(child);
        queue.push(child);
        const object = this.#objects.get(child);
        if (object?.kind === 'Deployment') owned.deployments.push(object);
        else if (object?.kind === 'ReplicaSet') owned.replicaSets.push(object);
        else if (object?.kind === 'Pod') owned.pods.push(object as Pod);
        else if (object) owned.others.push(object);
      }
    }
    return owned;
  }

  /** The uids from the object itself up to its topmost known owner, now or when it last existed. */
  ownerChain(uid: string): string[] {
    const line = [uid];
    for (const member of line) {
      for (const owner of this.#ownersOf.get(member) ?? []) if (!line.includes(owner)) line.push(owner);
    }
    return line;
  }

  /** Calls back after each change to the object with this uid or to anything it owns; the answer ends that. */
  onChange(uid: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(uid) ?? new Set();
    this.#listeners.set(uid, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#listeners.get(uid) !== listeners) return;
      this.#listeners.delete(uid);
      this.#gone.delete(uid);
    };
  }

  /** The whole content of one kind, as a list brings it. Listeners are told when all of it is in the cache. */
  replace(kind: string, objects: KubernetesObject[]): void {
    const present = new Set(objects.map(({ metadata }) => metadata.uid));
    const gone = [...this.#objects.values()].filter(
      (object) => object.kind === kind && !present.has(object.metadata.uid),
    );
    const firstList = !this.#listedKinds.has(kind);
    this.#listedKinds.add(kind);
    for (const object of gone) this.#remove(object);
    for (const object of objects) this.#put(kind, object);
    // Whose it is may have become known with the owners.
    if (firstList)
      for (const [uid, object] of this.#objects) if (this.#isForeign(uid)) this.#objects.set(uid, bare(object));
    // Even an empty list answers a question: whoever waited for it looks again.
    if (firstList) this.#tell(this.#listeners.keys());
    else this.#tell([...gone, ...objects].map(({ metadata }) => metadata.uid ?? ''));
  }

  /** An object that was added or has changed. */
  put(kind: string, object: KubernetesObject): void {
    this.#put(kind, object);
    this.#tell([object.metadata.uid ?? '']);
  }

  remove(object: KubernetesObject): void {
    const known = this.#objects.get(object.metadata.uid ?? '');
    if (!known) return;
    this.#remove(known);
    this.#tell([known.metadata.uid ?? '']);
  }

  #put(kind: string, object: KubernetesObject): void {
    const uid = object.metadata.uid;
    if (!uid) return;
    const owners = (object.metadata.ownerReferences ?? []).map((owner) => owner.uid);
    const before = this.#objects.get(uid)?.metadata.ownerReferences ?? [];
    for (const { uid: owner } of before) if (!owners.includes(owner)) this.#ownedBy.get(owner)?.delete(uid);
    for (const owner of owners) this.#link(uid, owner);
    if (owners.length > 0) this.#ownersOf.set(uid, owners);
    this.#objects.set(uid, { ...object, kind });
    if (this.#isForeign(uid)) this.#objects.set(uid, bare({ ...object, kind }));
  }

  /** Whether it is known to belong to no SeldonDeployment: to what is there and nobody owns. */
  #isForeign(uid: string): boolean {
    return this.ownerChain(uid).every((member) => (this.#objects.get(member)?.kind ?? SELDON) !== SELDON);
  }

  /** Through an owner that is gone too: a controller may still make something for one that it has not seen go. */
  #link(uid: string, owner: string): void {
    this.#ownedBy.set(owner, (this.#ownedBy.get(owner) ?? new Set()).add(uid));
    if (this.#objects.has(owner)) return;
    for (const above of this.#ownersOf.get(owner) ?? []) {
      if (!this.#ownedBy.get(above)?.has(owner)) this.#link(owner, above);
    }
  }

  #remove({ metadata }: KubernetesObject): void {
    const uid = metadata.uid ?? '';
    this.#objects.delete(uid);
    if (this.#listeners.has(uid)) this.#gone.add(uid);
    this.#unlink(uid);
  }

  /**
   * Takes an object that is gone out of the chain of owners, unless something that it owned is still there: after a
   * background deletion the owners go first, and their pods are found through them.
   */
  #unlink(uid: string): void {
    if (this.#objects.has(uid) || (this.#ownedBy.get(uid)?.size ?? 0) > 0) return;
    this.#ownedBy.delete(uid);
    const forgotten = this.#former.add(uid);
    if (forgotten !== undefined && !this.#objects.has(forgotten) && !this.#ownedBy.has(forgotten)) {
      this.#ownersOf.delete(forgotten);
    }
    for (const owner of this.#ownersOf.get(uid) ?? []) {
      if (this.#ownedBy.get(owner)?.delete(uid)) this.#unlink(owner);
    }
  }

  /** Each listener once, whatever of its has changed. */
  #tell(changed: Iterable<string>): void {
    const members = new Set([...changed].flatMap((uid) => this.ownerChain(uid)));
    const listeners = new Set([...members].flatMap((member) => [...(this.#listeners.get(member) ?? [])]));
    for (const listener of listeners) listener();
  }
}

const SELDON = 'SeldonDeployment';
/** Far more than can go between an object's end and its last event. */
const MOST_FORMER = 10_000;

/** What it takes to say whose it is, and whether a message about it is new. */
function bare({ kind, metadata: { name, uid, resourceVersion, ownerReferences } }: KubernetesObject): KubernetesObject {
  return {
    ...(kind && { kind }),
    metadata: {
      name,
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(ownerReferences && { ownerReferences }),
    },
  };
}
