import type { Clock } from '../../clock.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { type Answer, failed } from '../waits/answer.ts';
import type { Observation } from '../waits/observation.ts';

/** So long an operator may take to see a change, and a Deployment to replace its pods. */
const BEFORE_MS = 10_000;

/**
 * Ends a wait that cannot be answered any more: at once when a finding is final, otherwise when the same one has been there
 * for the grace time. One that goes away for longer than that begins anew.
 *
 * After a change, pods that were there before it are borne for a while whatever they lack: the operator and the
 * Deployment's controller may not have seen the change yet, which may be what mends them.
 */
export class FailFast {
  /** What ended the wait. */
  found: Finding | undefined;
  readonly #graceMs: number;
  readonly #clock: Clock;
  /** `goneAt`: since when it is not there; undefined while it is. */
  readonly #seen = new Map<string, { since: number; goneAt: number | undefined }>();
  #askAgain: () => void = () => {};
  #cancel: () => void = () => {};

  /** The uids of the pods that were there at the first look after a change; undefined: nothing was changed, or nothing seen. */
  #podsBefore: ReadonlySet<string | undefined> | undefined;
  readonly #isChanged: boolean;

  constructor(graceMs: number, clock: Clock, { isChanged = false } = {}) {
    this.#isChanged = isChanged;
    this.#graceMs = graceMs;
    this.#clock = clock;
  }

  /** Calls back when the grace time of a finding is over; the answer ends that. */
  onDue(listener: () => void): () => void {
    this.#askAgain = listener;
    return () => this.#cancel();
  }

  judge(answer: Answer, seen: Observation): Answer {
    this.#cancel();
    if (this.#isChanged && seen.unsyncedKinds.length === 0) {
      this.#podsBefore ??= new Set(seen.owned.pods.map(({ metadata }) => metadata.uid));
    }
    const findings = answer.state === 'waiting' ? diagnose(seen).filter(({ fails }) => fails !== 'no') : [];
    this.#noteGone(new Set(findings.map(({ key }) => key)));
    const rests = findings.map((finding) => ({ finding, rest: this.#restOf(finding) }));
    const over = rests.find(({ rest }) => rest <= 0);
    if (over) {
      this.found = over.finding;
      return failed(over.finding.why);
    }
    if (rests.length > 0) {
      const next = Math.min(...rests.map(({ rest }) => rest));
      this.#cancel = this.#clock.after(next, () => this.#askAgain());
    }
    return answer;
  }

  /** How long it is borne still, in milliseconds. */
  #restOf(finding: Finding): number {
    const isBefore = finding.pod !== undefined && (this.#podsBefore?.has(finding.pod.uid) ?? false);
    if (finding.fails === 'now' && !isBefore) return 0;
    const ownMs = finding.fails === 'now' ? 0 : Math.max(this.#graceMs, finding.graceMs ?? 0);
    const graceMs = Math.max(ownMs, isBefore ? BEFORE_MS : 0);
    return this.#since(finding) + graceMs - this.#clock.now();
  }

  #since({ key }: Finding): number {
    const now = this.#clock.now();
    const before = this.#seen.get(key);
    const isTheSame = before && now - (before.goneAt ?? now) <= this.#graceMs;
    const since = isTheSame ? before.since : now;
    this.#seen.set(key, { since, goneAt: undefined });
    return since;
  }

  /** Nobody looks between changes: what was there at the last look and is there now has been there all the time. */
  #noteGone(stillThere: ReadonlySet<string>): void {
    const now = this.#clock.now();
    for (const [key, one] of this.#seen) {
      if (stillThere.has(key)) continue;
      one.goneAt ??= now;
      // Pods come and go, and each has its own.
      if (now - one.goneAt > this.#graceMs) this.#seen.delete(key);
    }
  }
}
