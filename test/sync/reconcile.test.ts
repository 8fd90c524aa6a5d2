import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import type { SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { desiredItemOf } from '../../src/sync/desired/desired.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import { OWNER_LABEL } from '../../src/sync/ownership.ts';
import { LiveIngresses } from '../../src/sync/reconcile/live-ingresses.ts';
import { LiveObjects } from '../../src/sync/reconcile/live-objects.ts';
import { Reconciler } from '../../src/sync/reconcile/reconcile.ts';
import { parseMessage } from '../../src/sync/source/message.ts';
import type { ToldSync } from '../../src/sync/sync-report.ts';
import { model } from '../behaviour/models.ts';
import { FakeClock } from '../fake-clock.ts';

/** One deployment that is owned, and whose source has said that it is to go. */
function unwanted() {
  const deployment = model({ namespace: 'ns' }) as SeldonDeployment;
  const { owned } = desiredItemOf({ id: 'iris', namespace: 'ns', name: 'iris', deployment }, 'one');
  const at = (resourceVersion: string, labels = owned.metadata.labels): SeldonDeployment => ({
    ...owned,
    metadata: { ...owned.metadata, uid: 'u', resourceVersion, ...(labels && { labels }) },
  });
  const live = new LiveObjects();
  live.put(at('5'));
  const desired = new DesiredState({ namespace: 'ns', byDefault: 'ns' }, 'one', () => {});
  desired.take({ type: 'snapshot', revision: '1', records: [] });
  desired.take({ type: 'delete', id: 'iris', revision: '2' });
  const deletions: (string | undefined)[] = [];
  const told: ToldSync[] = [];
  const server = {
    /** What the next deletions are answered with; nothing: they are carried out. */
    answers: [] as Error[],
    resource: { apiVersion: 'machinelearning.seldon.io/v1' },
    now: at('5'),
    delete: async (_1: string, _2: string, _3: string, _4: string, _5: boolean, resourceVersion?: string) => {
      deletions.push(resourceVersion);
      const answer = server.answers.shift();
      if (answer) throw answer;
    },
    read: async () => server.now,
  };
  const reconciler = new Reconciler(
    {
      owner: 'one',
      adopt: false,
      dryRun: false,
      concurrency: 1,
      watched: true,
      prune: true,
      maxPrune: { share: 1 },
      allowEmpty: true,
    },
    {
      cluster: server as unknown as SeldonCluster,
      desired,
      live,
      ingresses: LiveIngresses.listed(server as unknown as SeldonCluster, 'ns', new FakeClock()),
      tell: (report) => told.push(report),
      clock: new FakeClock(),
      signal: new AbortController().signal,
      random: () => 0,
    },
  );
  const pruned = () => told.filter((report) => report.type === 'item' && report.action === 'pruned').length;
  return { at, live, server, desired, reconciler, deletions, told, pruned };
}

const changed = () => new ApiFailure(409, '{"reason":"Conflict","message":"the object has been modified"}');

describe('What a source says that cannot be read', () => {
  it('is told once as long as it stays, and again when it comes back: nothing is remembered for ever', async () => {
    const { desired, reconciler, told } = unwanted();
    const say = (message: object) => desired.take(parseMessage(JSON.stringify(message), 'stream'));
    const errors = () => told.filter((report) => report.type === 'notice' && report.level === 'error').length;
    say({ type: 'upsert', item: { id: 'bad', deployment: {} } });
    for (let round = 1; round <= 3; round += 1) await reconciler.round();
    assert.equal(errors(), 1);
    say({ type: 'delete', id: 'bad' });
    await reconciler.round();
    say({ type: 'upsert', item: { id: 'bad', deployment: {} } });
    await reconciler.round();
    assert.equal(errors(), 2);
  });
});

describe('What is to be made', () => {
  it('is somebody else’s where another owner makes it just then: a conflict, and nothing of it is changed', async () => {
    const { at, desired, reconciler, server, told } = unwanted();
    const item = { id: 'rose', name: 'rose', deployment: { image: 'example/rose:1.0' } };
    desired.take(parseMessage(JSON.stringify({ type: 'upsert', item }), 'stream'));
    const theirs = at('9', { [OWNER_LABEL]: 'two' });
    server.now = { ...theirs, metadata: { ...theirs.metadata, name: 'rose', uid: 'theirs' } };
    const sent: unknown[] = [];
    Object.assign(server, {
      apply: async (_: SeldonDeployment, options: object) => {
        sent.push(options);
        throw changed();
      },
    });
    await reconciler.round();
    assert.deepEqual(sent, [{ fieldManager: 'kubectl-seldon-lifecycle-sync', createOnly: true, dryRun: false }]);
    const items = told.flatMap((report) => (report.type === 'item' && report.name === 'rose' ? [report.action] : []));
    assert.deepEqual(items, ['conflict']);
  });
});

describe('What is to go', () => {
  for (const [when, watchIsFirst] of [
    ['after', false],
    ['before', true],
  ] as const) {
    it(`goes although its status changes just then, and the watch tells of that ${when} the server does`, async () => {
      const { at, live, server, reconciler, deletions, pruned } = unwanted();
      server.answers = [changed()];
      server.now = at('6');
      server.read = async () => {
        if (watchIsFirst) live.put(at('6'));
        return server.now;
      };
      const { failed, againInMs } = await reconciler.round();
      assert.deepEqual(deletions, ['5', '6']);
      assert.deepEqual([failed, againInMs, pruned()], [0, undefined, 1]);
    });
  }

  it('stays where somebody has taken the owner’s label away just then', async () => {
    const { at, server, reconciler, deletions, pruned } = unwanted();
    server.answers = [changed()];
    server.now = at('6', { [OWNER_LABEL]: 'two' });
    await reconciler.round();
    assert.deepEqual([deletions, pruned()], [['5'], 0]);
  });

  it('is tried again where the server cannot delete it, and that is told once', async () => {
    const { server, reconciler, deletions, told, pruned } = unwanted();
    server.answers = [1, 2, 3].map(() => new ApiFailure(500, 'etcd has no leader'));
    const waits = [];
    for (let round = 1; round <= 4; round += 1) waits.push((await reconciler.round()).againInMs);
    assert.deepEqual(waits, [1_000, 2_000, 4_000, undefined]);
    assert.deepEqual([deletions.length, pruned()], [4, 1]);
    assert.equal(told.filter(({ type }) => type === 'notice').length, 1);
  });

  it('is told again where it could be deleted in between', async () => {
    const { at, live, server, reconciler, told } = unwanted();
    const refused = () => new ApiFailure(500, 'etcd has no leader');
    server.answers = [refused(), refused()];
    for (let round = 1; round <= 3; round += 1) await reconciler.round();
    live.remove(at('5'));
    live.put({ ...at('9'), metadata: { ...at('9').metadata, uid: 'other' } });
    server.answers = [refused()];
    await reconciler.round();
    assert.equal(told.filter(({ type }) => type === 'notice').length, 2);
  });

  it('is deleted once, however long finalizers hold it', async () => {
    const { reconciler, deletions } = unwanted();
    await reconciler.round();
    await reconciler.round();
    assert.equal(deletions.length, 1);
  });
});
