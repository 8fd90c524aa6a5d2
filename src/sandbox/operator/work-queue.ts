import type { Clock } from '../../clock.ts';

const FIRST_DELAY_MS = 5;
const LONGEST_DELAY_MS = 1_000_000;

/**
 * Keys to work on, each once however often it was added, and never two workers at one key: what is added meanwhile
 * comes again afterwards. A key whose work failed comes back after 5 ms, doubled each time up to 1000 s.
 * Source: https://github.com/kubernetes/client-go/tree/v0.36.3/util/workqueue
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #work: (key: string) => Promise<void>;
  readonly #workers: number;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<() => void>();
  readonly #underWay = new Set<Promise<void>>();
  #open = false;

  constructor(clock: Clock, workers: number, work: (key: string) => Promise<void>) {
    this.#clock = clock;
    this.#workers = workers;
    this.#work = work;
  }

  add(key: string): void {
    this.#waiting.add(key);
    this.#next();
  }

  /** Until then keys are only collected. */
  start(): void {
    this.#open = true;
    this.#next();
  }

  /** Takes nothing more up; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#open = false;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    await Promise.all(this.#underWay);
  }

  #next(): void {
    if (!this.#open) return;
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#workers) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#running.add(key);
      const run = this.#run(key).finally(() => this.#underWay.delete(run));
      this.#underWay.add(run);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#work(key);
      this.#failures.delete(key);
    } catch {
      this.#retryLater(key);
    }
    this.#running.delete(key);
    this.#next();
  }

  #retryLater(key: string): void {
    if (!this.#open) return;
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const cancel = this.#clock.after(Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS), () => {
      this.#timers.delete(cancel);
      this.add(key);
    });
    this.#timers.add(cancel);
  }
}
