import { type Clock, sleep } from '../clock.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { anyKind } from './answer-forms.ts';
import { TooLarge } from './answer-limits.ts';
import type { Api } from './api.ts';
import { ApiFailure, ListTooLarge, NotKubernetes, Unreachable } from './api-failure.ts';
import type { Form } from './form.ts';
import { listCollection } from './list-objects.ts';
import { ListSize } from './list-size.ts';
import { ofList } from './metadata-only.ts';
import { type ResourceKind, resourcePath } from './resource-kinds.ts';
import { currentResourceVersion } from './resource-version.ts';
import { LONGEST_ASKED_MS } from './retry.ts';
import { SharedTexts } from './shared-texts.ts';
import { ExpiredResourceVersion, isResourceExpired } from './watch-message.ts';
import { WatchPosition, type WatchReader } from './watch-position.ts';
import { WatchStream } from './watch-stream.ts';

/** What to watch: a collection, and how to ask for it. */
export interface WatchTarget {
  kind: ResourceKind;
  /** Without one: of all of them. */
  namespace?: string | undefined;
  accept?: string;
  /** Of each object; that of any kind if it is not said. */
  form?: Form;
  /** Asked each time that it is opened: only objects with such labels are told of. */
  labelSelector?(): string | undefined;
  fieldSelector?: string;
  /** What is kept of each object, from the moment at which it is read: a long list is never in memory as the server sent it. */
  keep?(object: KubernetesObject): KubernetesObject;
  /** Not ended by the user's first signal: for whoever cleans up. Otherwise so only once it is open. */
  evenAfterStop?: boolean;
  /** Leave out what there is already: watch from here on only. */
  fromNowOn?: boolean;
}

export interface WatchOptions {
  clock: Clock;
  signal: AbortSignal;
  /**
   * A stream without a message for so many milliseconds is opened again, from where it was: its connection may be half
   * open, with nobody at the other end. The API server sends a bookmark about every minute, but none of Events.
   */
  silenceMs?: number | undefined;
  /** By which somebody else may have it opened again. */
  renewal?: WatchRenewal;
}

/** Opens a watch again for somebody who knows more than it can. */
export class WatchRenewal {
  #renew: ((fromScratch: boolean) => void) | undefined;

  /** From where it is or, `fromScratch`, by listing everything again, as if it had begun before all there is. */
  renew(fromScratch = false): void {
    this.#renew?.(fromScratch);
  }

  attach(renew: (fromScratch: boolean) => void): void {
    this.#renew = renew;
  }
}

/** A watch that closes this soon without a word may come from a resourceVersion that the server has forgotten. */
const SUSPICIOUSLY_SHORT_MS = 2_000;
/** A watch that goes on where another one ended brings what happened in between at once, but does not say that it has. */
const CAUGHT_UP_MS = 100;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/**
 * Lists and watches one collection until `signal` aborts, through closed connections and expired resourceVersions.
 * Resolves once the server has accepted it, `fromNowOn` with the resourceVersion it begins at; throws ApiFailure or Unreachable when the first attempt is refused.
 * Later trouble is told to the reader and retried with backoff: a watch never gives up by itself.
 */
export async function listAndWatch<T extends KubernetesObject>(
  api: Api,
  target: WatchTarget,
  reader: WatchReader<T>,
  options: WatchOptions,
): Promise<string | undefined> {
  const watch = new Reflector<T>(api, target, reader, options);
  await watch.begin();
  void watch.follow();
  return watch.beginning;
}

class Reflector<T extends KubernetesObject> {
  readonly #api: Api;
  readonly #target: WatchTarget;
  readonly #reader: WatchReader<T>;
  readonly #position: WatchPosition<T>;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #silenceMs: number | undefined;
  readonly #texts = new SharedTexts();
  /** The one that is open, or being opened. */
  #stream: WatchStream<T>;
  #cancelCatchingUp: (() => void) | undefined;
  #stale = false;
  /** Whatever comes of the stream that is open still, the next one lists everything. */
  #fromScratch = false;
  /** It was accepted once: whoever cleans up after the user wants to stop needs it to the end. */
  #established = false;

  constructor(api: Api, target: WatchTarget, reader: WatchReader<T>, options: WatchOptions) {
    this.#api = api;
    this.#target = target;
    this.#reader = reader;
    this.#position = new WatchPosition(
      reader,
      (object) => this.#kept(object),
      (words) => api.secrets.masked(words),
    );
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#silenceMs = options.silenceMs;
    this.#stream = this.#newStream();
    this.#established = target.evenAfterStop === true;
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
    options.renewal?.attach((fromScratch) => this.#renew(fromScratch));
  }

  get beginning(): string | undefined {
    return this.#position.beginning;
  }

  /** As `connect`, also where somebody asks meanwhile for it to be opened again. */
  async begin(): Promise<void> {
    for (;;) {
      try {
        return await this.connect();
      } catch (error) {
        if (!this.#isRenewal(error)) throw error;
      }
    }
  }

  /** Whether that is what a stream was ended with that somebody wants to be opened again. */
  #isRenewal(error: unknown): boolean {
    return error instanceof DOMException && error === this.#stream.endReason && !this.#signal.aborted;
  }

  async connect(): Promise<void> {
    const position = this.#position;
    const { kind, namespace } = this.#target;
    if (this.#target.fromNowOn && position.beginning === undefined) {
      position.beginAt(await currentResourceVersion(this.#api, kind, namespace, this.#signal));
    }
    if (position.resourceVersion === undefined && this.#api.streamingLists) {
      try {
        return await this.#open({ sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' });
      } catch (error) {
        // Servers before 1.32 answer so unless a feature gate is on:
        // https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists
        const unknown = error instanceof ApiFailure && (error.status === 400 || error.status === 422);
        if (!unknown) throw error;
        this.#api.streamingLists = false;
      }
    }
    if (position.resourceVersion === undefined) await this.#list();
    await this.#open({ resourceVersion: position.resourceVersion });
  }

  /** Reads the open stream, then opens the next one, until aborted. */
  async follow(): Promise<void> {
    this.#established = true;
    let retryMs = FIRST_RETRY_MS;
    let silentOnes = 0;
    while (!this.#signal.aborted) {
      const openedAt = this.#clock.now();
      this.#stream.listen();
      const { heard, failed, endless } = await this.#read();
      this.#setStale(true);
      if (this.#fromScratch) this.#position.forget();
      this.#fromScratch = false;
      await this.#stream.close();
      if (this.#signal.aborted) return;
      // A server that has compacted the resourceVersion away may close the watch without an error, again and again:
      // https://github.com/kubernetes/kubernetes/issues/104171
      const silent = !this.#stream.isEnded && heard === 0 && this.#clock.now() - openedAt < SUSPICIOUSLY_SHORT_MS;
      silentOnes = silent ? silentOnes + 1 : 0;
      // Whoever closes one such watch may be somebody else, and what comes and goes until a new list would not be seen.
      if (endless || silentOnes > 1 || (silent && failed)) this.#position.forget();
      if (endless || silentOnes > 2 || (silent && failed)) {
        await sleep(this.#clock, jittered(retryMs), this.#signal);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      } else if (!silent) {
        retryMs = FIRST_RETRY_MS;
      }
      if (!(await this.#reconnect())) return;
    }
  }

  /** False: the watch is not wanted any more. */
  async #reconnect(): Promise<boolean> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#signal.aborted) {
      try {
        await this.connect();
        this.#reader.trouble(undefined);
        if (!this.#position.isListing) this.#catchUp();
        return true;
      } catch (error) {
        if (this.#signal.aborted) return false;
        if (this.#isRenewal(error)) continue;
        if (isResourceExpired(error) && this.#position.resourceVersion !== undefined) {
          // A list may go well at once, and what comes and goes until then would not be seen.
          this.#position.forget();
          continue;
        }
        if (error instanceof ApiFailure || error instanceof Unreachable) this.#reader.trouble(error.message);
        else throw error;
        const { retryAfterSeconds = 0 } = error instanceof ApiFailure ? error : {};
        const asked = Math.min(retryAfterSeconds * 1_000, LONGEST_ASKED_MS);
        await sleep(this.#clock, Math.max(asked, jittered(retryMs)), this.#signal);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
    return false;
  }

  async #open(query: Record<string, string | undefined>): Promise<void> {
    const { kind, namespace, accept, labelSelector, fieldSelector } = this.#target;
    this.#stream = this.#newStream();
    if (this.#signal.aborted) this.#end();
    if (this.#established) this.#stream.listen();
    await this.#stream.open(this.#api, {
      path: resourcePath(kind, namespace),
      query: { watch: 'true', allowWatchBookmarks: 'true', labelSelector: labelSelector?.(), fieldSelector, ...query },
      ...(accept && { accept }),
      evenAfterStop: this.#established,
    });
    this.#position.opened({
      withList: query.sendInitialEvents !== undefined,
      size: new ListSize(this.#api.server, kind, namespace),
    });
  }

  #newStream(): WatchStream<T> {
    return new WatchStream(this.#target.form ?? anyKind, this.#clock, this.#silenceMs);
  }

  #setStale(stale: boolean): void {
    this.#cancelCatchingUp?.();
    if (stale !== this.#stale) this.#reader.stale?.(stale);
    this.#stale = stale;
  }

  #catchUp(): void {
    if (this.#reader.stale) this.#cancelCatchingUp = this.#clock.after(CAUGHT_UP_MS, () => this.#setStale(false));
  }

  #end(): void {
    this.#cancelCatchingUp?.();
    this.#stream.end(this.#signal.reason);
  }

  #renew(fromScratch: boolean): void {
    if (fromScratch) this.#position.startOver();
    // What is on its way could set the resourceVersion again.
    this.#fromScratch ||= fromScratch;
    this.#stream.end(new DOMException('opened again', 'AbortError'));
  }

  async #list(): Promise<void> {
    const { kind, namespace, accept, form, fieldSelector } = this.#target;
    const { items, resourceVersion } = await listCollection<T>(this.#api, kind, namespace, {
      ...(accept && { accept: ofList(accept) }),
      form,
      labelSelector: this.#target.labelSelector?.(),
      ...(fieldSelector !== undefined && { fieldSelector }),
      keep: (object) => this.#kept(object),
      signal: this.#signal,
      evenAfterStop: this.#established,
    });
    this.#position.listed(items, resourceVersion);
  }

  #kept(object: T): T {
    return this.#texts.share(this.#target.keep ? (this.#target.keep(object) as T) : object);
  }

  /** How many messages the stream brought before it ended, and whether an error was the last, or a line without end. */
  async #read(): Promise<{ heard: number; failed: boolean; endless: boolean }> {
    let heard = 0;
    for (;;) {
      try {
        const message = await this.#stream.next();
        if (!message) return { heard, failed: false, endless: false };
        this.#stream.listen();
        if (this.#position.take(message, this.#stream.letters)) this.#setStale(false);
        heard += 1;
      } catch (error) {
        const tooLarge = error instanceof TooLarge || error instanceof ListTooLarge;
        const expired = error instanceof ExpiredResourceVersion;
        // As good as broken off.
        const strange = error instanceof NotKubernetes;
        if (expired) this.#position.forget();
        else if (strange || error instanceof ApiFailure || tooLarge) this.#reader.trouble(error.message);
        else throw error;
        return { heard, failed: !expired && !strange, endless: tooLarge };
      }
    }
  }
}

/** Spread over half to the whole of the time, so that many clients do not come back together. */
function jittered(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random() / 2);
}
