import type { Clock } from '../clock.ts';
import type { ReportedEvent } from '../progress/progress.ts';

/** An operator may repeat an Event many times a second; a person wants the newest count, not every one on the way. */
const GATHER_MS = 1_000;

/**
 * Passes an Event on at once when it is new, and its repeats at most once a second, the newest of them. None is lost:
 * `flush` passes on those that are still held back.
 */
export class RepeatedEvents {
  readonly #show: (event: ReportedEvent) => void;
  readonly #clock: Clock;
  readonly #seen = new Set<string>();
  readonly #heldBack = new Map<string, { event: ReportedEvent; cancel: () => void }>();

  constructor(show: (event: ReportedEvent) => void, clock: Clock) {
    this.#show = show;
    this.#clock = clock;
  }

  see(event: ReportedEvent): void {
    if (!this.#seen.has(event.uid)) {
      this.#seen.add(event.uid);
      this.#show(event);
      return;
    }
    const held = this.#heldBack.get(event.uid);
    if (held) held.event = event;
    else {
      const cancel = this.#clock.after(GATHER_MS, () => this.#release(event.uid));
      this.#heldBack.set(event.uid, { event, cancel });
    }
  }

  flush(): void {
    for (const uid of [...this.#heldBack.keys()]) this.#release(uid);
  }

  #release(uid: string): void {
    const held = this.#heldBack.get(uid);
    this.#heldBack.delete(uid);
    held?.cancel();
    if (held) this.#show(held.event);
  }
}
