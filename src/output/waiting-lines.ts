import type { Clock } from '../clock.ts';
import type { Output } from '../context.ts';
import type { StepName } from '../progress/progress.ts';
import { age } from '../text/age.ts';

/** Where it is said what is being waited for. */
export interface WaitingDisplay {
  /** `who` waits for `what` from now on, in this step, and no longer for what it said before. */
  say(who: string, what: string, step: StepName): void;
  /** `who` waits no longer. */
  stop(who: string): void;
  /** Nobody waits any longer. */
  stopAll(): void;
}

/** A wait that is over before this is not worth a line. */
const SAY_AFTER_MS = 1_000;
const SAY_AGAIN_AFTER_MS = 30_000;
/** A deletion is usually over at once: one that lasts is held by something that somebody has to look after. */
const SAY_AGAIN_OF_DELETION_AFTER_MS = 5_000;

/** Lines for a log: a wait is told when it lasts, and again from time to time, to show that somebody is still there. */
export class WaitingLines implements WaitingDisplay {
  readonly #stderr: Output;
  readonly #clock: Clock;
  readonly #cancel = new Map<string, () => void>();

  constructor(stderr: Output, clock: Clock) {
    this.#stderr = stderr;
    this.#clock = clock;
  }

  say(who: string, what: string, step: StepName): void {
    this.stop(who);
    const againAfter = step === 'wait-deleted' ? SAY_AGAIN_OF_DELETION_AFTER_MS : SAY_AGAIN_AFTER_MS;
    const since = this.#clock.now();
    const say = () => {
      const lasting = this.#clock.now() - since;
      const forHowLong = lasting >= againAfter ? ` (for ${age(lasting)})` : '';
      this.#stderr.write(`${who}: waiting for ${what}${forHowLong}\n`);
      this.#cancel.set(who, this.#clock.after(againAfter, say));
    };
    this.#cancel.set(who, this.#clock.after(SAY_AFTER_MS, say));
  }

  stop(who: string): void {
    this.#cancel.get(who)?.();
    this.#cancel.delete(who);
  }

  stopAll(): void {
    for (const who of [...this.#cancel.keys()]) this.stop(who);
  }
}
