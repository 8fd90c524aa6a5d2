/**
 * The keys that were added last, uids mostly, up to a number of them: what is remembered of a cluster or a source has to
 * have an end. Oldest first.
 */
export class RecentKeys {
  readonly #keys = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Answers the one that is forgotten for it, if one is. */
  add(key: string): string | undefined {
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size <= this.#most) return undefined;
    const [oldest = ''] = this.#keys;
    this.#keys.delete(oldest);
    return oldest;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  delete(key: string): void {
    this.#keys.delete(key);
  }

  clear(): void {
    this.#keys.clear();
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#keys.values();
  }
}
