import { type Advice, advice, kubectl, lastingAdvice } from '../advice/advice.ts';
import { Cache } from '../cluster/cache.ts';
import { type ExitCode, exitCodes, Failure, Interrupted, isTold, StoppedTogether } from '../failures.ts';
import { SeenEvents } from '../lifecycle/seen-events.ts';
import { type StepDeps, type StepState, stateOf } from '../lifecycle/step.ts';
import { outcomeOf, StepProgress } from '../lifecycle/step-progress.ts';
import { observe } from '../lifecycle/waits/wait-on.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { DeploymentName, DeploymentSummary } from '../progress/progress.ts';
import type { SeldonDeployment, SeldonSpec } from '../seldon/seldon-deployment.ts';
import { ChangeReports } from './change-reports.ts';
import type { OneExecutionDeps } from './execution-deps.ts';
import type { ExecutionOptions } from './execution-options.ts';
import { leftovers } from './leftovers.ts';
import type { ObservedNamespace } from './observed-namespaces.ts';
import { manifestIn, type Plan, type PlanStep, stepNames } from './plan.ts';
import { makeNamespace } from './run-namespaces.ts';

/** A deployment that a plan is for. */
export interface Target extends DeploymentName {
  /** What says which kinds it owns. */
  spec: SeldonSpec | undefined;
  /** As the files have it, where it is from files. */
  manifest?: Manifest;
  /** As it was read from the cluster, where it is known to be there. */
  live?: SeldonDeployment;
}

export interface ExecutionEnd {
  summary: DeploymentSummary;
  exitCode: ExitCode;
  /** What nothing expects, in an object of its own, for anything may be thrown. */
  bug: { error: unknown } | undefined;
}

/** Takes one deployment through a plan. */
export class Execution {
  readonly #target: Target;
  readonly #plan: Plan;
  /** Undefined: nothing is waited for, so nothing is watched. */
  readonly #namespace: ObservedNamespace | undefined;
  readonly #options: ExecutionOptions;
  readonly #deps: OneExecutionDeps;
  readonly #progress: StepProgress;
  readonly #events = new SeenEvents();
  #state: StepState = stateOf(undefined);
  #uid: string | undefined;
  #eventsReported = new Set<string>();
  #podCount = 0;
  #error: unknown;
  /** When an Event last came, or a pod last came or went: late writers write about those. */
  #lastSignOfLife = 0;

  constructor(
    target: Target,
    plan: Plan,
    namespace: ObservedNamespace | undefined,
    options: ExecutionOptions,
    deps: OneExecutionDeps,
  ) {
    this.#target = target;
    this.#plan = plan;
    this.#namespace = namespace;
    this.#options = options;
    this.#deps = deps;
    const { name, namespace: where } = target;
    this.#progress = new StepProgress({ name, namespace: where }, deps.report, deps.clock);
  }

  get deployment(): DeploymentName {
    return this.#progress.deployment;
  }

  /** The uid of the namespace, if it was made now. */
  async createNamespace(): Promise<string | undefined> {
    const { namespace } = this.deployment;
    const { cluster, clock, signal } = this.#deps;
    return await this.#progress.take('create-namespace', async () => {
      const tell = (level: 'info' | 'warning', message: string) => this.#progress.tell(level, message);
      const retry = { clock, signal, withinMs: this.#options.timeoutMs, tell };
      const uid = await makeNamespace(cluster, namespace, retry);
      return { result: uid, message: uid ? 'created' : 'unchanged' };
    });
  }

  /**
   * From the first step to the last, once `ready` is, and before the deadline. `existing`: as it is in the cluster, if it
   * is. Never rejects: what went wrong stands in its end.
   */
  async run(ready: Promise<unknown>, existing: SeldonDeployment | undefined, deadline: number): Promise<void> {
    const { signal } = this.#deps;
    const { steps, onFailure, lastly } = this.#plan;
    this.#state = stateOf(existing);
    this.#error = await errorOf(async () => {
      await ready;
      signal.throwIfAborted();
      const { live } = this.#target;
      if (live && this.#namespace) this.#follow(live.metadata.uid ?? '');
      await this.#take(this.#fromItsApply(steps), deadline, signal);
    });
    if (this.#error !== undefined) this.#tellFailure(this.#error);
    const hasFailed = this.#error !== undefined && outcomeOf(this.#error) !== 'interrupted';
    if (hasFailed) await this.#takeUnhurried(onFailure);
    const last = await this.#takeUnhurried(lastly);
    this.#error ??= last;
    this.#skipTheRest();
    const left = this.#left();
    if (left.length > 0) this.#tellLeft(left);
  }

  /** How it went; to be asked when the last Events have been told too. */
  end(): ExecutionEnd {
    const { deployment, summaries } = this.#progress;
    const summary = {
      ...deployment,
      uid: this.#uid,
      outcome: this.#error === undefined ? ('succeeded' as const) : outcomeOf(this.#error),
      steps: summaries,
      events: this.#eventsReported.size,
      left: this.#left(),
    };
    const isBug = this.#error !== undefined && !(this.#error instanceof Failure);
    return { summary, exitCode: exitCodeOf(this.#error), bug: isBug ? { error: this.#error } : undefined };
  }

  /** When an Event last came, or a pod last came or went; undefined where nobody is to see the Events any more. */
  get lastSignOfLife(): number | undefined {
    return this.#uid !== undefined && outcomeOf(this.#error) !== 'interrupted' ? this.#lastSignOfLife : undefined;
  }

  /** A plan of several files: a deployment has nothing to do with what is done before it is applied. */
  #fromItsApply(steps: readonly PlanStep[]): readonly PlanStep[] {
    const first = steps.findIndex((step) => manifestIn(step, this.#target.manifest) !== undefined);
    return steps.slice(Math.max(0, first));
  }

  async #take(steps: readonly PlanStep[], deadline: number, signal: AbortSignal): Promise<void> {
    for (const [index, one] of steps.entries()) {
      // What comes after a failure, or at the end, may find that there is no deployment, or none any more.
      if (one.step.word !== 'apply' && !this.#state.desired) continue;
      const deps = { ...this.#stepDeps(one, deadline, signal), next: steps[index + 1]?.step.word };
      try {
        const run = () => one.step.run(this.#state, this.#progress, deps);
        this.#state = await this.#progress.named(one.name, run);
      } catch (error) {
        throw placed(error, one);
      }
    }
  }

  /** Not ended by the user's first signal; a second one ends the whole program. Answers what went wrong, if anything did. */
  async #takeUnhurried(steps: readonly PlanStep[]): Promise<unknown> {
    const deadline = this.#deps.clock.now() + this.#options.timeoutMs;
    const error = await errorOf(() => this.#take(steps, deadline, new AbortController().signal));
    if (error !== undefined) this.#tellFailure(error);
    return error;
  }

  #stepDeps(one: PlanStep, deadline: number, signal: AbortSignal): Omit<StepDeps, 'next'> {
    const { cluster, clock } = this.#deps;
    const { applying, timeoutMs, failGraceMs, dryRun, prompt, changed } = this.#options;
    return {
      cluster,
      cache: this.#namespace?.watch.cache ?? new Cache(),
      clock,
      signal,
      applying,
      timeoutMs: one.timeoutMs ?? timeoutMs,
      deadline,
      failGraceMs,
      events: this.#events,
      dryRun,
      manifest: manifestIn(one, this.#target.manifest),
      prompt,
      follow: (uid) => this.#follow(uid),
      changed,
    };
  }

  #follow(uid: string): void {
    const { report, clock } = this.#deps;
    const { events: shown, tellChanges } = this.#options;
    if (uid === this.#uid) return;
    this.#uid = uid;
    if (!this.#namespace) return;
    const { watch, events } = this.#namespace;
    const changes = tellChanges ? new ChangeReports(this.deployment, report, clock) : undefined;
    changes?.see(watch.cache.ownedBy(uid));
    watch.cache.onChange(uid, () => {
      const owned = watch.cache.ownedBy(uid);
      const { length } = owned.pods;
      if (length !== this.#podCount) this.#lastSignOfLife = clock.now();
      this.#podCount = length;
      changes?.see(owned);
    });
    events.follow(uid, (event) => {
      this.#events.see(event);
      if (shown === 'none' || (shown === 'self' && event.object.uid !== uid)) return;
      this.#eventsReported.add(event.uid);
      this.#lastSignOfLife = clock.now();
      report({ type: 'event', time: clock.now(), deployment: this.deployment, event });
    });
  }

  #skipTheRest(): void {
    const taken = this.#progress.summaries.map(({ step }) => step);
    for (const name of stepNames(this.#plan)) {
      const index = taken.indexOf(name);
      if (index < 0) this.#progress.skip(name);
      else taken.splice(index, 1);
    }
  }

  /** Only where something was to be gone is what stands there left. */
  #left(): string[] {
    const cache = this.#namespace?.watch.cache;
    if (!cache || this.#uid === undefined || !stepNames(this.#plan).includes('delete')) return [];
    return leftovers(observe(cache, this.#uid), this.deployment.name);
  }

  #tellFailure(error: unknown): void {
    // A bug is told where it is told of all of them, see ExecutionResult.
    if (!(error instanceof Failure) || isTold(error) || this.#deps.tellOfAll(error)) return;
    this.#notice('error', error.message);
    for (const detail of error.details) this.#notice('info', detail);
    if (error.hint) this.#notice('info', error.hint);
  }

  #tellLeft(left: readonly string[]): void {
    const { namespace, name } = this.deployment;
    this.#notice('info', lastingAdvice`left in namespace ${namespace}: ${left.join(', ')}`);
    const requested = this.#progress.summaries.some(({ step, state }) => step === 'delete' && state === 'succeeded');
    if (requested) this.#notice('info', lastingAdvice`its deletion has been requested, and goes on by itself`);
    const remove = kubectl(['delete', 'seldondeployment', name], { namespace });
    this.#notice('info', advice`to remove it: ${remove}`);
  }

  #notice(level: 'info' | 'error', message: Advice): void {
    const { report, clock } = this.#deps;
    report({ type: 'notice', time: clock.now(), level, deployment: this.deployment, message });
  }
}

async function errorOf(work: () => Promise<unknown>): Promise<unknown> {
  return await work().then(
    () => undefined,
    (error: unknown) => error,
  );
}

function exitCodeOf(error: unknown): ExitCode {
  if (error === undefined) return exitCodes.done;
  return error instanceof Failure ? error.exitCode : exitCodes.failed;
}

/** Says in which step of a plan's file it went wrong. */
function placed(error: unknown, { place, name, step }: PlanStep): unknown {
  const isOurs = error instanceof Failure && !(error instanceof Interrupted) && !(error instanceof StoppedTogether);
  if (!isOurs || place === undefined) return error;
  const which = `in step ${step.word}${name === undefined ? '' : ` "${name}"`} at ${place}`;
  return new Failure(error.exitCode, error.message, {
    details: [...error.details, which],
    hint: error.hint,
    cause: error,
  });
}
