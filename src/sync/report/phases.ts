import type { Clock } from '../../clock.ts';
import { FailFast } from '../../lifecycle/failing/fail-fast.ts';
import type { Observation } from '../../lifecycle/waits/observation.ts';
import { keyOf } from '../desired/desired.ts';
import type { DesiredState } from '../desired/desired-state.ts';
import { ownerOf } from '../ownership.ts';
import type { LiveObjects } from '../reconcile/live-objects.ts';
import type { TellSync } from '../sync-report.ts';
import { isReadyButStale, type PhaseReport, phaseOf, type Trouble } from './phase.ts';
import type { StatusReporter } from './status-reporter.ts';
import { deletedReport, type Unwanted, unwantedOf } from './unwanted.ts';

export interface PhaseDeps {
  desired: DesiredState;
  live: LiveObjects;
  /** The deployment with this uid and what it owns; undefined: it is not there. */
  observe(uid: string): Observation | undefined;
  /** What keeps the item of this key from being as it is wanted. */
  troubleOf(key: string): Trouble | undefined;
  /** Who is told of each change, if anybody. */
  reporter: StatusReporter | undefined;
  tell: TellSync;
  clock: Clock;
  signal: AbortSignal;
}

/** How long a blocker has to stand before a deployment is said to have failed: as in --fail-grace. */
const FAIL_GRACE_MS = 10_000;
/** Changes of many objects at a time are looked at together. */
const LOOK_MS = 50;

/** The phases that the wanted deployments are in, each told when it changes. */
export class Phases {
  readonly #owner: string;
  readonly #with: PhaseDeps;
  /** By the ids of the items, as what follows. */
  readonly #phases = new Map<string, PhaseReport>();
  readonly #judges = new Map<string, FailFast>();
  /** What was wanted, and what was wrong, when the phase of an item was last found out. */
  readonly #lookedAt = new Map<string, { hash: string; trouble: Trouble | undefined }>();
  /** Owned deployments that are not wanted, of which this process never told a phase, by their ids: each is told when it is gone. */
  readonly #unwanted = new Map<string, Unwanted>();
  /** The keys of what is looked at soon. */
  readonly #changed = new Set<string>();

  constructor(owner: string, deps: PhaseDeps) {
    this.#owner = owner;
    this.#with = deps;
  }

  get reports(): readonly PhaseReport[] {
    return [...this.#phases.values()];
  }

  /** Whether the deletion of something that the source does not want has begun, and its end is still to be told. */
  get isAnyGoing(): boolean {
    const { desired, live } = this.#with;
    return [...this.#phases.values(), ...this.#unwanted.values()].some(
      ({ id, namespace, name }) =>
        !desired.withId(id) && live.get(keyOf(namespace, name))?.metadata.deletionTimestamp !== undefined,
    );
  }

  /** Before anything is pruned: what is owned and not wanted, although no phase of it was ever told. */
  noteUnwanted(): void {
    const { desired, live } = this.#with;
    for (const one of unwantedOf(this.#owner, desired, live)) {
      if (!this.#phases.has(one.id)) this.#unwanted.set(one.id, one);
    }
  }

  /** What changes in the cluster is looked at when it does; many changes at a time are looked at together. */
  lookSoon(key: string): void {
    this.#changed.add(key);
    if (this.#changed.size > 1) return;
    this.#with.clock.after(LOOK_MS, () => {
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const one of changed) this.#look(one);
    });
  }

  /** At what the source wants otherwise than before, what went wrong with it or right, and what it does not want any more. */
  lookAtAll(): void {
    const { desired, live, troubleOf } = this.#with;
    const wanted = new Set(desired.items.map(({ id }) => id));
    for (const item of desired.items) {
      const trouble = troubleOf(item.key);
      const last = this.#lookedAt.get(item.id);
      if (last?.hash === item.hash && last.trouble === trouble) continue;
      this.#lookedAt.set(item.id, { hash: item.hash, trouble });
      this.#look(item.key);
    }
    for (const one of [...this.#phases.values(), ...this.#unwanted.values()]) {
      const { id, namespace, name } = one;
      if (wanted.has(id)) {
        this.#unwanted.delete(id);
        continue;
      }
      const object = live.get(keyOf(namespace, name));
      // What is kept is as it was.
      if (object && ownerOf(object) === this.#owner) continue;
      this.#phases.delete(id);
      this.#unwanted.delete(id);
      this.#judges.delete(id);
      this.#lookedAt.delete(id);
      this.#say(deletedReport(one));
    }
  }

  #look(key: string): void {
    const { desired, live, observe, troubleOf, clock, signal, reporter } = this.#with;
    const item = desired.get(key);
    if (!item || signal.aborted) return;
    const { id } = item;
    const uid = live.get(key)?.metadata.uid;
    const seen = uid === undefined ? undefined : observe(uid);
    // It is looked at again when the watches have caught up: until then what looks as Ready as before is as it was told.
    if (seen && this.#phases.get(id)?.phase === 'Ready' && isReadyButStale(seen)) return;
    const judge = this.#judges.get(id) ?? new FailFast(FAIL_GRACE_MS, clock);
    if (!this.#judges.has(id)) judge.onDue(() => this.#look(key));
    this.#judges.set(id, judge);
    const phase = phaseOf({ ...item, wanted: item.deployment }, seen, troubleOf(key), (answer, at) =>
      judge.judge(answer, at),
    );
    if (JSON.stringify(this.#phases.get(id)) === JSON.stringify(phase)) return;
    const isNews = this.#phases.get(id)?.phase !== phase.phase;
    this.#phases.set(id, phase);
    if (isNews) this.#say(phase);
    else reporter?.update(phase);
  }

  #say(phase: PhaseReport): void {
    const { tell, clock, reporter } = this.#with;
    tell({ type: 'status', time: clock.now(), ...phase });
    reporter?.update(phase);
  }
}
