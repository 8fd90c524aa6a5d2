import type { Clock } from '../../clock.ts';
import { ApiFailure } from '../api-server/api-failure.ts';

/** Milliseconds between a change and a controller's answer to it, about what real controllers need. */
const reactionTime = 2;

/** Milliseconds until a refused write is tried again: doubled with each failure in a row. */
const firstRetryTime = 5;
const longestRetryTime = 1_000_000;

/**
 * Keys to look at soon, each only once however often it is added; what was refused comes back later and later.
 * https://github.com/kubernetes/client-go/blob/master/util/workqueue/default_rate_limiters.go
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #process: (key: string) => void;
  #timers = new Map<string, { cancel: () => void; due: number }>();
  #failures = new Map<string, number>();

  constructor(clock: Clock, process: (key: string) => void) {
    this.#clock = clock;
    this.#process = process;
  }

  add(key: string): void {
    this.addAfter(key, reactionTime);
  }

  /** A key that is due sooner stays so. */
  addAfter(key: string, milliseconds: number): void {
    const due = this.#clock.now() + milliseconds;
    const waiting = this.#timers.get(key);
    if (waiting && waiting.due <= due) return;
    waiting?.cancel();
    this.#timers.set(key, { cancel: this.#clock.after(milliseconds, () => this.#run(key)), due });
  }

  /** Forgets a key that is waiting. */
  drop(key: string): void {
    const waiting = this.#timers.get(key);
    waiting?.cancel();
    this.#timers.delete(key);
  }

  stop(): void {
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #run(key: string): void {
    this.#timers.delete(key);
    try {
      this.#process(key);
      this.#failures.delete(key);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      if (error.code === 404) this.#failures.delete(key);
      else this.#retry(key);
    }
  }

  #retry(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.min(firstRetryTime * 2 ** failures, longestRetryTime));
  }
}
