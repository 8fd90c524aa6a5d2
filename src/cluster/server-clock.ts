import type { Clock } from '../clock.ts';

/** The time as the server has it, which dates objects by it: its Date headers tell, to the second. */
export class ServerClock {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the Date header of an answer that has just come. */
  see(date: string | undefined): void {
    const time = Date.parse(date ?? '');
    if (!Number.isNaN(time)) this.#aheadMs = time - this.#clock.now();
  }

  /** Milliseconds since 1970, up to a second behind; our own clock's where the server has not told. */
  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }
}
