import type { Advice } from '../advice/advice.ts';
import { sleep } from '../clock.ts';
import { Failure } from '../failures.ts';
import type { Pod } from '../kubernetes/objects.ts';
import { ENDING_MS } from './backoff.ts';
import { DesiredState } from './desired/desired-state.ts';
import type { Health } from './health/health.ts';
import { ObservedDeployments } from './observed-deployments.ts';
import { ownerOf } from './ownership.ts';
import { LiveIngresses } from './reconcile/live-ingresses.ts';
import { LiveObjects } from './reconcile/live-objects.ts';
import { Reconciler } from './reconcile/reconcile.ts';
import { LogRequests } from './report/log-requests.ts';
import type { PhaseReport } from './report/phase.ts';
import { Phases } from './report/phases.ts';
import { StatusReporter } from './report/status-reporter.ts';
import { againInWords, type LogsRequest, type SourceMessage } from './source/message.ts';
import { tellSnapshot } from './sync.ts';
import type { SyncEnvironment, SyncOptions } from './sync-environment.ts';

/**
 * Keeps the cluster as the source wants it until the signal aborts, or until a source that has an end has come to it:
 * `open`, then `run`.
 */
export class KeptSync {
  readonly desired: DesiredState;
  readonly #options: SyncOptions;
  readonly #with: SyncEnvironment;
  readonly #health: Health;
  readonly #live = new LiveObjects();
  readonly #reconciler: Reconciler;
  readonly #reporter: StatusReporter | undefined;
  readonly #logs: LogRequests | undefined;
  readonly #observed: ObservedDeployments;
  readonly #phases: Phases;
  readonly #ended = new AbortController();
  #wake: () => void = () => {};
  #due = true;
  #failure: unknown;
  #lastComplaint = '';
  /** The source has come to its end. */
  #isOver = false;
  #endsUntil = 0;

  constructor(options: SyncOptions, around: SyncEnvironment, health: Health) {
    const signal = AbortSignal.any([around.signal, this.#ended.signal]);
    signal.addEventListener('abort', () => this.#wake());
    this.#options = options;
    this.#with = { ...around, signal };
    this.#health = health;
    const { owner, scope, limits, reportUrl, connection } = options;
    this.desired = new DesiredState(scope, owner, (message) => this.#notice('warning', message), limits);
    const ingresses = LiveIngresses.watched(around.cluster, scope.namespace, {
      ...this.#with,
      notice: (level, message) => this.#notice(level, message),
      news: () => this.#trigger(),
    });
    this.#reconciler = new Reconciler(
      { ...options, watched: true },
      {
        ...this.#with,
        desired: this.desired,
        live: this.#live,
        ingresses,
        beforePruning: () => this.#phases.noteUnwanted(),
      },
    );
    this.#reporter =
      reportUrl &&
      new StatusReporter({
        ...this.#with,
        url: reportUrl,
        connection,
        owner,
        revision: () => this.desired.revision,
        trouble: (problem) => this.#notice('warning', problem),
        refused: (failure) => this.#end(failure),
      });
    this.#logs = reportUrl && new LogRequests({ cluster: around.cluster, reportUrl, connection, signal });
    this.#observed = new ObservedDeployments(this.#live, {
      ...this.#with,
      namespace: scope.namespace,
      notice: (level, message) => this.#notice(level, message),
      standing: (all) => {
        this.#health.kubernetes = all;
      },
      changed: (key) => this.#phases.lookSoon(key),
      news: () => this.#trigger(),
    });
    this.#phases = new Phases(owner, {
      ...this.#with,
      desired: this.desired,
      live: this.#live,
      observe: (uid) => this.#observed.observe(uid),
      troubleOf: (key) => this.#reconciler.troubleOf(key),
      reporter: this.#reporter,
    });
  }

  /** What the source wants, each in the phase that it is in; what nobody has looked at yet comes up. */
  get wanted(): Pick<PhaseReport, 'id' | 'namespace' | 'name' | 'phase'>[] {
    const phases = new Map(this.phases.map(({ id, phase }) => [id, phase]));
    return this.desired.items.map(({ id, namespace, name }) => ({
      id,
      namespace,
      name,
      phase: phases.get(id) ?? 'Configuring',
    }));
  }

  get phases(): readonly PhaseReport[] {
    return this.#phases.reports;
  }

  get statusReports(): number {
    return this.#reporter?.sent ?? 0;
  }

  /** Nothing is decided before the whole cache of the cluster is there. Throws Failure where it may not be watched. */
  async open(): Promise<void> {
    await this.#observed.open();
    this.#health.kubernetes = true;
  }

  /** Reads the source and makes the cluster agree, until told to stop. Throws Failure. */
  async run(): Promise<void> {
    const { signal } = this.#with;
    const reading = this.#read();
    while (!signal.aborted) {
      this.#due = false;
      const { againInMs } =
        this.desired.complete || this.desired.items.length > 0 ? await this.#reconciler.round() : NOTHING;
      this.#phases.lookAtAll();
      if (this.#failure) break;
      if (this.#isOver && !this.#due && this.#msToEnds === 0) {
        await this.#reporter?.flush();
        this.#end(undefined);
      }
      if (!this.#due) await this.#next(smallerOf(againInMs, this.#isOver ? this.#msToEnds : undefined));
    }
    await reading;
    if (this.#failure) throw this.#failure;
  }

  /** How long the end of what is being deleted is still waited for, once the source has ended: it is told of that too. */
  get #msToEnds(): number {
    if (!this.#reporter || !this.#phases.isAnyGoing) return 0;
    return Math.max(0, this.#endsUntil - this.#with.clock.now());
  }

  async #read(): Promise<void> {
    const { source } = this.#options;
    const { clock, tell, signal } = this.#with;
    let last: string | undefined;
    const said = (state: 'connected' | 'lost', what: string, message = what) => {
      this.#health.source = state === 'connected';
      // The same again and again is told once.
      if (last !== `${state} ${what}`) tell({ type: 'source', time: clock.now(), state, message });
      last = `${state} ${what}`;
    };
    try {
      await source.read(
        {
          message: (message) => this.#take(message),
          connected: () => said('connected', source.name),
          trouble: (problem, againInMs) => said('lost', problem, againInWords(problem, againInMs)),
        },
        this.#with,
      );
      if (signal.aborted) return;
      // A source that has an end: what it said last is still to be done.
      this.#isOver = true;
      this.#endsUntil = clock.now() + ENDING_MS;
      this.#trigger();
    } catch (error) {
      if (!signal.aborted) this.#end(error);
    }
  }

  #take(message: SourceMessage): void {
    if (message.type === 'logs') return void this.#answerLogs(message.request);
    const said = this.desired.take(message);
    tellSnapshot(message, this.#with.tell, this.#with.clock);
    this.#health.snapshot = this.desired.complete;
    if (said || message.type === 'unchanged') this.#trigger();
  }

  async #answerLogs(request: LogsRequest): Promise<void> {
    if (!this.#logs) return this.#complain('the source requests logs, but --report is not set');
    const { signal } = this.#with;
    const item = this.desired.withId(request.id);
    const live = item && this.#live.get(item.key);
    const isOurs = live !== undefined && ownerOf(live) === this.#options.owner;
    const found: readonly Pod[] = isOurs ? this.#observed.podsOf(live) : [];
    const namespace = isOurs ? item?.namespace : undefined;
    try {
      const problem = await this.#logs.take(request, namespace, found);
      if (problem !== undefined && !signal.aborted) this.#complain(problem);
    } catch (error) {
      this.#end(error);
    }
  }

  /** Of logs: the same again and again is told once. */
  #complain(problem: string): void {
    if (problem !== this.#lastComplaint) this.#notice('warning', problem);
    this.#lastComplaint = problem;
  }

  /** Resolves when there is something to do, or after this many milliseconds. */
  async #next(againInMs: number | undefined): Promise<void> {
    const { clock, signal } = this.#with;
    if (signal.aborted) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(clock, againInMs ?? 2 ** 31 - 1, woken.signal);
  }

  #trigger(): void {
    this.#due = true;
    this.#wake();
  }

  #end(failure: unknown): void {
    this.#failure ??= failure;
    this.#ended.abort(failure instanceof Failure ? failure : undefined);
  }

  #notice(level: 'info' | 'warning', message: Advice): void {
    this.#with.tell({ type: 'notice', time: this.#with.clock.now(), level, message });
  }
}

const NOTHING = { againInMs: undefined };

function smallerOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
