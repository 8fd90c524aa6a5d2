import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { takeTurns } from '../../src/agent/leader-election.ts';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import type { Objects } from '../../src/cluster/objects.ts';
import type { Lease } from '../../src/kubernetes/objects.ts';
import { FakeClock } from '../fake-clock.ts';

/** Leases in memory, with the server's rule: who replaces what has changed since it was read is refused. */
class LeaseStore {
  held: Lease | undefined;
  #version = 0;

  write(lease: Lease, known: string | undefined): Lease {
    if (this.held?.metadata.resourceVersion !== known) throw new ApiFailure(409, 'Conflict');
    this.#version += 1;
    this.held = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.#version) } };
    return this.held;
  }
}

type Network = 'up' | 'refuses' | 'hangs';

/** The way of one replica to them. */
function leasesOf(store: LeaseStore, network: () => Network): Objects {
  const ask = async <T>(act: () => T): Promise<T> => {
    if (network() === 'hangs') await new Promise(() => {});
    if (network() === 'refuses') throw new Error('connect ECONNREFUSED');
    return act();
  };
  return {
    read: () => ask(() => store.held),
    create: (lease: Lease) => ask(() => store.write(lease, undefined)),
    replace: (lease: Lease) => ask(() => store.write(lease, lease.metadata.resourceVersion ?? '')),
  } as unknown as Objects;
}

/** A replica whose work is to last until it is told to stop; it keeps when it led, in milliseconds since the beginning. */
class Replica {
  network: Network = 'up';
  readonly turns: { from: number; to: number | undefined }[] = [];
  readonly told: string[] = [];
  readonly over: Promise<void>;
  readonly #stop = new AbortController();
  #fail: (error: Error) => void = () => {};

  constructor(identity: string, store: LeaseStore, clock: FakeClock) {
    const begin = clock.now();
    this.over = takeTurns(
      {
        objects: leasesOf(store, () => this.network),
        namespace: 'ns',
        name: 'agent',
        identity,
        words: () => ({ owner: 'one', version: '1', source: 's', deployments: 1 }),
        clock,
        signal: this.#stop.signal,
        tell: (message) => this.told.push(message),
      },
      (signal) =>
        new Promise((resolve, reject) => {
          const turn: Replica['turns'][number] = { from: clock.now() - begin, to: undefined };
          this.turns.push(turn);
          this.#fail = reject;
          signal.addEventListener('abort', () => {
            turn.to = clock.now() - begin;
            resolve();
          });
        }),
    );
    this.over.catch(() => {});
  }

  get leads(): boolean {
    return this.turns.some(({ to }) => to === undefined);
  }

  stop(): void {
    this.#stop.abort();
  }

  fail(error: Error): void {
    this.#fail(error);
  }
}

async function two() {
  const clock = new FakeClock();
  const store = new LeaseStore();
  const first = new Replica('first', store, clock);
  await clock.advance(500);
  const second = new Replica('second', store, clock);
  await clock.advance(20_000);
  return { clock, store, first, second };
}

describe('Of two replicas', () => {
  it('one leads as long as it lives, and the other does nothing', async () => {
    const { clock, store, first, second } = await two();
    await clock.advance(3_600_000);
    assert.deepEqual([first.turns, second.turns], [[{ from: 0, to: undefined }], []]);
    assert.equal(store.held?.spec?.leaseTransitions, 0);
  });

  it('one leads, where both begin at once', async () => {
    const clock = new FakeClock();
    const store = new LeaseStore();
    const both = ['first', 'second'].map((name) => new Replica(name, store, clock));
    await clock.advance(60_000);
    assert.deepEqual(both.map(({ leads }) => leads).sort(), [false, true]);
  });

  it('the other takes over within 15 s of a kill, and not before the Lease is over', async () => {
    const { clock, store, first, second } = await two();
    // Whoever is killed says nothing any more, as one whose requests hang.
    first.network = 'hangs';
    const renewed = store.held?.spec?.renewTime ?? '';
    await clock.advance(10_000 - (clock.now() - Date.parse(renewed)));
    assert.equal(second.leads, false);
    await clock.advance(5_000);
    assert.equal(second.leads, true);
    assert.equal(store.held?.spec?.holderIdentity, 'second');
    assert.equal(store.held?.spec?.leaseTransitions, 1);
  });

  for (const network of ['refuses', 'hangs'] as const) {
    it(`the one that is cut off from the cluster stops before the other begins: its network ${network}`, async () => {
      const { clock, first, second } = await two();
      first.network = network;
      await clock.advance(30_000);
      const [stopped, begun] = [first.turns[0]?.to, second.turns[0]?.from];
      assert.ok(stopped !== undefined && begun !== undefined);
      // Their own times begin 500 ms apart.
      assert.ok(stopped < begun + 500, `stopped at ${stopped}, begun at ${begun + 500}`);
    });
  }

  it('the one that was cut off stands by when it is back', async () => {
    const { clock, first, second } = await two();
    first.network = 'refuses';
    await clock.advance(30_000);
    first.network = 'up';
    await clock.advance(60_000);
    assert.deepEqual([first.leads, second.leads], [false, true]);
    assert.ok(first.told.includes('lost the lease, standing by'));
  });

  it('the one that ends in order gives the Lease back, and the other need not wait for its end', async () => {
    const { clock, first, second } = await two();
    first.stop();
    await clock.advance(2_500);
    await first.over;
    assert.deepEqual([first.leads, second.leads], [false, true]);
  });

  it('the one that fails gives the Lease back and says why', async () => {
    const { clock, first, second } = await two();
    first.fail(new Error('the source refuses us'));
    await clock.advance(2_500);
    await assert.rejects(first.over, /the source refuses us/);
    assert.equal(second.leads, true);
  });

  it('the one that leads makes the Lease anew where somebody has deleted it', async () => {
    const { clock, store, first, second } = await two();
    store.held = undefined;
    await clock.advance(30_000);
    assert.deepEqual([first.leads, second.leads].sort(), [false, true]);
    assert.ok(store.held);
  });

  it('a short trouble of the cluster ends no turn', async () => {
    const { clock, first, second } = await two();
    first.network = 'refuses';
    await clock.advance(4_000);
    first.network = 'up';
    await clock.advance(60_000);
    assert.deepEqual([first.turns.length, first.leads, second.turns.length], [1, true, 0]);
  });

  it('the one that stands by says once that it cannot look at the Lease', async () => {
    const { clock, second } = await two();
    second.network = 'refuses';
    await clock.advance(60_000);
    assert.deepEqual(second.told, ['cannot read the lease: connect ECONNREFUSED']);
  });
});
