import { type Advice, advice, kubectl, lastingAdvice } from '../advice/advice.ts';
import { Cache } from '../cluster/cache.ts';
import { reportedEvent } from '../events/reported-event.ts';
import { isRoutine } from '../events/routine.ts';
import { type ExitCode, exitCodes, Failure, Interrupted, isTold, StoppedTogether } from '../failures.ts';
import { kubectlName } from '../kubernetes/kubectl-name.ts';
import type { Pod } from '../kubernetes/objects.ts';
import type { DeploymentInformer } from '../lifecycle/deployment-informer.ts';
import { diagnose } from '../lifecycle/diagnosis/diagnose.ts';
import { diagnosisEntry } from '../lifecycle/diagnosis/entry.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { fieldChanges } from '../lifecycle/field-changes.ts';
import { SeenEvents } from '../lifecycle/seen-events.ts';
import { type StepDeps, type StepState, stateOf, untilNextStep } from '../lifecycle/step.ts';
import { outcomeOf, StepProgress } from '../lifecycle/step-progress.ts';
import type { Observation } from '../lifecycle/waits/observation.ts';
import { observe } from '../lifecycle/waits/wait-on.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type {
  DeploymentName,
  DeploymentSummary,
  DiagnosisEntry,
  Outcome,
  ReportedEvent,
} from '../progress/progress.ts';
import type { SeldonDeployment, SeldonSpec } from '../seldon/seldon-deployment.ts';
import { ChangeReports } from './change-reports.ts';
import type { OneExecutionDeps } from './execution-deps.ts';
import { cleanupMs, type ExecutionOptions } from './execution-options.ts';
import { hasLastEvents, LateEvents } from './last-events.ts';
import { leftInWords } from './left-in-words.ts';
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
  readonly #informer: DeploymentInformer | undefined;
  readonly #options: ExecutionOptions;
  readonly #deps: OneExecutionDeps;
  readonly #progress: StepProgress;
  readonly #events = new SeenEvents();
  #state: StepState = stateOf(undefined);
  /** What was applied last from a file, unless a step has changed it since. */
  #written: Manifest | undefined;
  #uid: string | undefined;
  #eventsReported = 0;
  #isOfBefore = false;
  #error: unknown;
  #diagnosis: DiagnosisEntry[] = [];
  readonly #lateEvents: LateEvents;

  constructor(
    target: Target,
    plan: Plan,
    informer: DeploymentInformer | undefined,
    options: ExecutionOptions,
    deps: OneExecutionDeps,
  ) {
    this.#target = target;
    this.#plan = plan;
    this.#informer = informer;
    this.#options = options;
    this.#deps = deps;
    this.#lateEvents = new LateEvents(deps.clock);
    const { name, namespace } = target;
    this.#progress = new StepProgress({ name, namespace }, deps.report, deps.clock);
  }

  get deployment(): DeploymentName {
    return this.#progress.deployment;
  }

  /** The uid of the namespace, if it was made now, or would be but for a dry run. */
  async createNamespace(): Promise<string | undefined> {
    const { namespace } = this.deployment;
    const { cluster, clock, signal } = this.#deps;
    const { dryRun } = this.#options;
    return await this.#progress.take('create-namespace', async () => {
      // Nobody is asked whether it is there.
      if (dryRun === 'client') return { result: undefined, message: `created${dryRunSuffix(dryRun)}` };
      const tell = (level: 'info' | 'warning', message: string) => this.#progress.tell(level, message);
      const retry = { clock, signal, withinMs: this.#options.timeoutMs, tell };
      const uid = await makeNamespace(cluster, namespace, retry, dryRun === 'server');
      return { result: uid, message: `${uid ? 'created' : 'unchanged'}${dryRunSuffix(dryRun)}` };
    });
  }

  /**
   * From the first step to the last, once `ready` is, and before the deadline. `existing`: as it is in the cluster, if it
   * is. Never rejects: what went wrong stands in its end.
   */
  async run(ready: Promise<unknown>, existing: SeldonDeployment | undefined, deadline: number): Promise<void> {
    const { signal } = this.#deps;
    const { steps, onFailure, onInterrupt = [], lastly } = this.#plan;
    this.#state = stateOf(existing);
    this.#isOfBefore = existing !== undefined;
    try {
      await ready;
      signal.throwIfAborted();
      const { live } = this.#target;
      if (live && this.#informer) this.#follow(live.metadata.uid ?? '');
      await this.#take(this.#fromItsApply(steps), deadline, signal);
    } catch (error) {
      this.#error = error;
      this.#diagnosis = this.#diagnose();
      this.#tellFailure(error);
    }
    const hasFailed = this.#error !== undefined && outcomeOf(this.#error) !== 'interrupted';
    if (hasFailed) await this.#takeUnhurried(onFailure, deadline);
    if (this.#error instanceof Interrupted) await this.#takeUnhurried(onInterrupt, deadline);
    const last = await this.#takeUnhurried(lastly, deadline);
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
      outcome: this.#outcome(),
      steps: summaries,
      events: this.#eventsReported,
      ...(this.#diagnosis.length > 0 && { diagnosis: this.#diagnosis }),
      left: this.#left(),
    };
    const isBug = this.#error !== undefined && !(this.#error instanceof Failure);
    return { summary, exitCode: exitCodeOf(this.#error), bug: isBug ? { error: this.#error } : undefined };
  }

  /** Until when late Events are waited for, in milliseconds since 1970; undefined where none are. */
  get waitsForEventsUntil(): number | undefined {
    if (this.#uid === undefined) return undefined;
    const stands = this.#informer?.cache.get(this.#uid) !== undefined;
    return hasLastEvents(this.#outcome(), stands) ? this.#lateEvents.until : undefined;
  }

  #outcome(): Outcome {
    return this.#error === undefined ? 'succeeded' : outcomeOf(this.#error);
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
        this.#progress.name = one.name;
        this.#keep(await one.step.run(this.#state, this.#progress, deps));
      } catch (error) {
        throw placed(error, one);
      }
    }
  }

  /** In a function of its own, since what is at hand in the one that goes from step to step stays in memory to the last of them. */
  #keep(state: StepState): void {
    this.#state = this.#deps.history ? state : untilNextStep(state);
  }

  /** Not ended by the user's first signal; a second one ends the whole program. Answers what went wrong, if anything did. */
  async #takeUnhurried(steps: readonly PlanStep[], total: number): Promise<unknown> {
    const now = this.#deps.clock.now();
    const deadline = now + cleanupMs(this.#options, total, now);
    try {
      await this.#take(steps, deadline, new AbortController().signal);
      return undefined;
    } catch (error) {
      this.#tellFailure(error);
      return error;
    }
  }

  #stepDeps(one: PlanStep, deadline: number, signal: AbortSignal): Omit<StepDeps, 'next'> {
    const { cluster, clock, history } = this.#deps;
    const { applying, timeoutMs, failGraceMs, dryRun, prompt, changed } = this.#options;
    const manifest = manifestIn(one, this.#target.manifest);
    if (manifest) this.#written = manifest;
    else if (one.step.rewrites) this.#written = undefined;
    return {
      cluster,
      cache: this.#informer?.cache ?? new Cache(cluster.serverClock),
      clock,
      signal,
      applying,
      timeoutMs: one.timeoutMs ?? timeoutMs,
      deadline,
      failGraceMs,
      events: this.#events,
      recall: this.#isOfBefore ? () => this.#recall() : undefined,
      dryRun,
      manifest,
      written: this.#written,
      history,
      prompt,
      follow: (uid) => this.#follow(uid),
      reached: (state) => {
        this.#state = state;
      },
      changed,
    };
  }

  #follow(uid: string): void {
    const { report, clock } = this.#deps;
    const { events: shown, tellChanges, diff } = this.#options;
    if (uid === this.#uid) return;
    this.#uid = uid;
    if (!this.#informer) return;
    const { cache, events } = this.#informer;
    const changes = tellChanges ? new ChangeReports(this.deployment, report, clock) : undefined;
    changes?.see(cache.ownedBy(uid));
    if (diff) this.#tellFieldsFromNowOn(uid, cache);
    cache.onChange(uid, () => {
      const owned = cache.ownedBy(uid);
      this.#lateEvents.seePods(owned.pods);
      changes?.see(owned);
    });
    events.follow(uid, (event, whole, isRepeated) => {
      this.#events.see(event, whole);
      if (shown === 'none' || (shown === 'self' && event.object.uid !== uid)) return;
      if (!isRepeated) this.#eventsReported += 1;
      this.#lateEvents.seeEvent(event);
      const routine = isRoutine(event, (one) => cache.get(one) as Pod | undefined) && { routine: true as const };
      report({ type: 'event', time: clock.now(), deployment: this.deployment, event: { ...event, ...routine } });
    });
  }

  async #recall(): Promise<void> {
    const informer = this.#informer;
    if (!informer) return;
    const isOwn = (event: ReportedEvent) => informer.cache.ownerChain(event.object.uid).includes(this.#uid ?? '');
    const past = (await informer.pastEvents()).map(reportedEvent);
    this.#events.recall(past.filter(isOwn));
  }

  #tellFieldsFromNowOn(uid: string, cache: Cache): void {
    const { deployment } = this;
    const { report, clock } = this.#deps;
    let before = cache.get(uid) as SeldonDeployment | undefined;
    cache.onChange(uid, () => {
      const now = cache.get(uid) as SeldonDeployment | undefined;
      if (!now || now === before) return;
      for (const change of before ? fieldChanges(before, now) : [])
        report({ type: 'field', time: clock.now(), deployment, ...change });
      before = now;
    });
  }

  /** What the cache shows at this moment. */
  #diagnose(): DiagnosisEntry[] {
    const cache = this.#informer?.cache;
    if (!cache || this.#uid === undefined) return [];
    return diagnose(observe(cache, this.#uid, this.#events)).map(diagnosisEntry);
  }

  #skipTheRest(): void {
    this.#progress.name = undefined;
    const taken = this.#progress.summaries.map(({ step }) => step);
    for (const name of stepNames(this.#plan)) {
      const index = taken.indexOf(name);
      if (index < 0) this.#progress.skip(name);
      else taken.splice(index, 1);
    }
  }

  /** Only where something was to be gone is what stands there left. */
  #left(): string[] {
    const cache = this.#informer?.cache;
    if (!cache || this.#uid === undefined || !stepNames(this.#plan).includes('delete')) return [];
    return leftovers(observe(cache, this.#uid), this.deployment.name);
  }

  #tellFailure(error: unknown): void {
    // A bug is told where it is told of all of them, see ExecutionResult.
    if (!(error instanceof Failure) || isTold(error) || this.#deps.tellOfAll(error)) return;
    this.#notice('error', error.message);
    for (const line of error.furtherLines) this.#notice('info', line);
  }

  #tellLeft(left: readonly string[]): void {
    const { namespace, name } = this.deployment;
    this.#notice('info', lastingAdvice`left in namespace ${namespace}: ${leftInWords(left)}`);
    const requested = this.#progress.summaries.some(({ step, state }) => step === 'delete' && state === 'succeeded');
    if (requested) this.#notice('info', lastingAdvice`its deletion continues in the cluster`);
    const remove = kubectl(['delete', 'seldondeployment', name], { namespace });
    this.#notice('info', advice`to remove it: ${remove}`);
  }

  #notice(level: 'info' | 'error', message: Advice): void {
    const { report, clock } = this.#deps;
    report({ type: 'notice', time: clock.now(), level, deployment: this.deployment, message });
  }
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

/**
 * What of a deployment that was made is still in the cluster, owner first. The deployment itself counts until it was
 * seen to be gone: right after its making the watch may not have brought it yet.
 */
function leftovers({ gone, owned }: Observation, name: string): string[] {
  const objects = [...owned.deployments, ...owned.replicaSets, ...owned.pods, ...owned.others];
  const itself = { kind: 'SeldonDeployment', metadata: { name } };
  return [...(gone ? [] : [itself]), ...objects].map(kubectlName);
}
