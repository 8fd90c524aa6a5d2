import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TooMuchInput } from '../../src/reading/input-limits.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import { parseMessage } from '../../src/sync/source/message.ts';

const item = (id: string, more: object = {}) => ({ id, name: id, deployment: { image: `example/${id}:1.0` }, ...more });

const whole = (name: string, annotations: object) => ({
  apiVersion: 'machinelearning.seldon.io/v1',
  kind: 'SeldonDeployment',
  metadata: { name, annotations },
  spec: { predictors: [{ name: 'p', graph: { name: 'm', implementation: 'SKLEARN_SERVER' } }] },
});

function state(...messages: object[]) {
  const told: string[] = [];
  const desired = new DesiredState({ namespace: 'ns', byDefault: 'ns' }, 'one', (notice) => told.push(notice));
  for (const message of messages) desired.take(parseMessage(JSON.stringify(message), 'stream'));
  return { desired, told, keys: desired.items.map(({ key }) => key).join(' '), bad: desired.bad.map(({ why }) => why) };
}

describe('The desired state', () => {
  it('is a snapshot and what came after it', () => {
    const snapshot = { type: 'snapshot', revision: 'r1', items: [item('a'), item('b')] };
    const { desired, keys } = state(snapshot, { type: 'upsert', item: item('c') }, { type: 'delete', id: 'a' });
    assert.equal(keys, 'ns/b ns/c');
    assert.deepEqual(
      [desired.complete, desired.revision, desired.deletedIds.has('a'), desired.deletedIds.has('b')],
      [true, 'r1', true, false],
    );
  });

  it('is not whole before a snapshot', () =>
    assert.equal(state({ type: 'upsert', item: item('a') }).desired.complete, false));

  it('keeps what was wanted where its record cannot be read any more', () => {
    const { keys, bad } = state(
      { type: 'snapshot', items: [item('a'), item('b')] },
      { type: 'snapshot', items: [item('a'), { id: 'b', deployment: {} }] },
    );
    assert.equal(keys, 'ns/a ns/b');
    assert.deepEqual(bad, ['stream:1:113: deployment: expected image, or implementation and modelUri']);
  });

  describe('has an end', () => {
    const many = (count: number, one: (index: number) => object) => {
      const { desired } = state({ type: 'snapshot', items: [item('first')] });
      for (let index = 0; index < count; index += 1) {
        desired.take(parseMessage(JSON.stringify(one(index)), 'stream'));
      }
      return desired;
    };

    it('at 10,000 deployments: then nothing is known to be unwanted, until the next whole state', () => {
      const desired = many(9_999, (index) => item(`r${index}`));
      assert.equal(desired.hasUnknown, false);
      const more = parseMessage(JSON.stringify(item('more')), 'stream');
      assert.throws(() => desired.take(more), TooMuchInput);
      assert.deepEqual([desired.items.length, desired.hasUnknown], [10_000, true]);
      assert.equal(desired.withId('more'), undefined);
      const snapshot = { type: 'snapshot', items: Array(10_001).fill({}) };
      assert.throws(() => desired.take(parseMessage(JSON.stringify(snapshot), 'stream')), TooMuchInput);
      assert.equal(desired.items.length, 10_000, 'what was wanted before still is');
      desired.take(parseMessage('{"type":"snapshot","items":[]}', 'stream'));
      assert.equal(desired.hasUnknown, false);
    });

    it('at 10,000 records that cannot be read', () => {
      assert.throws(() => many(10_001, (index) => ({ id: `r${index}` })), TooMuchInput);
    });

    it('at 16 MiB in all', () => {
      const labels = { long: 'x'.repeat(4_000_000) };
      assert.throws(() => many(5, (index) => whole(`r${index}`, labels)), TooMuchInput);
      // The same one again and again is one.
      assert.equal(many(5, () => whole('r', labels)).items.length, 2);
    });

    it('for what is said of one record', () => {
      const { bad } = state({ type: 'snapshot', items: [item('a', { namespace: 'x'.repeat(100_000) })] });
      assert.ok((bad[0]?.length ?? 0) < 1_100);
    });
  });

  it('remembers of a stream that never begins anew the last 10,000 deletions and the last 1,000 records that do not say what they are about', () => {
    const { desired } = state();
    for (let index = 0; index < 12_000; index += 1) {
      desired.take({ type: 'delete', id: `m${index}`, revision: undefined });
      desired.take(parseMessage('{"type":"upsert","item":{}}', 'stream', index));
    }
    const deleted = [...desired.deletedIds];
    assert.deepEqual([deleted.length, deleted[0], deleted.at(-1)], [10_000, 'm2000', 'm11999']);
    assert.deepEqual([desired.bad.length, desired.hasUnknown], [1_000, true]);
  });

  it('knows no two of one id or name', () => {
    const { keys, bad } = state({ type: 'snapshot', items: [item('a'), item('a'), item('b', { name: 'a' })] });
    assert.equal(keys, 'ns/a');
    assert.equal(bad.length, 2);
  });

  it('forgets the old name of what has a new one', () => {
    const { keys } = state(
      { type: 'snapshot', items: [item('a')] },
      { type: 'upsert', item: item('a', { name: 'z' }) },
    );
    assert.equal(keys, 'ns/z');
  });

  it('refuses what is for another namespace, and says what it leaves out', () => {
    const { keys, bad, told } = state({
      type: 'snapshot',
      items: [
        item('a', { namespace: 'other' }),
        item('b', {
          deployment: { image: 'i', replicas: 0, ports: [] },
          service: { type: 'loadbalancer', ports: [{ name: 'x', port: 80 }], loadBalancerIP: '' },
          ingress: { class: 'nginx', host: '' },
          metrics: { classes: '', image: 'proxy:1', record: true, modelProxyPort: 0, modelProxyAPIPort: 0 },
        }),
        item('c', {
          service: { type: '', ports: [], loadBalancerIP: '' },
          ingress: { class: '', host: '' },
          metrics: {},
        }),
        { kind: 'Secret', metadata: { name: 's' } },
      ],
    });
    assert.equal(keys, 'ns/b ns/c');
    assert.match(bad[0] ?? '', /"a" is for namespace other, and this sync is for ns/);
    assert.deepEqual(told, [
      'b: cannot be honoured and left out: service.type, service.ports, ingress.class, metrics.image, metrics.record',
      'stream:1:566: Secret "s" is no SeldonDeployment and is left out',
    ]);
  });

  for (const [classes, kept] of [
    ['Y2F0LGRvZw==', 'cat,dog'],
    ['cat,dog', 'cat,dog'],
    [['cat', 'dog'], 'cat,dog'],
    ['cats', 'cats'],
  ] as const) {
    it(`keeps the classes ${JSON.stringify(classes)}`, () => {
      const { desired } = state({ type: 'snapshot', items: [item('a', { metrics: { classes } })] });
      assert.equal(desired.items[0]?.deployment.metadata.annotations?.['seldon-lifecycle.io/classes'], kept);
    });
  }

  it('makes a prepackaged server of an implementation, with a host and secrets', () => {
    const deployment = { implementation: 'SKLEARN_SERVER', modelUri: 'gs://m', replicas: 2 };
    const { desired } = state({
      type: 'snapshot',
      items: [item('a', { deployment, ingress: { host: 'h' }, imagePullSecrets: ['s'] })],
    });
    const { metadata, spec } = desired.items[0]?.deployment ?? {};
    assert.equal(metadata?.annotations?.['seldon.io/istio-host'], 'h');
    assert.deepEqual(spec?.predictors, [
      {
        name: 'default',
        replicas: 2,
        graph: { name: 'model', type: 'MODEL', implementation: 'SKLEARN_SERVER', modelUri: 'gs://m' },
        componentSpecs: [{ spec: { containers: [{ name: 'model' }], imagePullSecrets: [{ name: 's' }] } }],
      },
    ]);
  });
});
