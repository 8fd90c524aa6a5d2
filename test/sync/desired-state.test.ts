import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import { TooMuchInput } from '../../src/reading/input-limits.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import type { Scope } from '../../src/sync/desired/meaning.ts';
import type { RawRecord } from '../../src/sync/desired/record.ts';
import { parseMessage } from '../../src/sync/source/message.ts';

const item = (id: string, more: object = {}) => ({ id, name: id, deployment: { image: `example/${id}:1.0` }, ...more });

const whole = (name: string, annotations: object) => ({
  apiVersion: 'machinelearning.seldon.io/v1',
  kind: 'SeldonDeployment',
  metadata: { name, annotations },
  spec: { predictors: [{ name: 'p', graph: { name: 'm', implementation: 'SKLEARN_SERVER' } }] },
});

const ofNs: Scope = { namespace: 'ns', byDefault: 'ns' };

function state(...messages: object[]) {
  return stateIn(ofNs, ...messages);
}

function stateIn(scope: Scope, ...messages: object[]) {
  const told: string[] = [];
  const desired = new DesiredState(scope, 'one', (notice) => told.push(notice));
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

  it('takes none of two that have one id or one name, wherever they stand, and says where they stand', () => {
    const same = state({ type: 'snapshot', items: [item('a'), item('a', { name: 'x' }), item('c')] });
    assert.deepEqual(
      [same.keys, same.bad],
      ['ns/c', ['stream:1:29: the id a is used twice', 'stream:1:90: the id a is used twice']],
    );
    const { keys, bad } = state({ type: 'snapshot', items: [item('a'), item('b', { name: 'a' }), item('c')] });
    assert.deepEqual([keys, bad[1]], ['ns/c', 'stream:1:90: two records define "ns/a": a and b']);
  });

  it('goes on with what was wanted before where there are two of it now', () => {
    const two = [item('a', { name: 'x' }), item('a', { deployment: { image: 'other' } })];
    const { desired, keys } = state({ type: 'snapshot', items: [item('a')] }, { type: 'snapshot', items: two });
    assert.deepEqual([keys, [...desired.carried]], ['ns/a', ['ns/a']]);
    const [container] = desired.items[0]?.deployment.spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers ?? [];
    assert.equal(container?.image, 'example/a:1.0');
  });

  it('takes the one of two that is left when the other is gone, or is called otherwise', () => {
    const snapshot = { type: 'snapshot', items: [item('a'), item('b', { name: 'a' })] };
    for (const message of [
      { type: 'delete', id: 'b' },
      { type: 'upsert', item: item('b') },
    ]) {
      const { keys, bad } = state(snapshot, message);
      assert.deepEqual([keys.includes('ns/a'), bad], [true, []], message.type);
    }
    const later = state({ type: 'snapshot', items: [item('a')] }, { type: 'upsert', item: item('b', { name: 'a' }) });
    assert.deepEqual([later.keys, later.bad.length], ['ns/a', 1]);
    later.desired.take({ type: 'delete', id: 'a', revision: undefined });
    assert.deepEqual([later.desired.get('ns/a')?.id, later.desired.bad], ['b', []]);
  });

  describe('counts a record as bad', () => {
    const throwing = (more: object, thrown: unknown): RawRecord => ({
      value: Object.defineProperty({ ...more }, 'deployment', {
        enumerable: true,
        get: () => {
          throw thrown;
        },
      }),
      positionOf: () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
    });
    const well = (name: string): RawRecord => ({
      value: item(name),
      positionOf: () => ({ file: 'list', line: 1, column: 1 }),
    });

    for (const [what, thrown] of [
      ['an error', new TypeError('known.includes is not a function')],
      ['bad input', new BadInput('list:1:1: no')],
      ['a text', 'no'],
      ['nothing', undefined],
      ['what cannot be written', Object.create(null)],
    ] as const) {
      it(`that throws ${what}, wherever it stands, and nothing else`, () => {
        for (const place of [0, 1, 2, 3]) {
          const { desired } = state({ type: 'snapshot', items: [item('a'), item('b'), item('c'), item('x')] });
          const records = ['a', 'b', 'c'].map(well);
          records.splice(place, 0, throwing({ id: 'x' }, thrown));
          desired.take({ type: 'snapshot', revision: '2', records });
          assert.deepEqual(desired.items.map(({ id }) => id).sort(), ['a', 'b', 'c', 'x']);
          assert.deepEqual(
            desired.bad.map(({ meaning }) => meaning.ids),
            [['x', 'ns/x']],
          );
          desired.take({ type: 'upsert', revision: '3', record: throwing({ id: 'a' }, thrown) });
          assert.deepEqual([desired.items.length, desired.bad.length, desired.revision], [4, 2, '3']);
        }
      });
    }

    it('that unfolds to more than is read', () => {
      const large = { a: 'x'.repeat(1024 * 1024) };
      const spec = { predictors: [{ name: 'p', more: Array(17).fill(large) }] };
      const { desired } = state();
      desired.take({
        type: 'snapshot',
        revision: '1',
        records: [well('a'), { ...well('b'), value: { ...whole('b', {}), spec } }],
      });
      assert.equal(desired.bad[0]?.why, 'list:1:1: cannot be read: larger than 16 MiB when unfolded');
    });

    for (const [what, record] of [
      ['a kind in other letters', { ...whole('a', {}), kind: 'Seldondeployment' }],
      ['a kind in small letters', { ...whole('a', {}), kind: 'seldondeployment' }],
      ['a kind with a letter too many', { ...whole('a', {}), kind: 'SeldonDeployments' }],
      ['the short name of the kind', { ...whole('a', {}), kind: 'sdep' }],
      ['a kind with a space', { ...whole('a', {}), kind: 'SeldonDeployment ' }],
      ['no kind, as a text', { ...whole('a', {}), kind: '' }],
      ['what can be no kind', { kind: 'some model', metadata: { name: 'a' } }],
      [
        'another kind in our group',
        { apiVersion: 'machinelearning.seldon.io/v1', kind: 'Model', metadata: { name: 'a' } },
      ],
      [
        'another kind in nearly our group',
        { apiVersion: 'machinelearning.seldon.oi/v1', kind: 'Model', metadata: { name: 'a' } },
      ],
      ['another kind with predictors', { ...whole('a', {}), apiVersion: 'apps/v1', kind: 'Deployment' }],
      ['a version that is no text', { apiVersion: 1, kind: 'Model', metadata: { name: 'a' } }],
      ['another group', { ...whole('a', {}), apiVersion: 'seldon.io/v1' }],
      ['a group without a version', { ...whole('a', {}), apiVersion: 'machinelearning.seldon.io' }],
      ['the short form and a kind', item('a', { kind: 'Model' })],
      ['no kind where there should be one', { metadata: { name: 'a' }, spec: {} }],
      ['an id that is no text', { ...item('a'), id: { a: 1 } }],
      ['a namespace that is no text', item('a', { namespace: 0 })],
      ['an id that is too long', { ...item('a'), id: 'x'.repeat(5_000) }],
    ] as const) {
      it(`with ${what}, which is about what it names`, () => {
        const { desired, bad, told } = state({ type: 'snapshot', items: [item('z'), record] });
        assert.deepEqual([desired.items.length, bad.length, told], [1, 1, []], bad[0]);
        const { ids = [], keys = [] } = desired.bad[0]?.meaning ?? {};
        assert.ok(
          keys.some((key) => key === 'ns/a' || key === '0/a'),
          `${ids} ${keys}`,
        );
      });
    }

    for (const [what, record] of [
      ['nothing', null],
      ['a number', 7],
      ['a list', []],
      ['an empty object', {}],
      ['an error of the API server', { kind: 'Status', status: 'Failure' }],
      ['a List', { kind: 'List', items: [item('a')] }],
      ['a list of whatever kind', { kind: 'Whatever', items: [item('a')] }],
      ['a List in small letters', { kind: 'list' }],
    ] as const) {
      it(`that is ${what}, of which nobody knows what it is about`, () => {
        const { desired, told } = state({ type: 'snapshot', items: [item('z'), record] });
        assert.deepEqual([desired.bad.length, desired.hasUnknown, told], [1, true, []]);
      });
    }
  });

  for (const record of [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { template: {} } },
    { apiVersion: 'mlops.seldon.io/v1alpha1', kind: 'Model', metadata: { name: 'a' }, spec: {} },
    { apiVersion: 'mlops.seldon.io/v1alpha1', kind: 'SeldonRuntime', metadata: { name: 'a' }, spec: {} },
    {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name: 'a' },
      spec: { predictor: {} },
    },
  ]) {
    it(`leaves a ${record.kind} of ${record.apiVersion} out, and says so`, () => {
      const { desired, bad, told } = state({ type: 'snapshot', items: [record] });
      assert.deepEqual([bad, told.length, desired.hasUnknown, desired.saysNothing], [[], 1, false, false]);
    });
  }

  it('says that nothing is wanted only where the source itself does', () => {
    const says = (...messages: object[]) => state(...messages).desired.saysNothing;
    const nothing = { type: 'snapshot', items: [] };
    assert.deepEqual(
      [
        says(),
        says(nothing),
        says({ type: 'snapshot', items: [{}] }),
        says(nothing, { type: 'upsert', item: item('a') }, { type: 'delete', id: 'a' }),
        says({ type: 'snapshot', items: [item('a')] }, { type: 'delete', id: 'a' }),
        says({ type: 'snapshot', items: [item('a')] }, nothing),
      ],
      [false, true, false, false, false, true],
    );
  });

  describe('counts a record as bad', () => {
    const bad = { type: 'upsert', item: { id: 'a', name: 'x', deployment: {} } };
    for (const [what, message, left] of [
      ['until its id is well again', { type: 'upsert', item: item('a') }, 0],
      ['until its id is to be deleted', { type: 'delete', id: 'a' }, 0],
      ['until there is a new whole state', { type: 'snapshot', items: [] }, 0],
      ['also when another is well', { type: 'upsert', item: item('b') }, 1],
      ['also when another has its name', { type: 'upsert', item: item('x') }, 1],
      ['also when another is to be deleted', { type: 'delete', id: 'x' }, 1],
      ['once, however often it is said', bad, 1],
      ['for all that it has meant so far', { type: 'upsert', item: { id: 'a', name: 'y' } }, 2],
    ] as const) {
      it(what, () => assert.equal(state({ type: 'snapshot', items: [item('a')] }, bad, message).bad.length, left));
    }
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
      'b: not supported and ignored: service.type, service.ports, ingress.class, metrics.image, metrics.record',
      'stream:1:566: Secret "s" is not a SeldonDeployment and is ignored',
    ]);
  });

  describe('with --override', () => {
    const override: Scope = { ...ofNs, override: true };
    const inOther = { ...whole('b', {}), metadata: { name: 'b', namespace: 'other' } };

    it('is in the namespace of -n, whatever a record says', () => {
      const { keys, bad } = stateIn(override, {
        type: 'snapshot',
        items: [item('a', { namespace: 'other' }), inOther],
      });
      assert.equal(keys, 'ns/a ns/b');
      assert.deepEqual(bad, []);
    });

    it('leaves the ids as the source has them', () => {
      const { keys } = stateIn(
        override,
        { type: 'snapshot', items: [item('a'), inOther] },
        { type: 'delete', id: 'other/b' },
      );
      assert.equal(keys, 'ns/a');
    });

    it('keeps what a record of another namespace is about that cannot be read any more', () => {
      const broken = { ...inOther, spec: 'none' };
      const { keys } = stateIn(override, { type: 'snapshot', items: [inOther] }, { type: 'snapshot', items: [broken] });
      assert.equal(keys, 'ns/b');
    });

    it('refuses two that come to be the same', () => {
      const items = [item('a', { namespace: 'one', name: 'same' }), item('b', { namespace: 'two', name: 'same' })];
      assert.match(stateIn(override, { type: 'snapshot', items }).bad[0] ?? '', /ns\/same/);
    });
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

  for (const [what, ingress, annotations, told] of [
    [
      'a class and a host',
      { class: 'nginx', host: 'iris.example.com' },
      { 'seldon-lifecycle.io/ingress-class': 'nginx', 'seldon-lifecycle.io/ingress-host': 'iris.example.com' },
      [],
    ],
    [
      'the certificate of its host',
      { class: 'nginx', host: 'iris.example.com', tlsSecret: 'iris-tls' },
      {
        'seldon-lifecycle.io/ingress-class': 'nginx',
        'seldon-lifecycle.io/ingress-host': 'iris.example.com',
        'seldon-lifecycle.io/ingress-tls-secret': 'iris-tls',
      },
      [],
    ],
    [
      'a certificate and no class',
      { host: 'iris.example.com', tlsSecret: 'iris-tls' },
      { 'seldon.io/istio-host': 'iris.example.com' },
      ['a: not supported and ignored: ingress.tlsSecret'],
    ],
    ['a class and no host', { class: 'nginx' }, undefined, ['a: not supported and ignored: ingress.class']],
  ] as const) {
    it(`makes annotations of ${what}`, () => {
      const { desired, told: said } = state({ type: 'snapshot', items: [item('a', { ingress })] });
      assert.deepEqual(desired.items[0]?.deployment.metadata.annotations, annotations);
      assert.deepEqual(said, told);
    });
  }

  it('finds a record bad whose host is none', () => {
    const { bad } = state({ type: 'snapshot', items: [item('a', { ingress: { class: 'nginx', host: '10.0.0.1' } })] });
    assert.match(bad[0] ?? '', /ingress-host: "10\.0\.0\.1" is not a valid host name/);
  });

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
