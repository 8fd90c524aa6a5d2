import { sleep } from '../clock.ts';
import { deployments, pods, replicaSets, seldonDeployments } from '../cluster/kinds.ts';
import type { Pod } from '../cluster/objects.ts';
import { Failure } from '../failures.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { FailFast } from '../lifecycle/failing/fail-fast.ts';
import { whenListed } from '../lifecycle/snapshot.ts';
import { observe } from '../lifecycle/waits/wait-step.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { keyOf } from './desired/desired.ts';
import { DesiredState } from './desired/desired-state.ts';
import type { Health } from './health/health.ts';
import { ownerOf } from './ownership.ts';
import { LiveObjects } from './reconcile/live-objects.ts';
import { Reconciler } from './reconcile/reconcile.ts';
import { LogsDesk } from './report/logs-desk.ts';
import { type PhaseReport, phaseOf, type Trouble } from './report/phase.ts';
import { StatusReporter } from './report/status-reporter.ts';
import type { LogsRequest, SourceMessage } from './source/message.ts';
import { tellSnapshot } from './sync.ts';
import type { SyncEnvironment, SyncOptions } from './sync-environment.ts';

/** How long an obstacle has to stand before a deployment is said to have failed: as in --fail-grace. */
const FAIL_GRACE_MS = 10_000;
/** Changes of many objects at a time are looked at together. */
const LOOK_MS = 50;

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
  readonly #logs: LogsDesk | undefined;
  readonly #phases = new Map<string, PhaseReport>();
  readonly #judges = new Map<string, FailFast>();
  /** Of each object, what of it a sync cares about, to tell changes of the status from others. */
  readonly #looks = new Map<string, string>();
  readonly #dirty = new Set<string>();
  /** What was wanted, and what was wrong, when the phase of an item was last found out. */
  readonly #lookedAt = new Map<string, { hash: string; trouble: Trouble | undefined }>();
  readonly #ended = new AbortController();
  #picture: ReturnType<SyncEnvironment['cluster']['watchesOf']>['picture'] | undefined;
  #wake: () => void = () => {};
  #due = true;
  #failure: unknown;
  #lastComplaint = '';
  #looking = false;
  /** The source has come to its end. */
  #isOver = false;

  constructor(options: SyncOptions, around: SyncEnvironment, health: Health) {
    const signal = AbortSignal.any([around.signal, this.#ended.signal]);
    signal.addEventListener('abort', () => this.#wake());
    this.#options = options;
    this.#with = { ...around, signal };
    this.#health = health;
    const { owner, scope, reportUrl, connection } = options;
    this.desired = new DesiredState(scope, owner, (message) => this.#notice('warning', message));
    this.#reconciler = new Reconciler(
      { ...options, watched: true },
      { ...this.#with, desired: this.desired, live: this.#live },
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
    this.#logs = reportUrl && new LogsDesk({ cluster: around.cluster, reportUrl, connection, signal });
  }

  get phases(): readonly PhaseReport[] {
    return [...this.#phases.values()];
  }

  get statusReports(): number {
    return this.#reporter?.sent ?? 0;
  }

  /** Draws the picture of the cluster: nothing is decided before all of it is there. Throws Failure where it may not be watched. */
  async open(): Promise<void> {
    const { cluster, clock, signal } = this.#with;
    const { scope } = this.#options;
    const watch = cluster.watchesOf(
      scope.namespace,
      {
        event: () => {},
        known: (uid) => this.#known(uid),
        notice: (level, message) => this.#notice(level, message),
        standing: (all) => {
          this.#health.kubernetes = all;
        },
      },
      { clock, signal },
    );
    this.#picture = watch.picture;
    // Whose fields they are is asked, too.
    const whole = { ...seldonDeployments(cluster.resource), keep: <T>(object: T) => object };
    await watch
      .open([whole, deployments, { ...replicaSets, optional: true }, { ...pods, optional: true }], {
        withEvents: false,
      })
      .catch((error) => explain(error, 'watch seldondeployments'));
    await whenListed(watch.picture, signal);
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
      this.#lookAtAll();
      if (this.#failure) break;
      if (this.#isOver && !this.#due) {
        await this.#reporter?.flush();
        this.#end(undefined);
      }
      if (!this.#due) await this.#next(againInMs);
    }
    await reading;
    if (this.#failure) throw this.#failure;
  }

  async #read(): Promise<void> {
    const { source } = this.#options;
    const { clock, tell, signal } = this.#with;
    let last: string | undefined;
    const said = (state: 'connected' | 'lost', what: string, more = '') => {
      this.#health.source = state === 'connected';
      // The same again and again is told once.
      if (last !== `${state} ${what}`) tell({ type: 'source', time: clock.now(), state, message: what + more });
      last = `${state} ${what}`;
    };
    try {
      await source.read(
        {
          message: (message) => this.#take(message),
          connected: () => said('connected', source.name),
          trouble: (problem, againInMs) => said('lost', problem, `: trying again in ${Math.ceil(againInMs / 1_000)} s`),
        },
        this.#with,
      );
      if (signal.aborted) return;
      // A source that has an end: what it said last is still to be done.
      this.#isOver = true;
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
    if (!this.#logs) return this.#complain('the source asks for logs, and there is no --report');
    const { signal } = this.#with;
    const item = this.desired.withId(request.id);
    const live = item && this.#live.get(item.key);
    const isOurs = live !== undefined && ownerOf(live) === this.#options.owner;
    const found: readonly Pod[] = isOurs ? (this.#picture?.ownedBy(live.metadata.uid ?? '').pods ?? []) : [];
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

  #known(uid: string): void {
    const object = this.#picture?.get(uid) as SeldonDeployment | undefined;
    if (object?.kind !== 'SeldonDeployment') return;
    if (!this.#looks.has(uid)) {
      const stop = this.#picture?.onChange(uid, () => this.#changed(uid, object, stop));
    }
    this.#changed(uid, object);
  }

  #changed(uid: string, last: SeldonDeployment, stop?: () => void): void {
    const object = this.#picture?.get(uid) as SeldonDeployment | undefined;
    const { namespace = '', name } = last.metadata;
    this.#dirty.add(keyOf(namespace, name));
    this.#lookSoon();
    if (!object) {
      stop?.();
      this.#looks.delete(uid);
      this.#live.remove(last);
      this.#trigger();
      return;
    }
    this.#live.put(object);
    const { generation, labels, annotations, deletionTimestamp } = object.metadata;
    const look = JSON.stringify([generation, labels, annotations, deletionTimestamp]);
    if (this.#looks.get(uid) === look) return;
    this.#looks.set(uid, look);
    this.#trigger();
  }

  #lookSoon(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#with.clock.after(LOOK_MS, () => {
      this.#looking = false;
      for (const key of this.#dirty) this.#look(key);
      this.#dirty.clear();
    });
  }

  #lookAtAll(): void {
    const wanted = new Map(this.desired.items.map(({ id, key }) => [id, key]));
    for (const item of this.desired.items) {
      const trouble = this.#reconciler.troubleOf(item.key);
      const last = this.#lookedAt.get(item.id);
      // What changes in the cluster is looked at when it does.
      if (last?.hash === item.hash && last.trouble === trouble) continue;
      this.#lookedAt.set(item.id, { hash: item.hash, trouble });
      this.#look(item.key);
    }
    for (const [id, phase] of this.#phases) {
      if (wanted.has(id)) continue;
      const live = this.#live.get(keyOf(phase.namespace, phase.name));
      // What is kept is as it was.
      if (live && ownerOf(live) === this.#options.owner) continue;
      this.#phases.delete(id);
      this.#judges.delete(id);
      this.#lookedAt.delete(id);
      this.#say({ ...phase, phase: 'Deleted', availableReplicas: 0, desiredReplicas: 0, message: '', url: '' });
    }
  }

  #look(key: string): void {
    const item = this.desired.get(key);
    if (!item || !this.#picture || this.#with.signal.aborted) return;
    const { id } = item;
    const live = this.#live.get(key);
    const uid = live?.metadata.uid;
    const seen = uid === undefined || !this.#picture.get(uid) ? undefined : observe(this.#picture, uid);
    const judge = this.#judges.get(id) ?? new FailFast(FAIL_GRACE_MS, this.#with.clock);
    if (!this.#judges.has(id)) judge.onDue(() => this.#look(key));
    this.#judges.set(id, judge);
    const trouble = this.#reconciler.troubleOf(key);
    const phase = phaseOf({ ...item, wanted: item.deployment }, seen, trouble, (answer, at) => judge.judge(answer, at));
    if (JSON.stringify(this.#phases.get(id)) === JSON.stringify(phase)) return;
    const isNews = this.#phases.get(id)?.phase !== phase.phase;
    this.#phases.set(id, phase);
    if (isNews) this.#say(phase);
    else this.#reporter?.update(phase);
  }

  #say(phase: PhaseReport): void {
    this.#with.tell({ type: 'status', time: this.#with.clock.now(), ...phase });
    this.#reporter?.update(phase);
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

  #notice(level: 'info' | 'warning', message: string): void {
    this.#with.tell({ type: 'notice', time: this.#with.clock.now(), level, message });
  }
}

const NOTHING = { againInMs: undefined };
