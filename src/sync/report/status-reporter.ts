import type { Clock } from '../../clock.ts';
import { RecentKeys } from '../../cluster/recent-keys.ts';
import { linkedSignal } from '../../linked-signal.ts';
import { harmlessJson } from '../../text/escape.ts';
import { backoffMs } from '../backoff.ts';
import { shortened } from '../shortened.ts';
import { spoken } from '../source/address.ts';
import { isRefusal } from '../source/refused.ts';
import { type SourceConnection, troubleInWords } from '../source/source-connection.ts';
import type { PhaseReport } from './phase.ts';

export interface StatusReporterOptions {
  url: URL;
  connection: Pick<SourceConnection, 'request'>;
  owner: string;
  clock: Clock;
  signal: AbortSignal;
  random(): number;
  /** The revision of the source by now. */
  revision(): string | undefined;
  /** What cannot be sent, and when it is tried again. */
  trouble(problem: string): void;
  /** Nobody will take it: the token is refused. */
  refused(failure: unknown): void;
}

/** Changes come in bursts; they are gathered for so long. */
const GATHER_MS = 1_500;
const ANSWER_MS = 10_000;
const MOST_DELETED = 10_000;
/** Of what the cluster says of one of them. */
const MOST_LETTERS = 4_096;

/** Tells the source how what it wants is: all of it at a time, and only when something of it is different. */
export class StatusReporter {
  readonly #options: StatusReporterOptions;
  readonly #items = new Map<string, PhaseReport & { observedAt: string }>();
  /** Of what is gone: it may be long until somebody takes that. */
  readonly #deleted = new RecentKeys(MOST_DELETED);
  #cancel: (() => void) | undefined;
  #sending = false;
  #changed = false;
  #failures = 0;
  sent = 0;

  constructor(options: StatusReporterOptions) {
    this.#options = options;
  }

  update(report: PhaseReport): void {
    const observedAt = new Date(this.#options.clock.now()).toISOString();
    this.#items.set(report.id, { ...report, message: shortened(report.message, MOST_LETTERS), observedAt });
    if (report.phase === 'Deleted') this.#forgetOldest(this.#deleted.add(report.id));
    else this.#deleted.delete(report.id);
    this.#changed = true;
    this.#sendIn(GATHER_MS);
  }

  /** Sends at once what has changed; false: it could not be told. Throws Failure where the token is refused. */
  async flush(): Promise<boolean> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#changed) return true;
    this.#changed = false;
    const items = [...this.#items.values()];
    const problem = await this.#put(items);
    if (problem === undefined) {
      this.sent += 1;
      this.#failures = 0;
      // That something is gone is told once.
      for (const item of items) {
        if (item.phase !== 'Deleted' || this.#items.get(item.id) !== item) continue;
        this.#items.delete(item.id);
        this.#deleted.delete(item.id);
      }
      return true;
    }
    this.#changed = true;
    this.#failures += 1;
    if (this.#failures === 1) this.#options.trouble(problem);
    return false;
  }

  #forgetOldest(id: string | undefined): void {
    if (id !== undefined) this.#items.delete(id);
  }

  #sendIn(milliseconds: number): void {
    const { signal, clock } = this.#options;
    if (this.#cancel || this.#sending || signal.aborted) return;
    this.#cancel = clock.after(milliseconds, () => void this.#send());
  }

  async #send(): Promise<void> {
    this.#cancel = undefined;
    this.#sending = true;
    try {
      await this.flush();
    } catch (error) {
      this.#options.refused(error);
      return;
    } finally {
      this.#sending = false;
    }
    if (this.#changed)
      this.#sendIn(Math.max(GATHER_MS, backoffMs(Math.max(1, this.#failures), this.#options.random())));
  }

  /** What went wrong, if something did. Throws Failure where the token is refused. */
  async #put(items: readonly object[]): Promise<string | undefined> {
    const { url, connection, owner, revision } = this.#options;
    const { signal, release } = linkedSignal(this.#options.signal, AbortSignal.timeout(ANSWER_MS));
    try {
      const { status } = await connection.request({
        method: 'PUT',
        url,
        headers: { 'content-type': 'application/json' },
        body: harmlessJson(JSON.stringify({ owner, revision: revision() ?? null, items })),
        signal,
      });
      return status < 300 ? undefined : `cannot report to ${spoken(url)}: it answered ${status}`;
    } catch (error) {
      // A token file that is replaced just now is there again later.
      if (isRefusal(error)) throw error;
      return `cannot report to ${spoken(url)}: ${troubleInWords(error)}`;
    } finally {
      release();
    }
  }
}
