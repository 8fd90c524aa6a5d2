import type { Clock } from '../../clock.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { concurrencyLimiter } from '../../concurrency-limiter.ts';
import { errorInWords } from '../../lifecycle/errors/api-errors.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { backoffMs } from '../backoff.ts';
import type { DesiredState } from '../desired/desired-state.ts';
import { idOf, ownerOf } from '../ownership.ts';
import type { ItemReports } from './item-reports.ts';
import type { LiveObjects } from './live-objects.ts';
import { type PruneRules, whatToPrune } from './prune.ts';
import { isOutdated, LOOKS } from './refusals.ts';

export interface PruneOptions extends PruneRules {
  owner: string;
  /** The server answers as if, and changes nothing. */
  dryRun: boolean;
  /** Maximum number of requests in parallel. */
  concurrency: number;
}

export interface Pruning {
  cluster: SeldonCluster;
  desired: DesiredState;
  live: LiveObjects;
  reports: ItemReports;
  /** What is about to go can still be seen. */
  beforePruning?: (() => void) | undefined;
  clock: Clock;
  signal: AbortSignal;
  /** From 0 to 1. */
  random(): number;
}

export interface PruneRound {
  /** How many unwanted objects are kept although they were to go by --prune. */
  kept: number;
  /** How many could not be deleted. */
  failed: number;
  /** Milliseconds until these are to be tried again. */
  againInMs: number | undefined;
}

/** Deletes what is owned and not wanted any more. */
export class Pruner {
  readonly #options: PruneOptions;
  readonly #with: Pruning;
  /** What was said last of those that are kept. */
  #keptTold = '';
  /** In how many rounds, one after another, something could not be deleted. */
  #failedRounds = 0;

  constructor(options: PruneOptions, pruning: Pruning) {
    this.#options = options;
    this.#with = pruning;
  }

  /** One look at everything. */
  async round(): Promise<PruneRound> {
    const { desired, live, random, beforePruning } = this.#with;
    beforePruning?.();
    const { prune, kept } = whatToPrune(live.ownedBy(this.#options.owner), desired, this.#options);
    const inTurn = concurrencyLimiter(this.#options.concurrency);
    const gone = await Promise.all(prune.map((object) => inTurn(() => this.#delete(object))));
    this.#tellKept(kept);
    const failed = gone.filter((isGone) => !isGone).length;
    this.#failedRounds = failed > 0 ? this.#failedRounds + 1 : 0;
    return {
      kept: this.#options.prune ? (kept?.objects.length ?? 0) : 0,
      failed,
      againInMs: failed > 0 ? backoffMs(this.#failedRounds, random()) : undefined,
    };
  }

  #tellKept(kept: ReturnType<typeof whatToPrune>['kept']): void {
    const { prune } = this.#options;
    // Before the first whole state there is nothing to be said of what it lacks.
    const text =
      kept && (this.#with.desired.complete || !prune) ? `${kept.why}${kept.hint ? `. ${kept.hint}` : ''}` : '';
    if (text === this.#keptTold) return;
    this.#keptTold = text;
    if (text) this.#with.reports.notice(prune ? 'error' : 'warning', text);
  }

  /** Whether it is gone, or on its way. */
  async #delete(object: SeldonDeployment): Promise<boolean> {
    const { cluster, live, reports, clock, signal } = this.#with;
    const { namespace = '', name, uid = '' } = object.metadata;
    if (signal.aborted) return false;
    try {
      let now: SeldonDeployment | undefined = object;
      for (let look = 1; ; look += 1) {
        try {
          // As it was looked at: somebody may have taken the owner's label away, to keep it.
          const { resourceVersion } = now.metadata;
          await cluster.delete(namespace, name, uid, 'Background', this.#options.dryRun, resourceVersion);
          break;
        } catch (error) {
          if (!isOutdated(error) || look === LOOKS) throw error;
          now = await cluster.read(namespace, name);
          if (!now || now.metadata.uid !== uid) break;
          live.put(now);
          // The watches may have shown this very state, or a later one, by now.
          if (ownerOf(now) !== this.#options.owner) return true;
        }
      }
      reports.item({ id: idOf(object) ?? '', namespace, name, action: 'pruned' });
      if (!this.#options.dryRun) live.end(object, clock.now());
      return true;
    } catch (error) {
      const why = errorInWords(error, `delete seldondeployment "${name}"`);
      if (!signal.aborted) reports.once(`${uid} ${why}`, 'error', why);
      return false;
    }
  }
}
