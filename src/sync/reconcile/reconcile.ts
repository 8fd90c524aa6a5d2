import type { Clock } from '../../clock.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { concurrencyLimiter } from '../../concurrency-limiter.ts';
import { BadInput } from '../../failures.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { unservedVersion } from '../../lifecycle/apply/served-version.ts';
import { adopt, asIfAdopted, deploymentTo } from '../../lifecycle/apply/take-over.ts';
import { errorInWords } from '../../lifecycle/errors/api-errors.ts';
import { IngressTaken } from '../../lifecycle/ingress/apply-ingress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { backoffMs } from '../backoff.ts';
import { type DesiredItem, withRevision } from '../desired/desired.ts';
import type { DesiredState } from '../desired/desired-state.ts';
import { SYNC_FIELD_MANAGER } from '../ownership.ts';
import type { Trouble } from '../report/phase.ts';
import type { ItemAction, ItemReport, TellSync } from '../sync-report.ts';
import { decide } from './decide.ts';
import { differencesOf } from './differences.ts';
import { type IngressChange, IngressReconciler } from './ingress-reconciler.ts';
import { ItemReports } from './item-reports.ts';
import type { LiveIngresses } from './live-ingresses.ts';
import type { LiveObjects } from './live-objects.ts';
import { type PruneOptions, Pruner, type Pruning } from './pruner.ts';
import { isLasting, isOutdated, LOOKS } from './refusals.ts';

export interface ReconcileOptions extends PruneOptions {
  adopt: boolean;
  /** Whether watches keep `live`: then an end is heard of, and what needed nothing is not told at every round. */
  watched: boolean;
}

export interface Reconciling {
  cluster: SeldonCluster;
  desired: DesiredState;
  live: LiveObjects;
  ingresses: LiveIngresses;
  beforePruning?: Pruning['beforePruning'];
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

/** What was found to need nothing: of a deployment as it is in the cluster, with its Ingress. */
interface Settled {
  hash: string;
  live: SeldonDeployment;
  ingress: KubernetesObject | undefined;
}

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
  /** Objects that the server has said need nothing, although they look otherwise: which state of them. */
  readonly #fine = new Map<string, string>();
  /** What was found to need nothing, so that a change of one of many costs no look into all the others. */
  readonly #settled = new Map<string, Settled>();
  readonly #reports: ItemReports;
  readonly #ingresses: IngressReconciler;
  readonly #pruner: Pruner;

  constructor(options: ReconcileOptions, reconciling: Reconciling) {
    this.#options = options;
    this.#with = reconciling;
    this.#reports = new ItemReports(reconciling.tell, reconciling.clock);
    const warn = (message: string) => this.#reports.once(message, 'warning', message);
    this.#ingresses = new IngressReconciler({ ...reconciling, warn }, options);
    this.#pruner = new Pruner(options, { ...reconciling, reports: this.#reports });
  }

  /** What keeps the item of this key from being as it is wanted. */
  troubleOf(key: string): Trouble | undefined {
    const attempt = this.#attempts.get(key);
    return attempt && attempt.hash === this.#with.desired.get(key)?.hash ? attempt.trouble : undefined;
  }

  async round(): Promise<Round> {
    const { desired, signal, clock } = this.#with;
    const items = [...desired.items];
    for (const known of [this.#attempts, this.#settled, this.#fine]) {
      for (const key of known.keys()) if (!desired.get(key)) known.delete(key);
    }
    this.#with.ingresses.retain((key) => desired.get(key) !== undefined);
    this.#reports.beginRound();
    const inTurn = concurrencyLimiter(this.#options.concurrency);
    const reconcile = async (item: DesiredItem) => {
      if (!signal.aborted) await this.#reconcile(item);
    };
    await Promise.all(items.map((item) => inTurn(() => reconcile(item))));
    for (const { why } of desired.bad) this.#reports.once(`bad ${why}`, 'error', why);
    const pruned = signal.aborted ? undefined : await this.#pruner.round();
    const attempts = [...this.#attempts.values()];
    const due = attempts.map(({ notBefore }) => Math.max(0, notBefore - clock.now()));
    if (pruned?.againInMs !== undefined) due.push(pruned.againInMs);
    return {
      failed: this.#attempts.size + desired.bad.length + (pruned?.kept ?? 0) + (pruned?.failed ?? 0),
      ending: attempts.filter(({ trouble }) => trouble.phase === 'Configuring').length,
      againInMs: due.length > 0 ? Math.min(...due) : undefined,
    };
  }

  async #reconcile(item: DesiredItem): Promise<void> {
    const { clock, live } = this.#with;
    const settled = this.#settled.get(item.key);
    if (settled && this.#isSettled(item, settled)) return this.#done(item, 'unchanged');
    const before = this.#attempts.get(item.key);
    const isBlocked = before?.refused === true && before.hash === item.hash && before.notBefore > clock.now();
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
        const isFine = decision.do === 'ask' && this.#fine.get(item.key) === stateOf(decision.live);
        if (decision.do === 'nothing' || isFine) return await this.#agreed(item, decision.live, isBlocked);
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
      if (error instanceof IngressTaken) return this.#fail(item, 'conflict', error.message, RARELY_MS);
      const failures = (before?.hash === item.hash ? before.failures : 0) + 1;
      const wait = isLasting(error) ? RARELY_MS : backoffMs(failures, this.#with.random());
      this.#fail(item, 'failed', errorInWords(error, `apply seldondeployment "${item.name}"`), wait, failures);
    }
  }

  /** Until what has its name is gone. */
  #await(item: DesiredItem, { metadata: { finalizers = [] } }: SeldonDeployment): void {
    const held = finalizers.filter((finalizer) => finalizer !== 'foregroundDeletion');
    const why = held.length > 0 ? `, once its finalizers are removed: ${held.join(', ')}` : '';
    this.#fail(
      item,
      undefined,
      `the deployment is being deleted, and is created again afterwards${why}`,
      ENDING_LOOK_MS,
    );
  }

  async #carryOut(
    item: DesiredItem,
    decision: { do: 'create' } | { do: 'apply' | 'adopt' | 'ask'; live: SeldonDeployment },
  ): Promise<void> {
    const { cluster, desired, live, signal } = this.#with;
    const { dryRun } = this.#options;
    const unserved = await unservedVersion(item.deployment.apiVersion, cluster);
    if (unserved !== undefined) throw new BadInput(unserved);
    const before = decision.do === 'create' ? undefined : decision.live;
    const marked = withRevision(item.owned, desired.revision);
    // Only this object, and only as it was looked at: whose it is may have changed since.
    const sent = { ...marked, metadata: { ...marked.metadata, ...(before && versionOf(before)) } };
    // What appeared just now is somebody else's, and left as it is.
    const applying = { fieldManager: SYNC_FIELD_MANAGER, ...(before ? { force: true } : { createOnly: true }) };
    if (before && decision.do === 'ask') {
      const asked = await cluster.apply(sent, { ...applying, dryRun: true });
      if (differencesOf(before, asked.deployment).length === 0) {
        this.#fine.set(item.key, stateOf(before));
        return await this.#agreed(item, before, false);
      }
      if (dryRun) return this.#done(item, 'configured', { live: before, merged: asked.deployment });
    }
    await this.#ingresses.check(item, before);
    if (before && !dryRun) {
      const asIf = async () => (await cluster.apply(sent, { ...applying, dryRun: true })).deployment;
      await this.#ingresses.removeUnwanted(item, before, asIf);
    }
    signal.throwIfAborted();
    if (decision.do === 'adopt' && dryRun) {
      const merged = await asIfAdopted(deploymentTo(cluster, sent), applying, decision.live);
      return this.#done(item, 'adopted', { live: before, merged });
    }
    const version =
      decision.do === 'adopt'
        ? versionOf(await adopt(deploymentTo(cluster, sent), decision.live, SYNC_FIELD_MANAGER))
        : {};
    const current = { ...sent, metadata: { ...sent.metadata, ...version } };
    const applied = await cluster.apply(current, { ...applying, dryRun });
    const action = applied.created ? 'created' : decision.do === 'adopt' ? 'adopted' : 'configured';
    if (dryRun) return this.#done(item, action, { live: before, merged: applied.deployment });
    live.put(applied.deployment);
    this.#done(item, action);
    if (await this.#ingresses.differs(item.key, applied.deployment)) {
      await this.#ingresses.apply(item.key, applied.deployment);
    }
  }

  /** The deployment is as it is wanted: what is left is its Ingress. */
  async #agreed(item: DesiredItem, live: SeldonDeployment, isBlocked: boolean): Promise<void> {
    const { key, hash } = item;
    let change: IngressChange | undefined;
    if (await this.#ingresses.differs(key, live)) {
      if (isBlocked) return;
      await this.#ingresses.check(item, live);
      change = await this.#ingresses.apply(key, live);
    }
    if (change && this.#options.dryRun) return this.#done(item, 'configured', change);
    this.#settled.set(key, { hash, live, ingress: this.#ingresses.known(key, live) });
    this.#done(item, change ? 'configured' : 'unchanged');
  }

  #isSettled({ key, hash }: DesiredItem, settled: Settled): boolean {
    const { live, ingress } = settled;
    const isSame = settled.hash === hash && live === this.#with.live.get(key);
    return isSame && ingress === this.#ingresses.known(key, live);
  }

  async #lookAgain({ namespace, name, key }: DesiredItem): Promise<void> {
    const { cluster, live } = this.#with;
    const now = await cluster.read(namespace, name);
    if (now) live.put(now);
    const known = live.get(key);
    if (known && known.metadata.uid !== now?.metadata.uid) live.remove(known);
    if (now) live.put(now);
  }

  #done({ id, namespace, name, key }: DesiredItem, action: ItemAction, comparison?: ItemReport['comparison']): void {
    this.#attempts.delete(key);
    if (action === 'unchanged' && this.#options.watched) return;
    this.#reports.item({ id, namespace, name, action }, comparison);
  }

  #fail(
    { id, namespace, name, key, hash }: DesiredItem,
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
    if (isNews && !action) this.#reports.notice('warning', `seldondeployment "${name}": ${message}`);
    if (isNews && action) this.#reports.item({ id, namespace, name, action, message });
  }
}

/** By which the server takes a change of this object alone, as it is here. */
function versionOf({ metadata: { uid, resourceVersion } }: SeldonDeployment) {
  return { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
}

/** The state of what a file can set: the generation counts changes of the spec, and of the metadata the rest is compared. */
function stateOf({ metadata: { uid, generation, labels, annotations } }: SeldonDeployment): string {
  return JSON.stringify([uid, generation, labels, annotations]);
}
