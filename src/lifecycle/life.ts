import type { Clock } from '../clock.ts';
import type { NamespaceWatch } from '../cluster/namespace-watch.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { EventStream } from '../events/event-stream.ts';
import { type ExitCode, exitCodes, Failure } from '../failures.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { deleteAndWait } from './deletion/delete-step.ts';
import { lastEvents } from './deletion/last-events.ts';
import { leftovers } from './deletion/leftovers.ts';
import { explain } from './errors/api-errors.ts';
import type { DeploymentName, DeploymentSummary, Report, ReportedEvent, Step } from './progress.ts';
import type { RunOptions } from './run-options.ts';
import { runSequence } from './sequence.ts';
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

export interface ObservedNamespace {
  watch: NamespaceWatch;
  events: EventStream;
}

export interface LifeEnd {
  summary: DeploymentSummary;
  exitCode: ExitCode;
}

/** The steps of one deployment, in order; those that an error cut off are told as skipped. */
const sequenceSteps: readonly Step[] = ['apply', 'wait-available', 'scale', 'wait-scaled', 'delete', 'wait-deleted'];

/** One deployment's way through a run. */
export class Life {
  readonly #manifest: Manifest;
  readonly #namespace: ObservedNamespace;
  readonly #environment: RunEnvironment;
  readonly #existing: SeldonDeployment | undefined;
  readonly #steps: Steps;
  #uid: string | undefined;
  #eventsReported = new Set<string>();
  /** The newest Warning of each object, by its uid. */
  readonly #warnings = new Map<string, ReportedEvent>();
  #podCount = 0;
  /** When an Event last came, or a pod last came or went: late writers write about those. */
  #lastSignOfLife = 0;

  /** `existing`: the deployment of this name as it was before the run, which takes it over. */
  constructor(
    manifest: Manifest,
    namespace: ObservedNamespace,
    environment: RunEnvironment,
    existing: SeldonDeployment | undefined,
  ) {
    const { name, namespace: of = '' } = manifest.deployment.metadata;
    this.#manifest = manifest;
    this.#namespace = namespace;
    this.#environment = environment;
    this.#existing = existing;
    this.#steps = new Steps({ namespace: of, name }, environment.report, environment.clock);
  }

  get deployment(): DeploymentName {
    return this.#steps.deployment;
  }

  /** The uid of the namespace, if it was made now. */
  async createNamespace(): Promise<string | undefined> {
    const { namespace } = this.#steps.deployment;
    return await this.#steps.take('create-namespace', async () => {
      const uid = await this.#environment.cluster
        .createNamespace(namespace)
        .catch((error) => explain(error, `create namespace "${namespace}"`));
      return { result: uid, message: uid ? 'created' : 'unchanged' };
    });
  }

  /** From the apply to the last event, once all that it needs is `ready`. Never rejects: what went wrong stands in its end. */
  async live(options: RunOptions, ready: Promise<unknown>, deadline: number): Promise<LifeEnd> {
    const around = this.#surroundings(options, deadline);
    const error = await ready
      .then(() => {
        this.#environment.signal.throwIfAborted();
        return runSequence(this.#manifest, this.#existing, options, this.#steps, around);
      })
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    if (error !== undefined) this.#tellFailure(error);
    if (error !== undefined && options.cleanup === 'always') await this.#cleanUp(options, around);
    this.#skipTheRest();
    if (this.#uid !== undefined && outcomeOf(error) !== 'interrupted') await this.#lastEvents();
    return this.#end(error);
  }

  #surroundings(options: RunOptions, deadline: number): Surroundings {
    const { cluster, clock, signal } = this.#environment;
    return {
      cluster,
      picture: this.#namespace.watch.picture,
      clock,
      signal,
      applying: options.applying,
      timeoutMs: options.timeoutMs,
      deadline,
      failGraceMs: options.failGraceMs,
      lastWarning: (uid) => this.#warnings.get(uid),
      onCreated: (uid) => this.#followEvents(uid),
    };
  }

  /** Removes what the run made, whatever ended it; a second signal ends the whole program at once. */
  async #cleanUp({ cascade, timeoutMs }: RunOptions, around: Surroundings): Promise<void> {
    if (this.#uid === undefined) return;
    const { clock } = this.#environment;
    const unhurried = { ...around, signal: new AbortController().signal, deadline: clock.now() + timeoutMs };
    await deleteAndWait({ uid: this.#uid, cascade }, this.#steps, unhurried).catch((error) => this.#tellFailure(error));
  }

  #followEvents(uid: string): void {
    const { report, clock } = this.#environment;
    const { watch, events } = this.#namespace;
    this.#uid = uid;
    watch.picture.onChange(uid, () => {
      const { length } = watch.picture.ownedBy(uid).pods;
      if (length !== this.#podCount) this.#lastSignOfLife = clock.now();
      this.#podCount = length;
    });
    events.follow(uid, (event) => {
      this.#eventsReported.add(event.uid);
      if (event.type === 'Warning' && !event.benign) this.#warnings.set(event.object.uid, event);
      this.#lastSignOfLife = clock.now();
      report({ type: 'event', time: clock.now(), deployment: this.#steps.deployment, event });
    });
  }

  async #lastEvents(): Promise<void> {
    const { report, clock, signal } = this.#environment;
    const problem = await lastEvents(this.#namespace.watch, () => this.#lastSignOfLife, { clock, signal });
    const { deployment } = this.#steps;
    if (problem) report({ type: 'notice', time: clock.now(), level: 'warning', deployment, message: problem });
  }

  #skipTheRest(): void {
    const taken = this.#steps.summaries.map(({ step }) => step);
    for (const step of sequenceSteps) if (!taken.includes(step)) this.#steps.skip(step);
  }

  #end(error: unknown): LifeEnd {
    const { deployment, summaries } = this.#steps;
    const left =
      this.#uid === undefined ? [] : leftovers(observe(this.#namespace.watch.picture, this.#uid), deployment.name);
    const outcome = error === undefined ? 'succeeded' : outcomeOf(error);
    if (left.length > 0) this.#tellLeft(left);
    const summary = {
      ...deployment,
      uid: this.#uid,
      outcome,
      steps: summaries,
      events: this.#eventsReported.size,
      left,
    };
    return { summary, exitCode: exitCodeOf(error) };
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
