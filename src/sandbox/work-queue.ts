import type { Clock } from '../clock.ts';

const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 1_000_000;

export interface WorkQueueOptions {
  /** How many keys are worked on at a time. */
  workers?: number;
  /** Milliseconds between an `add` and the work on it. */
  reactionMs?: number;
  /** Whether a failure brings the key back; one that does not is a fault of ours, and is thrown. */
  isRetried?: (error: unknown) => boolean;
}

/**
 * Keys to work on, each once however often it was added, and never two workers at one key: what is added meanwhile
 * comes again afterwards. A key whose work failed comes back after 5 ms, doubled each time up to 1000 s.
 * Source: https://github.com/kubernetes/client-go/tree/v0.36.3/util/workqueue
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #work: (key: string) => void | Promise<void>;
  readonly #workers: number;
  readonly #reactionMs: number;
  readonly #isRetried: (error: unknown) => boolean;
  readonly #ready = new Set<string>();
  readonly #delayed = new Map<string, { cancel: () => void; due: number }>();
  readonly #running = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();
  #state: 'collecting' | 'working' | 'stopped' = 'collecting';

  constructor(clock: Clock, work: (key: string) => void | Promise<void>, options: WorkQueueOptions = {}) {
    const { workers = 1, reactionMs = 0, isRetried = () => true } = options;
    this.#clock = clock;
    this.#work = work;
    this.#workers = workers;
    this.#reactionMs = reactionMs;
    this.#isRetried = isRetried;
  }

  add(key: string): void {
    if (this.#reactionMs > 0) this.addAfter(key, this.#reactionMs);
    else this.#addReady(key);
  }

  /** A key that is due sooner stays so. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#state === 'stopped') return;
    const due = this.#clock.now() + milliseconds;
    const delayed = this.#delayed.get(key);
    if (delayed && delayed.due <= due) return;
    delayed?.cancel();
    const cancel = this.#clock.after(milliseconds, () => {
      this.#delayed.delete(key);
      this.#addReady(key);
    });
    this.#delayed.set(key, { cancel, due });
  }

  /** Forgets a key that is delayed. */
  drop(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }

  /** Until then keys are only collected. */
  start(): this {
    this.#state = 'working';
    this.#next();
    return this;
  }

  /** Takes nothing more up; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    await Promise.all(this.#underWay);
  }

  #addReady(key: string): void {
    this.#ready.add(key);
    this.#next();
  }

  #next(): void {
    if (this.#state !== 'working') return;
    for (const key of this.#ready) {
      if (this.#running.size >= this.#workers) return;
      if (this.#running.has(key)) continue;
      this.#ready.delete(key);
      this.#running.add(key);
      const run = this.#run(key).finally(() => this.#underWay.delete(run));
      this.#underWay.add(run);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#work(key);
      this.#failures.delete(key);
    } catch (error) {
      if (!this.#isRetried(error)) throw error;
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.addAfter(key, Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
    } finally {
      this.#running.delete(key);
    }
    this.#next();
  }
}
