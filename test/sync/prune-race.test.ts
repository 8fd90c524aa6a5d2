import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import type { SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { desiredOf } from '../../src/sync/desired/desired.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import { LiveObjects } from '../../src/sync/reconcile/live-objects.ts';
import { Reconciler } from '../../src/sync/reconcile/reconcile.ts';
import { model } from '../behaviour/models.ts';
import { FakeClock } from '../fake-clock.ts';

const deployment = model({ namespace: 'ns' }) as SeldonDeployment;
const { owned } = desiredOf({ id: 'iris', namespace: 'ns', name: 'iris', deployment }, 'one');
const inState = (resourceVersion: string, labels = owned.metadata.labels): SeldonDeployment => {
  return { ...owned, metadata: { ...owned.metadata, labels: labels ?? {}, uid: 'u', resourceVersion } };
};
const outdated = JSON.stringify({ kind: 'Status', reason: 'Conflict', message: 'the object has been modified' });

/** One round that is to delete what is in state 1 as far as we know; which state of it was deleted. */
async function deletedState(now: SeldonDeployment): Promise<string | undefined> {
  const live = new LiveObjects();
  live.put(inState('1'));
  let deleted: string | undefined;
  const cluster = {
    delete: async (
      _namespace: string,
      _name: string,
      _uid: string,
      _how: string,
      _dryRun: boolean,
      version: string,
    ) => {
      // By the time of the answer the watch has shown it, too.
      live.put(now);
      if (version !== now.metadata.resourceVersion) throw new ApiFailure(409, outdated);
      deleted = version;
    },
    read: async () => structuredClone(now),
  } as unknown as SeldonCluster;
  const desired = new DesiredState({ namespace: 'ns', acrossNamespaces: false } as never, 'one', () => {});
  desired.take({ type: 'snapshot', records: [], revision: 'r1' } as never);
  const rules = { owner: 'one', watched: true, adopt: false, dryRun: false, concurrency: 1, tellUnchanged: false };
  const pruning = { prune: true, allowEmpty: true, maxPrune: { share: 1 } };
  const { signal } = new AbortController();
  const around = { cluster, desired, live, tell: () => {}, clock: new FakeClock(), signal, random: () => 0 };
  await new Reconciler({ ...rules, ...pruning }, around).round();
  return deleted;
}

describe('A deployment that is to go', () => {
  it('goes as it was looked at', async () => assert.equal(await deletedState(inState('1')), '1'));

  it('goes in its newest state, where it has changed and the watch has shown that already', async () => {
    assert.equal(await deletedState(inState('2')), '2');
  });

  it('stays where somebody has taken the owner’s label away meanwhile', async () => {
    assert.equal(await deletedState(inState('2', {})), undefined);
  });
});
