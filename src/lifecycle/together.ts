import type { NamespaceWatch } from '../cluster/namespace-watch.ts';
import { exitCodes, type Failure, Interrupted, StoppedTogether } from '../failures.ts';
import type { Course } from './course.ts';
import { lastEvents } from './deletion/last-events.ts';
import type { Life, LifeEnd } from './life.ts';
import type { ObservedNamespace } from './observed-namespaces.ts';
import type { LifeEnvironment, RunEnvironment } from './run-environment.ts';
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

  /** What each of them works with. */
  around(environment: RunEnvironment): LifeEnvironment {
    const { report, clock } = environment;
    let isTold = false;
    const tellOfAll = (error: Failure) => {
      if (!(error instanceof Interrupted) || error !== this.signal.reason) return false;
      if (!isTold) report({ type: 'notice', time: clock.now(), level: 'error', message: error.message });
      isTold = true;
      return true;
    };
    return { ...environment, signal: this.signal, tellOfAll };
  }

  /** Is shown each end as it comes. */
  see(end: LifeEnd): void {
    if (this.#failTogether && end.exitCode !== exitCodes.done && !this.signal.aborted) {
      const { name, namespace } = end.summary;
      const why = `stopped because seldondeployment "${name}" in namespace "${namespace}" has failed (--fail-together)`;
      this.#stop.abort(new StoppedTogether(end.exitCode, why));
    }
  }
}

/** Lets each life take its course, as many at a time as the options say, and waits for the last Events of all of them. */
export async function liveAll(
  lives: readonly Life[],
  courses: readonly Course[],
  namespaces: ReadonlyMap<string, ObservedNamespace>,
  options: StepOptions,
  together: Together,
  environment: RunEnvironment,
): Promise<LifeEnd[]> {
  const deadline = environment.clock.now() + options.totalTimeoutMs;
  const inTurn = takingTurns(options.concurrency);
  await Promise.all(
    courses.map(async (course, index) => {
      const life = lives[index] as Life;
      await inTurn(() => life.live(course, options, deadline));
      together.see(life.end());
    }),
  );
  if (options.events !== 'none') {
    await Promise.all([...namespaces].map(([name, { watch }]) => untilLastEvents(watch, name, lives, environment)));
  }
  return lives.map((life) => life.end());
}

async function untilLastEvents(
  watch: NamespaceWatch,
  name: string,
  lives: readonly Life[],
  { report, clock, signal }: RunEnvironment,
): Promise<void> {
  const inside = lives.filter(({ deployment, lastSignOfLife }) => {
    return deployment.namespace === name && lastSignOfLife !== undefined;
  });
  if (inside.length === 0) return;
  const newest = () => Math.max(...inside.map(({ lastSignOfLife = 0 }) => lastSignOfLife));
  const problem = await lastEvents(watch, newest, { clock, signal });
  if (problem) report({ type: 'notice', time: clock.now(), level: 'warning', message: problem });
}
