import { type Advice, advice, kubectl, lastingAdvice } from '../advice/advice.ts';
import { Picture } from '../cluster/picture.ts';
import { type ExitCode, exitCodes, Failure, isTold } from '../failures.ts';
import { ChangeReports } from './change-reports.ts';
import type { Course } from './course.ts';
import { leftovers } from './deletion/leftovers.ts';
import { makeNamespace } from './make-namespace.ts';
import type { ObservedNamespace } from './observed-namespaces.ts';
import type { DeploymentName, DeploymentSummary, Step } from './progress.ts';
import type { LifeEnvironment } from './run-environment.ts';
import type { StepOptions } from './run-options.ts';
import { SeenEvents } from './seen-events.ts';
import type { Sequence } from './stage.ts';
import { outcomeOf, Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import { observe } from './waits/wait-step.ts';

export interface LifeEnd {
  summary: DeploymentSummary;
  exitCode: ExitCode;
  /** What nothing expects, in an object of its own, for anything may be thrown. */
  bug: { error: unknown } | undefined;
}

/** One deployment's way through a command. */
export class Life {
  /** Undefined: nothing is waited for, so nothing is watched. */
  readonly #namespace: ObservedNamespace | undefined;
  readonly #environment: LifeEnvironment;
  readonly #allSteps: readonly Step[];
  readonly #steps: Steps;
  #uid: string | undefined;
  #eventsReported = new Set<string>();
  readonly #events = new SeenEvents();
  #podCount = 0;
  #error: unknown;
  /** When an Event last came, or a pod last came or went: late writers write about those. */
  #lastSignOfLife = 0;

  /** `allSteps` in order, one that comes again as often; those that an error cuts off are told as skipped. */
  constructor(
    deployment: DeploymentName,
    allSteps: readonly Step[],
    namespace: ObservedNamespace | undefined,
    environment: LifeEnvironment,
  ) {
    this.#allSteps = allSteps;
    this.#namespace = namespace;
    this.#environment = environment;
    this.#steps = new Steps(deployment, environment.report, environment.clock);
  }

  get deployment(): DeploymentName {
    return this.#steps.deployment;
  }

  /** The uid of the namespace, if it was made now. */
  async createNamespace({ timeoutMs }: Pick<StepOptions, 'timeoutMs'>): Promise<string | undefined> {
    const { namespace } = this.#steps.deployment;
    const { cluster, clock, signal } = this.#environment;
    return await this.#steps.take('create-namespace', async () => {
      const tell = (level: 'info' | 'warning', message: string) => this.#steps.tell(level, message);
      const uid = await makeNamespace(cluster, namespace, { clock, signal, withinMs: timeoutMs, tell });
      return { result: uid, message: uid ? 'created' : 'unchanged' };
    });
  }

  /** From the first step to the last. Never rejects: what went wrong stands in its end. */
  async live({ sequence, onFailure, lastly, ready }: Course, options: StepOptions, deadline: number): Promise<void> {
    const around = this.#surroundings(options, deadline);
    const error = await Promise.resolve(ready)
      .then(() => {
        around.signal.throwIfAborted();
        return sequence(this.#steps, around);
      })
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    this.#error = error;
    if (error !== undefined) this.#tellFailure(error);
    const hasFailed = error !== undefined && outcomeOf(error) !== 'interrupted';
    if (hasFailed && onFailure) await this.#unhurried(onFailure, options);
    if (lastly) {
      const last = await this.#unhurried(lastly, options);
      this.#error ??= last;
    }
    this.#skipTheRest();
    const left = this.#left();
    if (left.length > 0) this.#tellLeft(left);
  }

  /** How it went; to be asked when the last Events have been told too. */
  end(): LifeEnd {
    const { deployment, summaries } = this.#steps;
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

  /** Answers what went wrong, if anything did. */
  async #unhurried(sequence: Sequence, options: StepOptions): Promise<unknown> {
    const deadline = this.#environment.clock.now() + options.timeoutMs;
    const around = this.#surroundings(options, deadline, new AbortController().signal);
    return await sequence(this.#steps, around).then(
      () => undefined,
      (error: unknown) => {
        this.#tellFailure(error);
        return error;
      },
    );
  }

  #surroundings(options: StepOptions, deadline: number, signal = this.#environment.signal): Surroundings {
    const { cluster, clock } = this.#environment;
    return {
      cluster,
      picture: this.#namespace?.watch.picture ?? new Picture(),
      clock,
      signal,
      applying: options.applying,
      timeoutMs: options.timeoutMs,
      deadline,
      failGraceMs: options.failGraceMs,
      events: this.#events,
      follow: (of) => this.#follow(of, options),
    };
  }

  #follow(uid: string, { events: shown, tellChanges }: StepOptions): void {
    const { report, clock } = this.#environment;
    if (uid === this.#uid) return;
    this.#uid = uid;
    if (!this.#namespace) return;
    const { watch, events } = this.#namespace;
    const changes = tellChanges ? new ChangeReports(this.#steps.deployment, report, clock) : undefined;
    changes?.see(watch.picture.ownedBy(uid));
    watch.picture.onChange(uid, () => {
      const owned = watch.picture.ownedBy(uid);
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
      report({ type: 'event', time: clock.now(), deployment: this.#steps.deployment, event });
    });
  }

  #skipTheRest(): void {
    const taken = this.#steps.summaries.map(({ step }) => step);
    for (const step of this.#allSteps) {
      const index = taken.indexOf(step);
      if (index < 0) this.#steps.skip(step);
      else taken.splice(index, 1);
    }
  }

  /** Only where something was to be gone is what stands there left. */
  #left(): string[] {
    const picture = this.#namespace?.watch.picture;
    if (!picture || this.#uid === undefined || !this.#allSteps.includes('delete')) return [];
    return leftovers(observe(picture, this.#uid), this.#steps.deployment.name);
  }

  #tellFailure(error: unknown): void {
    // A bug is told where it is told of all of them, see RunResult.
    if (!(error instanceof Failure) || isTold(error) || this.#environment.tellOfAll(error)) return;
    this.#notice('error', error.message);
    for (const detail of error.details) this.#notice('info', detail);
    if (error.hint) this.#notice('info', error.hint);
  }

  #tellLeft(left: readonly string[]): void {
    const { namespace, name } = this.#steps.deployment;
    this.#notice('info', lastingAdvice`left in namespace ${namespace}: ${left.join(', ')}`);
    const requested = this.#steps.summaries.some(({ step, state }) => step === 'delete' && state === 'succeeded');
    if (requested) this.#notice('info', lastingAdvice`its deletion has been requested, and goes on by itself`);
    const remove = kubectl(['delete', 'seldondeployment', name], { namespace });
    this.#notice('info', advice`to remove it: ${remove}`);
  }

  #notice(level: 'info' | 'error', message: Advice): void {
    const { report, clock } = this.#environment;
    report({ type: 'notice', time: clock.now(), level, deployment: this.#steps.deployment, message });
  }
}

function exitCodeOf(error: unknown): ExitCode {
  if (error === undefined) return exitCodes.done;
  return error instanceof Failure ? error.exitCode : exitCodes.failed;
}
