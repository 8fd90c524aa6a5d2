import type { Clock } from '../clock.ts';
import type { Api } from './api.ts';
import { ApiFailure } from './api-failure.ts';
import { events, type WatchedKind } from './kinds.ts';
import { METADATA_ONLY } from './metadata-only.ts';
import type { KubernetesEvent, KubernetesObject } from './objects.ts';
import { Picture } from './picture.ts';
import { type Unreadable, unreadableInWords } from './unreadable.ts';
import { isNewer, listAndWatch } from './watch.ts';

export interface NamespaceReader {
  /** An Event, new or repeated. */
  event(event: KubernetesEvent): void;
  /** Something new is in the picture about the object with this uid. */
  known(uid: string): void;
  /** Something that the user should know: a watch was lost, a kind may not be read. */
  notice(level: 'info' | 'warning', message: string): void;
  /** Whether all watches stand, whenever that changes. */
  standing?(all: boolean): void;
}

/**
 * The watches of one namespace: one for each kind, however many deployments are in it, and one for its Events from now
 * on. They draw the picture and hand on the Events until `signal` aborts.
 */
export class NamespaceWatch {
  readonly picture = new Picture();
  readonly #api: Api;
  readonly #namespace: string | undefined;
  readonly #reader: NamespaceReader;
  readonly #options: { clock: Clock; signal: AbortSignal };
  #eventsSeenUpTo = '0';
  /** What the server did not let be watched. */
  #unreadable: readonly Unreadable[] = [];
  /** Kinds whose watch is lost at the moment. */
  readonly #lost = new Set<string>();
  /** Each asks whether what somebody waits for has been seen. */
  readonly #waitingForEvents = new Set<() => void>();

  /** Without a namespace: of all of them. */
  constructor(
    api: Api,
    namespace: string | undefined,
    reader: NamespaceReader,
    options: { clock: Clock; signal: AbortSignal },
  ) {
    this.#api = api;
    this.#namespace = namespace;
    this.#reader = reader;
    this.#options = options;
  }

  /**
   * Resolves when the server has accepted every watch, of these kinds and of Events unless none are wanted, and tells in
   * one notice which it did without. Throws ApiFailure or Unreachable when it refuses one that is needed.
   */
  async open(kinds: readonly WatchedKind[], { withEvents = true } = {}): Promise<void> {
    for (const { kind } of kinds) this.picture.expect(kind);
    const refusals = await Promise.all([
      withEvents ? this.#watchEvents().catch((error) => this.#doWithout(events, error)) : undefined,
      ...kinds.map((kind) => this.#watchKind(kind).catch((error) => this.#doWithout(kind, error))),
    ]);
    this.#unreadable = refusals.filter((refusal) => refusal !== undefined);
    if (this.#unreadable.length > 0) {
      this.#reader.notice('warning', unreadableInWords(this.#unreadable, this.#namespace));
    }
  }

  /**
   * Resolves when every Event that the server holds by now has been handed on. Events may live in an etcd of their own,
   * and their watch gets no regular bookmarks, so no other resourceVersion tells: the newest Event itself is asked for,
   * and waited for where the watch has not brought it yet. Answers false if that takes longer than `timeoutMs`. Where
   * Events may not be read there are none to wait for.
   */
  async allEventsSeen(timeoutMs: number): Promise<boolean> {
    if (this.#unreadable.some(({ kind }) => kind === 'Event')) return true;
    const newest = await this.#newestEvent();
    const { clock, signal } = this.#options;
    return await new Promise((resolve) => {
      const end = (seen: boolean) => {
        cancel();
        signal.removeEventListener('abort', interrupted);
        this.#waitingForEvents.delete(look);
        resolve(seen);
      };
      const interrupted = () => end(false);
      const cancel = clock.after(timeoutMs, interrupted);
      signal.addEventListener('abort', interrupted);
      const look = () => {
        if (!isNewer(newest, this.#eventsSeenUpTo)) end(true);
      };
      this.#waitingForEvents.add(look);
      look();
    });
  }

  async #watchKind({ kind, path, accept, keep }: WatchedKind): Promise<void> {
    const { picture } = this;
    const target = { path: path(this.#namespace), ...(accept && { accept }) };
    const known = ({ metadata }: KubernetesObject) => this.#reader.known(metadata.uid ?? '');
    const reader = {
      replaced: (objects: KubernetesObject[]) => {
        picture.replace(kind, objects.map(keep));
        objects.forEach(known);
      },
      changed: (type: string, object: KubernetesObject) => {
        if (type === 'DELETED') return picture.remove(object);
        picture.put(kind, keep(object));
        known(object);
      },
      trouble: (problem: string | undefined) => this.#tellTrouble(kind, problem),
    };
    await listAndWatch(this.#api, target, reader, this.#options);
  }

  #doWithout(
    { kind, resource, optional }: Pick<WatchedKind, 'kind' | 'resource' | 'optional'>,
    error: unknown,
  ): Unreadable {
    const isWithheld = error instanceof ApiFailure && (error.status === 403 || error.status === 404);
    if (!optional || !isWithheld) throw error;
    this.picture.doWithout(kind);
    return { kind, resource, failure: error };
  }

  async #watchEvents(): Promise<void> {
    const hand = (event: KubernetesEvent) => {
      this.#seenUpTo(event.metadata.resourceVersion);
      this.#reader.event(event);
    };
    const beginning = await listAndWatch<KubernetesEvent>(
      this.#api,
      { path: this.#eventsPath, fromNowOn: true },
      {
        replaced: (listed) => {
          for (const event of listed) hand(event);
          this.#lookAgain();
        },
        changed: (type, event) => {
          // Deleted Events have expired; that is no news of the object.
          if (type !== 'DELETED') hand(event);
          this.#lookAgain();
        },
        trouble: (problem) => this.#tellTrouble('Event', problem),
      },
      this.#options,
    );
    this.#seenUpTo(beginning);
  }

  #seenUpTo(resourceVersion = '0'): void {
    if (isNewer(resourceVersion, this.#eventsSeenUpTo)) this.#eventsSeenUpTo = resourceVersion;
  }

  #lookAgain(): void {
    for (const look of [...this.#waitingForEvents]) look();
  }

  get #eventsPath(): string {
    return events.path(this.#namespace);
  }

  /** The resourceVersion of the newest Event that the server holds. */
  async #newestEvent(): Promise<string> {
    const { clock, signal } = this.#options;
    const listed = new AbortController();
    const ended = AbortSignal.any([signal, listed.signal]);
    try {
      return await new Promise((resolve, reject) => {
        const reader = {
          replaced: (listed: KubernetesObject[]) => resolve(newestOf(listed)),
          changed: () => {},
          trouble: (problem: string | undefined) => problem && reject(new Error(problem)),
        };
        ended.addEventListener('abort', () => resolve('0'));
        const target = { path: this.#eventsPath, accept: METADATA_ONLY };
        listAndWatch(this.#api, target, reader, { clock, signal: ended }).catch(reject);
      });
    } finally {
      listed.abort();
    }
  }

  /** Once when it is lost, once when it is back, however often it is tried in between. */
  #tellTrouble(kind: string, problem: string | undefined): void {
    const where = this.#namespace === undefined ? 'all namespaces' : `namespace ${this.#namespace}`;
    const what = `the watch of ${kind}s in ${where}`;
    if (problem && !this.#lost.has(kind)) this.#reader.notice('warning', `lost ${what}, trying again: ${problem}`);
    if (!problem && this.#lost.has(kind)) this.#reader.notice('info', `${what} is back`);
    const stood = this.#lost.size === 0;
    if (problem) this.#lost.add(kind);
    else this.#lost.delete(kind);
    if (stood !== (this.#lost.size === 0)) this.#reader.standing?.(!stood);
  }
}

function newestOf(events: readonly KubernetesObject[]): string {
  let newest = '0';
  for (const { metadata } of events) {
    if (isNewer(metadata.resourceVersion ?? '0', newest)) newest = metadata.resourceVersion ?? '0';
  }
  return newest;
}
