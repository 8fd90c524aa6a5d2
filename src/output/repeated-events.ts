import type { Clock } from '../clock.ts';
import { RecentKeys } from '../cluster/recent-keys.ts';
import type { EventReport } from '../progress/progress.ts';

/** An operator may repeat an Event many times a second; a person wants the newest count, not every one on the way. */
const GATHER_MS = 1_000;
/** Of one that is forgotten the next repetition is shown at once. */
const MOST_SEEN = 10_000;

/**
 * Passes an Event on at once when it is new, and its repeats at most once a second, the newest of them. None is lost:
 * `flush` passes on those that are still held back.
 */
export class RepeatedEvents {
  readonly #show: (report: EventReport) => void;
  readonly #clock: Clock;
  /** By the uid of the Event, as those that are held back. */
  readonly #seen = new RecentKeys(MOST_SEEN);
  readonly #heldBack = new Map<string, { report: EventReport; cancel: () => void }>();

  constructor(show: (report: EventReport) => void, clock: Clock) {
    this.#show = show;
    this.#clock = clock;
  }

  see(report: EventReport): void {
    const { uid } = report.event;
    if (!this.#seen.has(uid)) {
      this.#seen.add(uid);
      this.#show(report);
      return;
    }
    const held = this.#heldBack.get(uid);
    if (held) held.report = report;
    else {
      const cancel = this.#clock.after(GATHER_MS, () => this.#release(uid));
      this.#heldBack.set(uid, { report, cancel });
    }
  }

  flush(): void {
    for (const uid of [...this.#heldBack.keys()]) this.#release(uid);
  }

  #release(uid: string): void {
    const held = this.#heldBack.get(uid);
    this.#heldBack.delete(uid);
    held?.cancel();
    if (held) this.#show(held.report);
  }
}
