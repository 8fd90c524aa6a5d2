import { exitCodes, StoppedTogether } from '../failures.ts';
import type { LifeEnd } from './life.ts';

/** Ends all lives of a run once one of them has failed, if that is wanted; otherwise each goes its own way. */
export class Together {
  /** Of each life: aborted when the user wants to stop, and when they are to end together. */
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #failTogether: boolean;

  constructor(user: AbortSignal, failTogether: boolean) {
    this.signal = AbortSignal.any([user, this.#stop.signal]);
    this.#failTogether = failTogether;
  }

  /** Is shown each end as it comes, and hands it on. */
  see(end: LifeEnd): LifeEnd {
    if (this.#failTogether && end.exitCode !== exitCodes.done && !this.signal.aborted) {
      const { name, namespace } = end.summary;
      const why = `stopped because seldondeployment "${name}" in namespace "${namespace}" has failed (--fail-together)`;
      this.#stop.abort(new StoppedTogether(end.exitCode, why));
    }
    return end;
  }
}
