import type { KubernetesObject } from './objects.ts';

export type Change = {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  revision: number;
  object: KubernetesObject;
  /** The object before the change: selectors need it to see that it has just stopped matching. */
  previous?: KubernetesObject;
};

/** The latest changes of one kind, so that a watch can start in the past. */
export class WatchHistory {
  #changes: Change[] = [];
  #oldestResumable = 0;
  readonly #capacity: number;

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  /** The lowest resourceVersion to resume from without missing a change. */
  get oldestResumable(): number {
    return this.#oldestResumable;
  }

  add(change: Change): void {
    this.#changes.push(change);
    // Trimmed by the half: dropping one at a time would move the whole array each time.
    if (this.#changes.length > this.#capacity * 1.5) {
      const dropped = this.#changes.splice(0, this.#changes.length - this.#capacity);
      this.#oldestResumable = (dropped.at(-1) as Change).revision;
    }
  }

  since(resourceVersion: number): Change[] {
    return this.#changes.filter(({ revision }) => revision > resourceVersion);
  }

  compact(revision: number): void {
    this.#changes = this.#changes.filter((change) => change.revision > revision);
    this.#oldestResumable = Math.max(this.#oldestResumable, revision);
  }
}
