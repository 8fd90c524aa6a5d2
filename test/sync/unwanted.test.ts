import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { desiredItemOf } from '../../src/sync/desired/desired.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import { LiveObjects } from '../../src/sync/reconcile/live-objects.ts';
import { unwantedOf } from '../../src/sync/report/unwanted.ts';
import { parseMessage } from '../../src/sync/source/message.ts';
import { model } from '../behaviour/models.ts';

interface Live {
  id: string;
  name?: string;
  owner?: string;
  going?: boolean;
}

function liveOf({ id, name = id, owner = 'one', going = false }: Live): SeldonDeployment {
  const deployment = model({ namespace: 'ns', name }) as SeldonDeployment;
  const { owned } = desiredItemOf({ id, namespace: 'ns', name, deployment }, owner);
  const deletionTimestamp = going ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {};
  return { ...owned, metadata: { ...owned.metadata, uid: `uid-${name}`, resourceVersion: '1', ...deletionTimestamp } };
}

const record = (id: string, name = id) => ({ id, name, deployment: { image: `example/${name}:1` } });

describe('Of what a sync once made, the source is told the end of', () => {
  for (const [what, live, said, unwanted] of [
    ['what its first state lacks', [{ id: 'a' }, { id: 'b' }], { type: 'snapshot', items: [record('a')] }, ['b']],
    ['what it goes without, to the last', [{ id: 'a' }], { type: 'snapshot', items: [] }, ['a']],
    ['nothing, before its first whole state', [{ id: 'a' }], { type: 'upsert', item: record('b') }, []],
    ['nothing of another owner', [{ id: 'a', owner: 'two' }], { type: 'snapshot', items: [] }, []],
    ['nothing that goes on under another name', [{ id: 'a' }], { type: 'snapshot', items: [record('a', 'n')] }, []],
    ['nothing that goes on under another id', [{ id: 'a' }], { type: 'snapshot', items: [record('n', 'a')] }, []],
    [
      'what is being deleted already',
      [{ id: 'a', going: true }],
      { type: 'snapshot', items: [] },
      ['a, which is going'],
    ],
  ] as const) {
    it(what, () => {
      const objects = new LiveObjects();
      for (const one of live) objects.put(liveOf(one));
      const desired = new DesiredState({ namespace: 'ns', byDefault: 'ns' }, 'one', () => {});
      desired.take(parseMessage(JSON.stringify(said), 'stream'));
      const found = unwantedOf('one', desired, objects);
      assert.deepEqual(
        found.map(({ id, isGoing }) => (isGoing ? `${id}, which is going` : id)),
        unwanted,
      );
    });
  }
});

describe('What the cluster holds', () => {
  it('stays on its way to its end, whatever a late watch shows of before', () => {
    const objects = new LiveObjects();
    const at = (resourceVersion: string): SeldonDeployment => {
      const object = liveOf({ id: 'a' });
      return { ...object, metadata: { ...object.metadata, resourceVersion } };
    };
    objects.put(at('1'));
    objects.end(at('1'), 0);
    objects.put(at('2'));
    assert.equal(objects.get('ns/a')?.metadata.deletionTimestamp, '1970-01-01T00:00:00.000Z');
    objects.remove(at('2'));
    assert.equal(objects.get('ns/a'), undefined);
  });
});
