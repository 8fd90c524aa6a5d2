import type { Advice } from '../advice/advice.ts';
import type { KubernetesEvent, KubernetesObject } from '../kubernetes/objects.ts';
import type { Api } from './api.ts';
import { isWithheld } from './api-failure.ts';
import { Cache } from './cache.ts';
import { deployments, events, inPlural, resourceName, type WatchedKind } from './kinds.ts';
import { newestEvent } from './newest-event.ts';
import { RecentKeys } from './recent-keys.ts';
import { listAndWatch, type WatchOptions, WatchRenewal } from './reflector.ts';
import { isNewer } from './resource-version.ts';
import { mayLackSeldonId } from './seldon-id.ts';
import { type Unreadable, unreadableInWords } from './unreadable.ts';

export interface InformerReader {
  /** An Event, new or repeated. */
  event(event: KubernetesEvent): void;
  /** The server does not hold the Event with this uid any more. */
  expired?(uid: string): void;
  /** Something new is in the cache about the object with this uid. */
  known(uid: string): void;
  /** Something that the user should know: a watch was lost, a kind may not be read. */
  notice(level: 'info' | 'warning', message: Advice): void;
  /** Whether all watches stand, whenever that changes. */
  standing?(all: boolean): void;
}

/**
 * The watches of one namespace: one for each kind, however many deployments are in it, and one for its Events from now
 * on. They fill the cache and hand on the Events until `signal` aborts.
 */
export class Informer {
  readonly cache: Cache;
  readonly #api: Api;
  readonly #namespace: string | undefined;
  readonly #reader: InformerReader;
  readonly #options: WatchOptions;
  /** Of each kind's watch. */
  readonly #renewals = new Map<string, WatchRenewal>();
  #eventsSeenUpTo = '0';
  /** What the server did not let be watched. */
  #unreadable: readonly Unreadable[] = [];
  /** Whether only that is asked for which has the labels of SeldonDeployments. */
  #narrow = true;
  readonly #narrowed = new Set<string>();
  /** Kinds whose watch is lost at the moment. */
  readonly #lost = new Set<string>();
  /** Each asks whether what somebody waits for has been seen. */
  readonly #waitingForEvents = new Set<() => void>();

  /** Without a namespace: of all of them. */
  constructor(api: Api, namespace: string | undefined, reader: InformerReader, options: WatchOptions) {
    this.cache = new Cache(api.serverClock);
    this.#api = api;
    this.#namespace = namespace;
    this.#reader = reader;
    this.#options = options;
  }

  /**
   * Resolves when the server has accepted every watch, of these kinds and of Events unless none are wanted, and tells in
   * one notice which it did without; `missesEvents`: whether Events are worth a word there. Throws ApiFailure or
   * Unreachable when it refuses one that is needed.
   */
  async open(kinds: readonly WatchedKind[], { withEvents = true, missesEvents = true } = {}): Promise<void> {
    for (const { kind } of kinds) this.cache.expect(kind);
    const refusals = await Promise.all([
      withEvents ? this.#watchEvents().catch((error) => this.#doWithout(events, error)) : undefined,
      ...kinds.map((kind) => this.#watchKind(kind).catch((error) => this.#doWithout(kind, error))),
    ]);
    this.#unreadable = refusals.filter((refusal) => refusal !== undefined);
    const missed = this.#unreadable.filter(({ kind }) => missesEvents || kind !== events.kind);
    if (missed.length > 0) this.#reader.notice('warning', unreadableInWords(missed, this.#namespace));
  }

  /** Resolves when every kind that is to be in the cache has been listed once; rejects with the signal's reason. */
  async synced(): Promise<void> {
    const { signal } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const aborted = () => reject(signal.reason);
    const look = () => {
      if (this.cache.unsyncedKinds.length === 0) resolve();
    };
    // Whoever listens is told of every first list, whatever object it listens to.
    const stopListening = this.cache.onChange('', look);
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
    look();
    await promise.finally(() => {
      stopListening();
      signal.removeEventListener('abort', aborted);
    });
  }

  /**
   * Resolves when every Event that the server holds by now has been handed on. Events may live in an etcd of their own,
   * and their watch gets no regular bookmarks, so no other resourceVersion tells: the newest Event itself is asked for,
   * and waited for where the watch has not brought it yet. Answers false if that takes longer than `timeoutMs`. Where
   * Events may not be read there are none to wait for.
   */
  async allEventsSeen(timeoutMs: number): Promise<boolean> {
    if (this.#unreadable.some(({ kind }) => kind === 'Event')) return true;
    const { clock, signal } = this.#options;
    const start = clock.now();
    const newest = await newestEvent(this.#api, this.#namespace, timeoutMs, this.#options);
    if (signal.aborted) return false;
    const restMs = Math.max(0, start + timeoutMs - clock.now());
    return await new Promise((resolve) => {
      const end = (seen: boolean) => {
        cancel();
        cancelRenewal();
        signal.removeEventListener('abort', interrupted);
        this.#waitingForEvents.delete(look);
        resolve(seen);
      };
      const interrupted = () => end(false);
      const cancel = clock.after(restMs, interrupted);
      // By then its connection is known to be dead.
      const cancelRenewal = clock.after(EVENTS_BEHIND_MS, () => this.#renewals.get(events.kind)?.renew());
      signal.addEventListener('abort', interrupted);
      const look = () => {
        if (!isNewer(newest, this.#eventsSeenUpTo)) end(true);
      };
      this.#waitingForEvents.add(look);
      look();
    });
  }

  async #watchKind(watched: WatchedKind): Promise<void> {
    const { kind, accept, form, labelSelector, keep } = watched;
    const { cache } = this;
    const target = {
      kind: watched,
      namespace: this.#namespace,
      form,
      keep,
      ...(accept && { accept }),
      labelSelector: () => (this.#narrow ? labelSelector : undefined),
    };
    if (labelSelector !== undefined) this.#narrowed.add(kind);
    const known = ({ metadata }: KubernetesObject) => this.#reader.known(metadata.uid ?? '');
    const removed = new RecentKeys(MOST_REMOVED);
    const reader = {
      replaced: (objects: KubernetesObject[]) => {
        removed.clear();
        if (kind === deployments.kind) this.#widenFor(objects);
        cache.replace(kind, objects);
        objects.forEach(known);
      },
      changed: (type: string, object: KubernetesObject) => {
        if (type === 'DELETED') {
          removed.add(object.metadata.uid ?? '');
          return cache.remove(object);
        }
        // After it was opened at another server, a watch may bring what is over.
        const { uid = '', resourceVersion = '0' } = object.metadata;
        const before = cache.get(uid)?.metadata.resourceVersion ?? '0';
        if (removed.has(uid) || isNewer(before, resourceVersion)) return;
        if (kind === deployments.kind) this.#widenFor([object]);
        cache.put(kind, object);
        known(object);
      },
      jumpedBack: () => this.#listAgain(kind),
      trouble: (problem: string | undefined) => this.#tellTrouble(kind, problem),
      stale: (stale: boolean) => cache.setStale(kind, stale),
    };
    await listAndWatch(this.#api, target, reader, { ...this.#options, renewal: this.#renewalOf(kind) });
  }

  /** An operator that labels otherwise than Seldon's is believed: then everything is asked for. */
  #widenFor(found: readonly KubernetesObject[]): void {
    if (!this.#narrow || !found.some(mayLackSeldonId)) return;
    this.#narrow = false;
    for (const kind of this.#narrowed) this.#renewals.get(kind)?.renew(true);
  }

  #doWithout(watched: WatchedKind, error: unknown): Unreadable {
    const { kind, optional } = watched;
    if (!optional || !isWithheld(error)) throw error;
    this.cache.doWithout(kind);
    return { kind, resource: resourceName(watched), failure: error };
  }

  async #watchEvents(): Promise<void> {
    const removed = new RecentKeys(MOST_REMOVED);
    const hand = (event: KubernetesEvent) => {
      this.#seenUpTo(event.metadata.resourceVersion);
      this.#reader.event(event);
    };
    const beginning = await listAndWatch<KubernetesEvent>(
      this.#api,
      { kind: events, namespace: this.#namespace, form: events.form, fromNowOn: true },
      {
        replaced: (listed) => {
          removed.clear();
          for (const event of listed) hand(event);
          this.#lookAgain();
        },
        changed: (type, event) => {
          const { uid = '' } = event.metadata;
          if (type === 'DELETED') {
            // It has expired; that is no news of its object.
            removed.add(uid);
            this.#reader.expired?.(uid);
          } else if (!removed.has(uid)) hand(event);
          this.#lookAgain();
        },
        jumpedBack: () => this.#listAgain(events.kind),
        trouble: (problem) => this.#tellTrouble('Event', problem),
      },
      { ...this.#options, silenceMs: undefined, renewal: this.#renewalOf(events.kind) },
    );
    this.#seenUpTo(beginning);
  }

  #renewalOf(kind: string): WatchRenewal {
    const renewal = new WatchRenewal();
    this.#renewals.set(kind, renewal);
    return renewal;
  }

  /**
   * The database was restored. A server that keeps no history of a kind in memory, as of Events, lets a watch from what
   * is in the future by now simply wait, so the others are not left to find out by themselves.
   */
  #listAgain(foundOutBy: string): void {
    this.#eventsSeenUpTo = '0';
    for (const [kind, renewal] of this.#renewals) if (kind !== foundOutBy) renewal.renew(true);
  }

  #seenUpTo(resourceVersion = '0'): void {
    if (isNewer(resourceVersion, this.#eventsSeenUpTo)) this.#eventsSeenUpTo = resourceVersion;
  }

  #lookAgain(): void {
    for (const look of [...this.#waitingForEvents]) look();
  }

  /** Once when it is lost, once when it is back, however often it is tried in between. */
  #tellTrouble(kind: string, problem: string | undefined): void {
    const where = this.#namespace === undefined ? 'all namespaces' : `namespace ${this.#namespace}`;
    const what = `the watch of ${inPlural(kind)} in ${where}`;
    if (problem && !this.#lost.has(kind)) this.#reader.notice('warning', `lost ${what}, trying again: ${problem}`);
    if (!problem && this.#lost.has(kind)) this.#reader.notice('info', `${what} is back`);
    const stood = this.#lost.size === 0;
    if (problem) this.#lost.add(kind);
    else this.#lost.delete(kind);
    this.cache.lostKinds = [...this.#lost];
    if (stood !== (this.#lost.size === 0)) this.#reader.standing?.(!stood);
  }
}

/** An Event that the server lists and the watch has not brought for so long shows that it is not well. */
const EVENTS_BEHIND_MS = 1_000;
/** A uid does not come back, but for a database that was restored. */
const MOST_REMOVED = 1_000;
