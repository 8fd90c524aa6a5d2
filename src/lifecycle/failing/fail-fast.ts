import type { Clock } from '../../clock.ts';
import { type Answer, failed } from '../waits/answer.ts';
import type { Observation } from '../waits/observation.ts';
import { type Blocker, findBlocker } from './blocker.ts';

/**
 * Ends a wait that cannot be answered any more: at once when a blocker is final, otherwise when the same one has been
 * there for the grace time. One that goes away for longer than that begins anew.
 */
export class FailFast {
  /** The blocker that ended the wait. */
  found: Blocker | undefined;
  readonly #graceMs: number;
  readonly #clock: Clock;
  /** `goneAt`: since when it is not there; undefined while it is. */
  readonly #seen = new Map<string, { since: number; goneAt: number | undefined }>();
  #askAgain: () => void = () => {};
  #cancel: () => void = () => {};

  constructor(graceMs: number, clock: Clock) {
    this.#graceMs = graceMs;
    this.#clock = clock;
  }

  /** Calls back when the grace time of a blocker is over; the answer ends that. */
  onDue(listener: () => void): () => void {
    this.#askAgain = listener;
    return () => this.#cancel();
  }

  judge(answer: Answer, seen: Observation): Answer {
    this.#cancel();
    const blocker = answer.state === 'waiting' ? findBlocker(seen) : undefined;
    this.#noteGone(blocker?.key);
    if (!blocker) return answer;
    const rest = blocker.fails === 'now' ? 0 : this.#since(blocker) + this.#graceMs - this.#clock.now();
    if (rest > 0) {
      this.#cancel = this.#clock.after(rest, () => this.#askAgain());
      return answer;
    }
    this.found = blocker;
    return failed(blocker.why);
  }

  #since({ key }: Blocker): number {
    const now = this.#clock.now();
    const before = this.#seen.get(key);
    const isTheSame = before && now - (before.goneAt ?? now) <= this.#graceMs;
    const since = isTheSame ? before.since : now;
    this.#seen.set(key, { since, goneAt: undefined });
    return since;
  }

  /** Nobody looks between changes: what was there at the last look and is there now has been there all the time. */
  #noteGone(stillThere: string | undefined): void {
    const now = this.#clock.now();
    for (const [key, one] of this.#seen) {
      if (key === stillThere) continue;
      one.goneAt ??= now;
      // Pods come and go, and each has its own.
      if (now - one.goneAt > this.#graceMs) this.#seen.delete(key);
    }
  }
}
