import type { Clock } from '../../clock.ts';
import { keyOf } from '../desired/desired.ts';
import type { ItemReport, TellSync } from '../sync-report.ts';
import { differencesOf } from './differences.ts';

/** What is told of a sync's rounds. */
export class ItemReports {
  readonly #tell: TellSync;
  readonly #clock: Clock;
  /** What was told in this round, or need not be, and what in the one before. */
  #told = new Set<string>();
  #toldBefore: ReadonlySet<string> = new Set();

  constructor(tell: TellSync, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  beginRound(): void {
    this.#toldBefore = this.#told;
    this.#told = new Set();
  }

  /** What was done about a deployment; `comparison`: of a dry run. */
  item(
    { id, message, ...about }: Pick<ItemReport, 'id' | 'namespace' | 'name' | 'action' | 'message'>,
    comparison?: ItemReport['comparison'],
  ): void {
    this.#tell({
      type: 'item',
      time: this.#clock.now(),
      id: id || keyOf(about.namespace, about.name),
      ...about,
      ...(message !== undefined && { message }),
      ...(comparison && { differences: differencesOf(comparison.live, comparison.merged), comparison }),
    });
  }

  notice(level: 'error' | 'warning', message: string): void {
    this.#tell({ type: 'notice', time: this.#clock.now(), level, message });
  }

  /** Not again as long as it is so in every round. */
  once(key: string, level: 'error' | 'warning', message: string): void {
    if (!this.#toldBefore.has(key) && !this.#told.has(key)) this.notice(level, message);
    this.#told.add(key);
  }
}
