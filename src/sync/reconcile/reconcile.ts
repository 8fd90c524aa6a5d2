import type { Clock } from '../../clock.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { inWords } from '../../lifecycle/errors/api-errors.ts';
import { fieldConflicts } from '../../lifecycle/errors/field-conflicts.ts';
import { takingTurns } from '../../lifecycle/taking-turns.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { backoffMs } from '../backoff.ts';
import { type Desired, keyOf, withRevision } from '../desired/desired.ts';
import type { DesiredState } from '../desired/desired-state.ts';
import { idOf, ownerOf, SYNC_FIELD_MANAGER } from '../ownership.ts';
import type { Trouble } from '../report/phase.ts';
import type { ItemAction, ItemReport, TellSync } from '../sync-report.ts';
import { decide } from './decide.ts';
import { differencesOf } from './differences.ts';
import type { LiveObjects } from './live-objects.ts';
import { type PruneRules, whatToPrune } from './prune.ts';

export interface ReconcileOptions extends PruneRules {
  owner: string;
  adopt: boolean;
  /** The server answers as if, and changes nothing. */
  dryRun: boolean;
  /** How many requests are under way at a time. */
  concurrency: number;
  /** Whether watches keep `live`: then an end is heard of, and what needed nothing is not told at every round. */
  watched: boolean;
}

export interface Reconciling {
  cluster: SeldonCluster;
  desired: DesiredState;
  live: LiveObjects;
  tell: TellSync;
  clock: Clock;
  signal: AbortSignal;
  /** From 0 to 1. */
  random(): number;
}

/** What a round has come to. */
export interface Round {
  /** Items that are not as the source wants them, and objects that are kept. */
  failed: number;
  /** Items that wait for the end of what has their name. */
  ending: number;
  /** Milliseconds until something is to be tried again; undefined: nothing is. */
  againInMs: number | undefined;
}

/** What went wrong with an item, so that it is neither tried nor told over and over. */
interface Attempt {
  hash: string;
  /** Whether the server has refused it: then it is left in peace until `notBefore`. */
  refused: boolean;
  failures: number;
  notBefore: number;
  trouble: Trouble;
  told: string;
}

/** Somebody changed an object between our look at it and our change: look again. */
const LOOKS = 5;
/** Until another look at what is being deleted, where no watch tells. */
const ENDING_LOOK_MS = 1_000;
/** What no time mends is tried again all the same, rarely: somebody may have given a right, or raised a quota. */
const RARELY_MS = 300_000;

/**
 * Makes the cluster agree with what the source wants, one round at a time: what is to be made or changed first, then what
 * is to go. Every round looks at everything; it asks the server only about what differs.
 */
export class Reconciler {
  readonly #options: ReconcileOptions;
  readonly #with: Reconciling;
  readonly #attempts = new Map<string, Attempt>();
  /** Objects that the server has said need nothing, although they look otherwise: by key, which state of them. */
  readonly #fine = new Map<string, string>();
  /** What was found to need nothing, so that a change of one of many costs no look into all the others. */
  readonly #settled = new Map<string, { hash: string; live: SeldonDeployment }>();
  #keptTold = '';
  /** In how many rounds, one after another, something could not be deleted. */
  #failedPrunes = 0;

  constructor(options: ReconcileOptions, reconciling: Reconciling) {
    this.#options = options;
    this.#with = reconciling;
  }

  /** What keeps the item of this key from being as it is wanted. */
  troubleOf(key: string): Trouble | undefined {
    const attempt = this.#attempts.get(key);
    return attempt && attempt.hash === this.#with.desired.get(key)?.hash ? attempt.trouble : undefined;
  }

  async round(): Promise<Round> {
    const { desired, signal, clock } = this.#with;
    const items = [...desired.items];
    for (const key of this.#attempts.keys()) if (!desired.get(key)) this.#attempts.delete(key);
    for (const key of this.#fine.keys()) if (!desired.get(key)) this.#fine.delete(key);
    for (const key of this.#settled.keys()) if (!desired.get(key)) this.#settled.delete(key);
    this.#toldBefore = this.#told;
    this.#told = new Set();
    const inTurn = takingTurns(this.#options.concurrency);
    const reconcile = async (item: Desired) => {
      if (!signal.aborted) await this.#reconcile(item);
    };
    await Promise.all(items.map((item) => inTurn(() => reconcile(item))));
    for (const { id, why } of desired.bad) this.#tellOnce(`bad ${id ?? ''} ${why}`, 'error', why);
    const { kept, failed } = signal.aborted ? { kept: 0, failed: 0 } : await this.#prune();
    this.#failedPrunes = failed > 0 ? this.#failedPrunes + 1 : 0;
    const attempts = [...this.#attempts.values()];
    const due = attempts.map(({ notBefore }) => Math.max(0, notBefore - clock.now()));
    if (failed > 0) due.push(backoffMs(this.#failedPrunes, this.#with.random()));
    return {
      failed: this.#attempts.size + desired.bad.length + kept + failed,
      ending: attempts.filter(({ trouble }) => trouble.phase === 'Configuring').length,
      againInMs: due.length > 0 ? Math.min(...due) : undefined,
    };
  }

  async #reconcile(item: Desired): Promise<void> {
    const { clock, live } = this.#with;
    const settled = this.#settled.get(item.key);
    if (settled && settled.hash === item.hash && settled.live === live.get(item.key)) {
      return this.#done(item, 'unchanged');
    }
    const before = this.#attempts.get(item.key);
    const isBlocked = before?.refused && before.hash === item.hash && before.notBefore > clock.now();
    try {
      for (let look = 1; ; look += 1) {
        const decision = decide(item, live.get(item.key), this.#options);
        // A conflict is looked at again whenever there is something new to see; the server is not asked for that.
        if (decision.do === 'conflict') return this.#fail(item, 'conflict', decision.why, RARELY_MS);
        if (decision.do === 'wait') {
          if (this.#options.watched || look > 1 || !before) return this.#await(item, decision.live);
          await this.#lookAgain(item);
          continue;
        }
        if (decision.do === 'nothing') {
          this.#settled.set(item.key, { hash: item.hash, live: decision.live });
          return this.#done(item, 'unchanged');
        }
        if (decision.do === 'ask' && this.#isFine(item, decision.live)) return this.#done(item, 'unchanged');
        if (isBlocked) return;
        try {
          return await this.#carryOut(item, decision);
        } catch (error) {
          if (!isOutdated(error) || look === LOOKS) throw error;
          await this.#lookAgain(item);
        }
      }
    } catch (error) {
      if (this.#with.signal.aborted) return;
      const failures = (before?.hash === item.hash ? before.failures : 0) + 1;
      const wait = isLasting(error) ? RARELY_MS : backoffMs(failures, this.#with.random());
      this.#fail(item, 'failed', inWords(error, `apply seldondeployment "${item.name}"`), wait, failures);
    }
  }

  /** Until what has its name is gone. */
  #await(item: Desired, { metadata: { finalizers = [] } }: SeldonDeployment): void {
    const held = finalizers.filter((finalizer) => finalizer !== 'foregroundDeletion');
    const why = held.length > 0 ? `, once its finalizers are taken away: ${held.join(', ')}` : '';
    this.#fail(item, undefined, `it is being deleted, and is made anew then${why}`, ENDING_LOOK_MS);
  }

  async #carryOut(
    item: Desired,
    decision: { do: 'create' } | { do: 'apply' | 'adopt' | 'ask'; live: SeldonDeployment },
  ): Promise<void> {
    const { cluster, desired, live, signal } = this.#with;
    const { dryRun } = this.#options;
    const before = decision.do === 'create' ? undefined : decision.live;
    const marked = withRevision(item.owned, desired.revision);
    // Only this object, and only as it was looked at: whose it is may have changed since.
    const { uid, resourceVersion } = before?.metadata ?? {};
    const precondition = before ? { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) } : {};
    const sent = { ...marked, metadata: { ...marked.metadata, ...precondition } };
    // Of what is not ours a difference is a conflict, even where it appeared just now.
    const applying = { fieldManager: SYNC_FIELD_MANAGER, force: before !== undefined };
    if (before && decision.do === 'ask') {
      const asked = await cluster.apply(sent, { ...applying, dryRun: true });
      if (differencesOf(before, asked.deployment).length === 0) {
        this.#fine.set(item.key, stateOf(before));
        return this.#done(item, 'unchanged');
      }
      if (dryRun) return this.#done(item, 'configured', { live: before, merged: asked.deployment });
    }
    signal.throwIfAborted();
    const applied = await cluster.apply(sent, { ...applying, dryRun });
    const action = applied.created ? 'created' : decision.do === 'adopt' ? 'adopted' : 'configured';
    if (dryRun) return this.#done(item, action, { live: before, merged: applied.deployment });
    live.put(applied.deployment);
    this.#done(item, action);
  }

  async #lookAgain({ namespace, name, key }: Desired): Promise<void> {
    const { cluster, live } = this.#with;
    const now = await cluster.read(namespace, name);
    if (now) live.put(now);
    const known = live.get(key);
    if (known && known.metadata.uid !== now?.metadata.uid) live.remove(known);
    if (now) live.put(now);
  }

  #isFine({ key }: Desired, object: SeldonDeployment): boolean {
    return this.#fine.get(key) === stateOf(object);
  }

  /** How many unwanted objects are kept on purpose, and how many could not be deleted. */
  async #prune(): Promise<{ kept: number; failed: number }> {
    const { desired, live } = this.#with;
    const { prune, kept } = whatToPrune(live.ownedBy(this.#options.owner), desired, this.#options);
    const inTurn = takingTurns(this.#options.concurrency);
    const gone = await Promise.all(prune.map((object) => inTurn(() => this.#delete(object))));
    this.#tellKept(kept);
    const failed = gone.filter((isGone) => !isGone).length;
    return { kept: this.#options.prune ? (kept?.objects.length ?? 0) : 0, failed };
  }

  #tellKept(kept: ReturnType<typeof whatToPrune>['kept']): void {
    const { prune } = this.#options;
    // Before the first whole state there is nothing to be said of what it lacks.
    const text =
      kept && (this.#with.desired.complete || !prune) ? `${kept.why}${kept.hint ? `. ${kept.hint}` : ''}` : '';
    if (text === this.#keptTold) return;
    this.#keptTold = text;
    if (text) this.#notice(prune ? 'error' : 'warning', text);
  }

  /** Whether it is gone, or on its way. */
  async #delete(object: SeldonDeployment): Promise<boolean> {
    const { cluster, live, signal } = this.#with;
    const { namespace = '', name, uid = '' } = object.metadata;
    if (signal.aborted) return false;
    try {
      let now: SeldonDeployment | undefined = object;
      for (let look = 1; ; look += 1) {
        try {
          // As it was looked at: somebody may have taken the owner's label away, to keep it.
          const { resourceVersion } = now.metadata;
          await cluster.delete(namespace, name, uid, 'Background', this.#options.dryRun, resourceVersion);
          break;
        } catch (error) {
          if (!isOutdated(error) || look === LOOKS) throw error;
          now = await cluster.read(namespace, name);
          if (!now || now.metadata.uid !== uid) break;
          live.put(now);
          // The watches may have shown this very state, or a later one, by now.
          if (ownerOf(now) !== this.#options.owner) return true;
        }
      }
      this.#item(idOf(object) ?? '', namespace, name, 'pruned');
      if (!this.#options.dryRun) live.end(object, this.#with.clock.now());
      return true;
    } catch (error) {
      const why = inWords(error, `delete seldondeployment "${name}"`);
      if (!signal.aborted) this.#tellOnce(`${uid} ${why}`, 'error', why);
      return false;
    }
  }

  #done({ id, namespace, name, key }: Desired, action: ItemAction, comparison?: ItemReport['comparison']): void {
    this.#attempts.delete(key);
    if (action === 'unchanged' && this.#options.watched) return;
    this.#item(id, namespace, name, action, undefined, comparison);
  }

  #fail(
    { id, namespace, name, key, hash }: Desired,
    action: 'conflict' | 'failed' | undefined,
    message: string,
    waitMs: number,
    failures = 1,
  ): void {
    const { clock } = this.#with;
    const told = `${action} ${message}`;
    const phase = action === 'conflict' ? 'Conflict' : action === 'failed' ? 'Failed' : 'Configuring';
    const isNews = this.#attempts.get(key)?.told !== told;
    this.#attempts.set(key, {
      hash,
      refused: action === 'failed',
      failures,
      notBefore: clock.now() + waitMs,
      trouble: { phase, message },
      told,
    });
    if (isNews && !action) this.#notice('warning', `seldondeployment "${name}": ${message}`);
    if (isNews && action) this.#item(id, namespace, name, action, message);
  }

  #item(
    id: string,
    namespace: string,
    name: string,
    action: ItemAction,
    message?: string,
    comparison?: ItemReport['comparison'],
  ): void {
    const time = this.#with.clock.now();
    this.#with.tell({
      type: 'item',
      time,
      id: id || keyOf(namespace, name),
      namespace,
      name,
      action,
      ...(message !== undefined && { message }),
      ...(comparison && { differences: differencesOf(comparison.live, comparison.merged), comparison }),
    });
  }

  /** What was told in this round, and in the one before it. */
  #told = new Set<string>();
  #toldBefore: ReadonlySet<string> = new Set();

  /** Nothing that stays as it is from round to round is told again. */
  #tellOnce(key: string, level: 'error' | 'warning', message: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    if (!this.#toldBefore.has(key)) this.#notice(level, message);
  }

  #notice(level: 'error' | 'warning', message: string): void {
    this.#with.tell({ type: 'notice', time: this.#with.clock.now(), level, message });
  }
}

/** The state of what a file can set: the generation counts changes of the spec, and of the metadata the rest is compared. */
function stateOf({ metadata: { uid, generation, labels, annotations } }: SeldonDeployment): string {
  return JSON.stringify([uid, generation, labels, annotations]);
}

/** Whether it was refused because the object is another by now, or another state of it. */
function isOutdated(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 409 && fieldConflicts(error).length === 0;
}

/** What another try would be answered in the same way. */
function isLasting(error: unknown): boolean {
  return (
    error instanceof ApiFailure &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 409 &&
    error.status !== 429
  );
}
