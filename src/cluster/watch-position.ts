import type { KubernetesObject } from '../kubernetes/objects.ts';
import { ApiFailure } from './api-failure.ts';
import type { ListSize } from './list-size.ts';
import { isNewer } from './resource-version.ts';
import { ExpiredResourceVersion, isResourceExpired, type WatchMessage } from './watch-message.ts';

/** Who is told what the watch sees. */
export interface WatchReader<T> {
  /** Everything there is; whatever was known before and is not in it is gone. */
  replaced(objects: T[]): void;
  /** `type` is ADDED, MODIFIED or DELETED. */
  changed(type: string, object: T): void;
  /** What is there now is older than what was known: the server's database was restored. Told before `replaced`. */
  jumpedBack?(): void;
  /** The watch was lost and is tried again; undefined when it is well again. */
  trouble(problem: string | undefined): void;
  /**
   * Whether what was told may be out of date: from the end of a stream until another one is open and has brought what
   * happened in between.
   */
  stale?(stale: boolean): void;
}

/** Where a watch stands: up to which resourceVersion its lists and messages were told to the reader. */
export class WatchPosition<T extends KubernetesObject> {
  readonly #reader: WatchReader<T>;
  readonly #kept: (object: T) => T;
  /** Everything up to here was told to the reader; undefined: the next attempt lists everything again. */
  #resourceVersion: string | undefined;
  /** The last resourceVersion that was heard of, also after it was forgotten. */
  #newest: string | undefined;
  /** Where a watch from now on began: what is older is left out when everything has to be listed again. */
  #beginning: string | undefined;
  /** The objects of a streaming list, until the bookmark that ends it. */
  #initial: T[] | undefined;
  #size: ListSize | undefined;

  readonly #masked: ((words: string) => string) | undefined;

  /** `kept`: what is kept of each object of a message; `masked`: what of the words of an error may be told. */
  constructor(reader: WatchReader<T>, kept: (object: T) => T, masked?: (words: string) => string) {
    this.#reader = reader;
    this.#masked = masked;
    this.#kept = kept;
  }

  get resourceVersion(): string | undefined {
    return this.#resourceVersion;
  }

  get beginning(): string | undefined {
    return this.#beginning;
  }

  /** Whether the end of a streaming list is still to come. */
  get isListing(): boolean {
    return this.#initial !== undefined;
  }

  /** What there is by now is not told. */
  beginAt(resourceVersion: string | undefined): void {
    this.#beginning = resourceVersion;
    this.#resourceVersion = resourceVersion;
  }

  /** Everything is listed again. */
  forget(): void {
    this.#resourceVersion = undefined;
  }

  /** And told, as if the watch had begun before all there is. */
  startOver(): void {
    this.forget();
    if (this.#beginning !== undefined) this.#beginning = '0';
  }

  /** Another stream is open: with a streaming list first, which may have this size, or from the resourceVersion. */
  opened({ withList, size }: { withList: boolean; size?: ListSize }): void {
    this.#initial = withList ? [] : undefined;
    this.#size = size;
  }

  /** A list has come, with its resourceVersion. */
  listed(objects: T[], resourceVersion: string | undefined): void {
    this.#replace(objects, resourceVersion);
    this.#resourceVersion = resourceVersion;
  }

  /**
   * Answers whether it was the end of a streaming list. `letters`: of the message. Throws ExpiredResourceVersion and
   * ApiFailure for an error, and ListTooLarge.
   */
  take({ type, object }: WatchMessage<T>, letters = 0): boolean {
    if (type === 'ERROR') {
      const failure = new ApiFailure(object.code ?? 500, JSON.stringify(object), undefined, this.#masked);
      throw isResourceExpired(failure) ? new ExpiredResourceVersion() : failure;
    }
    const listed = this.#initial;
    const isEnd = type === 'BOOKMARK' && object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true';
    if (listed && !isEnd) {
      if (type !== 'BOOKMARK') listed.push(this.#kept(object));
      this.#size?.add(letters, listed);
      return false; // A list that breaks off is started again, so its resourceVersions are not kept.
    }
    this.#initial = undefined;
    if (listed) this.#replace(listed, object.metadata.resourceVersion);
    else if (type !== 'BOOKMARK') this.#reader.changed(type, this.#kept(object));
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
    this.#newest = this.#resourceVersion;
    return listed !== undefined;
  }

  /** `now` is the resourceVersion of the list: before the one that was known, the server's history has begun anew. */
  #replace(objects: T[], now: string | undefined): void {
    const jumpedBack = now !== undefined && this.#newest !== undefined && isNewer(this.#newest, now);
    if (jumpedBack && this.#beginning !== undefined) this.#beginning = '0';
    this.#newest = now ?? this.#newest;
    if (jumpedBack) this.#reader.jumpedBack?.();
    const beginning = this.#beginning;
    this.#reader.replaced(
      beginning === undefined
        ? objects
        : objects.filter(({ metadata }) => isNewer(metadata.resourceVersion ?? '0', beginning)),
    );
  }
}
