import type { Clock } from '../clock.ts';

/** More than an answer takes to come: our own clock has been set, or the server's. */
const STEP_MS = 5_000;

/** The time as the server has it, which dates objects by it: its Date headers tell, to the second. */
export class ServerClock {
  readonly #clock: Clock;
  /** The most that was seen: each answer tells how much it is at least. */
  #aheadMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the Date header of an answer that has just come. */
  see(date: string | undefined): void {
    const atLeast = Date.parse(date ?? '') - this.#clock.now();
    if (Number.isNaN(atLeast)) return;
    const known = this.#aheadMs ?? atLeast;
    this.#aheadMs = known - atLeast > STEP_MS ? atLeast : Math.max(known, atLeast);
  }

  /** Milliseconds since 1970, up to a second behind; our own clock's where the server has not told, or tells the same. */
  now(): number {
    const aheadMs = this.#aheadMs ?? 0;
    // The header leaves out the fraction of its second, which our own clock has.
    const isTheSame = aheadMs > -1_000 && aheadMs <= 0;
    return this.#clock.now() + (isTheSame ? 0 : aheadMs);
  }
}
