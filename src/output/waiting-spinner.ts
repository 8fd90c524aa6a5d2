import ora from 'ora';
import type { Clock } from '../clock.ts';
import type { Output } from '../context.ts';
import { age } from '../text/age.ts';
import type { WaitingDisplay } from './waiting-lines.ts';

/** How often the time that a wait has lasted is written anew. */
const TICK_MS = 1_000;

/** For a terminal: one spinner with the newest wait of each, and for how long it has lasted. */
export class WaitingSpinner implements WaitingDisplay {
  readonly #spinner;
  readonly #clock: Clock;
  readonly #waits = new Map<string, { what: string; since: number }>();
  #cancelTick: (() => void) | undefined;

  constructor(stderr: Output, clock: Clock, { coloured }: { coloured: boolean }) {
    this.#clock = clock;
    // Standard input and the cursor are left alone: Ctrl-C stays ours, and a killed process leaves a sane terminal.
    const stream = stderr as unknown as NodeJS.WriteStream;
    const color = coloured ? 'cyan' : false;
    this.#spinner = ora({ stream, color, isEnabled: true, discardStdin: false, hideCursor: false });
  }

  say(who: string, what: string): void {
    this.#waits.delete(who); // So that it comes last, as the newest.
    this.#waits.set(who, { what, since: this.#clock.now() });
    this.#show();
  }

  stop(who: string): void {
    this.#waits.delete(who);
    this.#show();
  }

  stopAll(): void {
    this.#waits.clear();
    this.#show();
  }

  #show(): void {
    this.#cancelTick?.();
    const [newest, ...others] = [...this.#waits].reverse();
    if (!newest) {
      this.#spinner.stop();
      return;
    }
    const [who, { what, since }] = newest;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    const text = `${who}: waiting for ${what} (${age(this.#clock.now() - since)})${more}`;
    if (this.#spinner.isSpinning) this.#spinner.text = text;
    else this.#spinner.start(text);
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#show());
  }
}
