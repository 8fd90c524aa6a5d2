import type { Clock } from '../../clock.ts';
import { type Answer, failed } from '../waits/answer.ts';
import type { Observation } from '../waits/observation.ts';
import { findObstacle, type Obstacle } from './obstacle.ts';

/**
 * Ends a wait that cannot be answered any more: at once when an obstacle is final, otherwise when the same one has been
 * there for the grace time. One that goes away for longer than that begins anew.
 */
export class FailFast {
  /** The obstacle that ended the wait. */
  found: Obstacle | undefined;
  readonly #graceMs: number;
  readonly #clock: Clock;
  readonly #seen = new Map<string, { since: number; last: number }>();
  #askAgain: () => void = () => {};
  #cancel: () => void = () => {};

  constructor(graceMs: number, clock: Clock) {
    this.#graceMs = graceMs;
    this.#clock = clock;
  }

  /** Calls back when the grace time of an obstacle is over; the answer ends that. */
  onDue(listener: () => void): () => void {
    this.#askAgain = listener;
    return () => this.#cancel();
  }

  judge(answer: Answer, seen: Observation): Answer {
    this.#cancel();
    if (answer.state !== 'waiting') return answer;
    const obstacle = findObstacle(seen);
    if (!obstacle) return answer;
    const rest = obstacle.fails === 'now' ? 0 : this.#since(obstacle) + this.#graceMs - this.#clock.now();
    if (rest > 0) {
      this.#cancel = this.#clock.after(rest, () => this.#askAgain());
      return answer;
    }
    this.found = obstacle;
    return failed(obstacle.why);
  }

  #since({ key }: Obstacle): number {
    const now = this.#clock.now();
    const before = this.#seen.get(key);
    const since = before && now - before.last <= this.#graceMs ? before.since : now;
    this.#seen.set(key, { since, last: now });
    return since;
  }
}
