/** The uids that were added last, up to a number of them: what is remembered of a cluster has to have an end. */
export class RecentUids {
  readonly #uids = new Set<string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Answers the one that is forgotten for it, if one is. */
  add(uid: string): string | undefined {
    this.#uids.delete(uid);
    this.#uids.add(uid);
    if (this.#uids.size <= this.#most) return undefined;
    const [oldest = ''] = this.#uids;
    this.#uids.delete(oldest);
    return oldest;
  }

  has(uid: string): boolean {
    return this.#uids.has(uid);
  }

  delete(uid: string): void {
    this.#uids.delete(uid);
  }

  clear(): void {
    this.#uids.clear();
  }
}
