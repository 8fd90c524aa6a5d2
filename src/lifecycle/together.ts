import type { Clock } from '../clock.ts';
import { exitCodes, StoppedTogether } from '../failures.ts';
import type { Course, Life, LifeEnd } from './life.ts';
import type { StepOptions } from './run-options.ts';
import { takingTurns } from './taking-turns.ts';

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

/** Lets each life take its course, as many at a time as the options say. */
export async function liveAll(
  lives: readonly Life[],
  courses: readonly Course[],
  options: StepOptions,
  together: Together,
  clock: Clock,
): Promise<LifeEnd[]> {
  const deadline = clock.now() + options.totalTimeoutMs;
  const inTurn = takingTurns(options.concurrency);
  return await Promise.all(
    courses.map(async (course, index) => {
      const life = lives[index] as Life;
      return together.see(await inTurn(() => life.live(course, options, deadline)));
    }),
  );
}
