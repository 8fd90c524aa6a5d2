import { type Clock, sleep } from '../../clock.ts';
import type { UsageOfPods } from './pod-usage.ts';

/** As often as metrics-server looks, if nobody has told it otherwise. */
const EVERY_MS = 15_000;

/** Undefined where the server does not tell it, with the reason for `tell`. */
type ReadUsage = (tell: (warning: string) => void) => Promise<UsageOfPods | undefined>;

/** What pods use, read again and again until `signal` aborts: nobody can watch it. */
export class PolledUsage {
  readonly #read: ReadUsage;
  readonly #changed: () => void;
  readonly #options: { clock: Clock; signal: AbortSignal };
  #known: UsageOfPods | undefined;
  #tell: (warning: string) => void;

  /** `tell` is told once at most why there is none. */
  constructor(
    read: ReadUsage,
    told: { changed(): void; tell(warning: string): void },
    options: { clock: Clock; signal: AbortSignal },
  ) {
    this.#read = read;
    this.#changed = told.changed;
    this.#options = options;
    this.#tell = (warning) => {
      this.#tell = () => {};
      told.tell(warning);
    };
  }

  /** Resolves when it has been read once. */
  async open(): Promise<void> {
    await this.#look();
    void this.#keepLooking();
  }

  get known(): UsageOfPods | undefined {
    return this.#known;
  }

  async #look(): Promise<void> {
    const found = await this.#read((warning) => this.#tell(warning));
    // A column that was there stays; what it said is not true any more.
    this.#known = found ?? (this.#known && (() => undefined));
  }

  async #keepLooking(): Promise<void> {
    const { clock, signal } = this.#options;
    for (;;) {
      await sleep(clock, EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        await this.#look();
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      this.#changed();
    }
  }
}
