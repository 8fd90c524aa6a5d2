import { type Clock, sleep } from '../clock.ts';
import { lease as form } from '../cluster/answer-forms.ts';
import { ApiFailure } from '../cluster/api-failure.ts';
import type { Objects } from '../cluster/objects.ts';
import { resourceKinds } from '../cluster/resource-kinds.ts';
import type { Lease } from '../kubernetes/objects.ts';
import { type AgentWords, heldLease, leaseStep, releasedLease } from './agent-lease.ts';

export interface ElectionOptions {
  objects: Pick<Objects, 'read' | 'create' | 'replace'>;
  namespace: string;
  name: string;
  /** Of this replica alone. */
  identity: string;
  words(): AgentWords;
  clock: Clock;
  signal: AbortSignal;
  tell(message: string): void;
}

const RENEW_MS = 2_000;
/** A leader that could not renew for so long stops before its Lease is over: nothing may be done by two. */
const GIVE_UP_MS = 7_000;

/**
 * Lets `lead` run while this replica holds the Lease, and stand by otherwise, until the signal aborts or `lead` ends by
 * itself. Gives the Lease back at the end.
 */
export async function takeTurns(options: ElectionOptions, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
  await new Election(options).run(lead);
}

class Election {
  readonly #options: ElectionOptions;
  #lease: Lease | undefined;
  #seenAt: number;
  #seen = '';
  #renewedAt = 0;

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#seenAt = options.clock.now();
  }

  async run(lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { clock, signal, tell } = this.#options;
    let lastProblem = '';
    while (!signal.aborted) {
      const held = await this.#acquire().catch((error: Error) => {
        if (error.message !== lastProblem) tell(`cannot read the lease: ${error.message}`);
        lastProblem = error.message;
        return false;
      });
      if (!held) {
        await sleep(clock, RENEW_MS, signal);
        continue;
      }
      tell('leading');
      if (await this.#lead(lead)) return;
      tell('lost the lease, standing by');
    }
  }

  /** Whether it was led to an end; false: the Lease was lost. */
  async #lead(lead: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const { clock, signal } = this.#options;
    const lost = new AbortController();
    const over = new AbortController();
    const leading = lead(AbortSignal.any([signal, lost.signal])).finally(() => over.abort());
    const renewing = this.#renew(AbortSignal.any([signal, over.signal]), () => lost.abort());
    try {
      await leading;
    } catch (error) {
      if (!lost.signal.aborted || signal.aborted) throw error;
    } finally {
      over.abort();
      await renewing;
      if (!lost.signal.aborted && this.#lease) {
        await this.#options.objects.replace(releasedLease(this.#lease, clock.now()), { form }).catch(() => {});
      }
    }
    return !lost.signal.aborted;
  }

  async #renew(until: AbortSignal, lose: () => void): Promise<void> {
    const { clock } = this.#options;
    while (!until.aborted) {
      await sleep(clock, RENEW_MS, until);
      if (until.aborted) return;
      // A request that hangs must not keep a leader leading.
      const cancel = clock.after(Math.max(0, this.#renewedAt + GIVE_UP_MS - clock.now()), lose);
      const held = await this.#acquire().catch(() => undefined);
      cancel();
      if (held === true) continue;
      if (held === false || clock.now() - this.#renewedAt >= GIVE_UP_MS) return lose();
    }
  }

  /** Whether this replica holds the Lease now. Throws where that cannot be found out. */
  async #acquire(): Promise<boolean> {
    const { objects, namespace, name, identity, words, clock } = this.#options;
    const startedAt = clock.now();
    const place = { ...resourceKinds.lease, metadata: { namespace, name } };
    this.#see(await objects.read<Lease>(place, { form, evenAfterStop: true }));
    const step = leaseStep(this.#lease, identity, clock.now() - this.#seenAt);
    if (step === 'wait') return false;
    const lease = heldLease(this.#lease, { namespace, name }, identity, words(), clock.now());
    try {
      this.#see(step === 'create' ? await objects.create(lease, { form }) : await objects.replace(lease, { form }));
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 409) return false;
      throw error;
    }
    this.#renewedAt = startedAt;
    return true;
  }

  #see(lease: Lease | undefined): void {
    const { resourceVersion = '' } = lease?.metadata ?? {};
    if (resourceVersion !== this.#seen) this.#seenAt = this.#options.clock.now();
    this.#seen = resourceVersion;
    this.#lease = lease;
  }
}
