import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { imagesIn, recordedState, replicasIn, rolledBack, stateHash } from '../../src/seldon/revision.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';

const deployment = (spec: string, metadata = '{}'): SeldonDeployment => ({
  metadata: { name: 'm', uid: 'u', ...parse(metadata) },
  spec: parse(spec),
});

const ONE = '{predictors: [{name: p, replicas: 1, componentSpecs: [{spec: {containers: [{name: c, image: a}]}}]}]}';
const hash = (spec: string, metadata?: string) => stateHash(recordedState(deployment(spec, metadata)), 'u');

describe('What a revision keeps', () => {
  it('is spec, labels and annotations, without those of tools, the status and managed fields', () => {
    const annotations = {
      'seldon-lifecycle.io/classes': 'a,b',
      'seldon-lifecycle.io/owner': 'vision',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'argocd.argoproj.io/tracking-id': 'x',
      'kustomize.toolkit.fluxcd.io/checksum': 'x',
      'meta.helm.sh/release-name': 'x',
      'kubernetes.io/change-cause': 'a new image',
    };
    const labels = { team: 'vision', 'app.kubernetes.io/managed-by': 'Helm' };
    const live = { ...deployment(ONE), status: { state: 'Available' as const } };
    const state = recordedState({ ...live, metadata: { ...live.metadata, annotations, labels } });
    assert.deepEqual(state, {
      labels: { team: 'vision' },
      annotations: { 'seldon-lifecycle.io/classes': 'a,b', 'kubernetes.io/change-cause': 'a new image' },
      spec: live.spec,
    });
  });
});

describe('Two states', () => {
  for (const [what, other, metadata, same] of [
    [
      'are one where only keys stand in another order',
      ONE.replace('name: p, replicas: 1', 'replicas: 1, name: p'),
      '{}',
      true,
    ],
    ['are one where only the number of a predictor differs', ONE.replace('replicas: 1', 'replicas: 3'), '{}', true],
    ['are one where only the number of the whole differs', ONE.replace('{pred', '{replicas: 2, pred'), '{}', true],
    ['are two where an image differs', ONE.replace('image: a', 'image: b'), '{}', false],
    ['are two where a label differs', ONE, '{labels: {team: x}}', false],
    ['are one where only a label of a tool differs', ONE, '{labels: {seldon-lifecycle.io/owner: x}}', true],
  ] as const) {
    it(what, () => assert.equal(hash(ONE) === hash(other, metadata), same));
  }
  it('of two deployments are two', () => {
    assert.notEqual(stateHash(recordedState(deployment(ONE)), 'other'), hash(ONE));
  });
});

describe('A deployment that has gone back', () => {
  const numbers = (spec: SeldonDeployment['spec']) => [
    spec?.replicas,
    ...(spec?.predictors ?? []).map((one) => [
      one.replicas,
      one.componentSpecs?.[0]?.replicas,
      one.explainer?.replicas,
    ]),
  ];
  const cases: { it: string; live: string; to: string; ours?: string; comes: unknown[] }[] = [
    {
      it: 'keeps the numbers that it has now, at each level',
      live: '{replicas: 5, predictors: [{name: p, replicas: 3, componentSpecs: [{replicas: 2}], explainer: {replicas: 4}}]}',
      to: '{predictors: [{name: p, replicas: 1, componentSpecs: [{}], explainer: {replicas: 1}}]}',
      comes: [5, [3, 2, 4]],
    },
    {
      it: 'has the number of the revision for a predictor that comes back',
      live: '{predictors: [{name: p, replicas: 3}]}',
      to: '{predictors: [{name: q, replicas: 2}, {name: p, replicas: 1}]}',
      comes: [undefined, [2, undefined, undefined], [3, undefined, undefined]],
    },
    {
      it: 'has the earlier number again where our own change is undone',
      live: '{predictors: [{name: p, replicas: 50}]}',
      to: '{predictors: [{name: p, replicas: 2}]}',
      ours: '{predictors: [{name: p, replicas: 50}]}',
      comes: [undefined, [2, undefined, undefined]],
    },
    {
      it: 'keeps the number that somebody has scaled to since our change',
      live: '{replicas: 7, predictors: [{name: p}]}',
      to: '{replicas: 2, predictors: [{name: p}]}',
      ours: '{replicas: 3, predictors: [{name: p}]}',
      comes: [7, [undefined, undefined, undefined]],
    },
  ];
  for (const { it: sentence, live, to, ours, comes } of cases) {
    it(sentence, () => {
      const state = recordedState(deployment(to));
      const back = rolledBack(deployment(live), state, ours === undefined ? undefined : deployment(ours));
      assert.deepEqual(numbers(back.spec), comes);
    });
  }

  it('has the labels and annotations of then, and those by which a tool keeps account now', () => {
    const now = deployment(ONE, '{labels: {team: b, new: x, seldon-lifecycle.io/owner: vision}}');
    const { labels, annotations } = rolledBack(now, { labels: { team: 'a' }, annotations: { note: 'x' }, spec: {} });
    assert.deepEqual(labels, { team: 'a', 'seldon-lifecycle.io/owner': 'vision' });
    assert.deepEqual(annotations, { note: 'x' });
  });
});

describe('What history shows of a revision', () => {
  it('is each image once, where models of Seldon’s servers are stored, and a number for each model', () => {
    const containers = 'componentSpecs: [{spec: {containers: [{name: c, image: a}]}}]';
    const state = recordedState(
      deployment(
        `{predictors: [{name: p, replicas: 2, graph: {name: c, modelUri: 'gs://m', implementation: SKLEARN_SERVER}},
          {name: q, graph: {name: c}, ${containers}}, {name: r, graph: {name: c},
           componentSpecs: [{hpaSpec: {maxReplicas: 3}, spec: {containers: [{name: c, image: a}]}}]}]}`,
      ),
    );
    assert.deepEqual([imagesIn(state), replicasIn(state)], [['gs://m', 'a'], '2,1,auto']);
  });
});
