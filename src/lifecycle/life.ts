import type { Clock } from '../clock.ts';
import { Picture } from '../cluster/picture.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { type ExitCode, exitCodes, Failure } from '../failures.ts';
import { leftovers } from './deletion/leftovers.ts';
import { makeNamespace } from './make-namespace.ts';
import type { ObservedNamespace } from './observed-namespaces.ts';
import type { DeploymentName, DeploymentSummary, Report, ReportedEvent, Step } from './progress.ts';
import type { EventsShown, StepOptions } from './run-options.ts';
import type { Sequence } from './sequence.ts';
import { outcomeOf, Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import { observe } from './waits/wait-step.ts';

export interface RunEnvironment {
  cluster: SeldonCluster;
  report: Report;
  clock: Clock;
  /** Aborted when the user wants to stop. */
  signal: AbortSignal;
}

export interface LifeEnd {
  summary: DeploymentSummary;
  exitCode: ExitCode;
}

/** What one deployment is taken through. */
export interface Course {
  sequence: Sequence;
  /** What is done after a failure or an interruption, without hurry; a second signal ends the whole program at once. */
  afterFailure?: Sequence | undefined;
  /** What has to be there before it begins. */
  ready?: Promise<unknown>;
}

/** One deployment's way through a command. */
export class Life {
  /** Undefined: nothing is waited for, so nothing is watched. */
  readonly #namespace: ObservedNamespace | undefined;
  readonly #environment: RunEnvironment;
  readonly #allSteps: readonly Step[];
  readonly #steps: Steps;
  #uid: string | undefined;
  #eventsReported = new Set<string>();
  /** The newest Warning of each object, by its uid. */
  readonly #warnings = new Map<string, ReportedEvent>();
  #podCount = 0;
  #error: unknown;
  /** When an Event last came, or a pod last came or went: late writers write about those. */
  #lastSignOfLife = 0;

  /** `allSteps` in order; those that an error cuts off are told as skipped. */
  constructor(
    deployment: DeploymentName,
    allSteps: readonly Step[],
    namespace: ObservedNamespace | undefined,
    environment: RunEnvironment,
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
  async live({ sequence, afterFailure, ready }: Course, options: StepOptions, deadline: number): Promise<void> {
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
    if (error !== undefined && afterFailure) await this.#unhurried(afterFailure, options);
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
    return { summary, exitCode: exitCodeOf(this.#error) };
  }

  /** When an Event last came, or a pod last came or went; undefined where nobody is to see the Events any more. */
  get lastSignOfLife(): number | undefined {
    return this.#uid !== undefined && outcomeOf(this.#error) !== 'interrupted' ? this.#lastSignOfLife : undefined;
  }

  async #unhurried(sequence: Sequence, options: StepOptions): Promise<void> {
    const deadline = this.#environment.clock.now() + options.timeoutMs;
    const around = this.#surroundings(options, deadline, new AbortController().signal);
    await sequence(this.#steps, around).catch((error) => this.#tellFailure(error));
  }

  #surroundings(options: StepOptions, deadline: number, signal = this.#environment.signal): Surroundings {
    const { cluster, clock } = this.#environment;
    const uid = () => this.#uid;
    return {
      cluster,
      picture: this.#namespace?.watch.picture ?? new Picture(),
      clock,
      signal,
      applying: options.applying,
      timeoutMs: options.timeoutMs,
      deadline,
      failGraceMs: options.failGraceMs,
      lastWarning: (of) => this.#warnings.get(of),
      follow: (of) => this.#follow(of, options.events),
      get uid() {
        return uid();
      },
    };
  }

  #follow(uid: string, shown: EventsShown): void {
    const { report, clock } = this.#environment;
    this.#uid = uid;
    if (!this.#namespace) return;
    const { watch, events } = this.#namespace;
    watch.picture.onChange(uid, () => {
      const { length } = watch.picture.ownedBy(uid).pods;
      if (length !== this.#podCount) this.#lastSignOfLife = clock.now();
      this.#podCount = length;
    });
    events.follow(uid, (event) => {
      if (event.type === 'Warning' && !event.benign) this.#warnings.set(event.object.uid, event);
      if (shown === 'none' || (shown === 'self' && event.object.uid !== uid)) return;
      this.#eventsReported.add(event.uid);
      this.#lastSignOfLife = clock.now();
      report({ type: 'event', time: clock.now(), deployment: this.#steps.deployment, event });
    });
  }

  #skipTheRest(): void {
    const taken = this.#steps.summaries.map(({ step }) => step);
    for (const step of this.#allSteps) if (!taken.includes(step)) this.#steps.skip(step);
  }

  /** Only where something was to be gone is what stands there left. */
  #left(): string[] {
    const picture = this.#namespace?.watch.picture;
    if (!picture || this.#uid === undefined || !this.#allSteps.includes('delete')) return [];
    return leftovers(observe(picture, this.#uid), this.#steps.deployment.name);
  }

  #tellFailure(error: unknown): void {
    this.#notice('error', inWords(error));
    if (!(error instanceof Failure)) return;
    for (const detail of error.details) this.#notice('info', detail);
    if (error.hint) this.#notice('info', error.hint);
  }

  #tellLeft(left: readonly string[]): void {
    const { namespace, name } = this.#steps.deployment;
    this.#notice('info', `left in namespace ${namespace}: ${left.join(', ')}`);
    const requested = this.#steps.summaries.some(({ step, state }) => step === 'delete' && state === 'succeeded');
    if (requested) this.#notice('info', 'its deletion has been requested, and goes on by itself');
    this.#notice('info', `to remove it: kubectl delete seldondeployment ${name} -n ${namespace}`);
  }

  #notice(level: 'info' | 'error', message: string): void {
    const { report, clock } = this.#environment;
    report({ type: 'notice', time: clock.now(), level, deployment: this.#steps.deployment, message });
  }
}

function exitCodeOf(error: unknown): ExitCode {
  if (error === undefined) return exitCodes.done;
  return error instanceof Failure ? error.exitCode : exitCodes.failed;
}

/** A bug keeps its stack; what can be expected to go wrong has words of its own. */
function inWords(error: unknown): string {
  if (error instanceof Failure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
