import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { planRestart, type RestartRequest } from '../../src/seldon/restart-plan.ts';

const AT = '2026-01-01T00:00:00.000Z';
const OLD = { 'kubectl.kubernetes.io/restartedAt': '2025-01-01T00:00:00.000Z' };

const container = (name: string) => ({ spec: { containers: [{ name, image: `${name}:1` }] } });
const predictor = (name: string, more: object = {}) => ({
  name,
  graph: { name: 'model', type: 'MODEL' },
  componentSpecs: [container('model')],
  ...more,
});
const separate = { 'seldon.io/engine-separate-pod': 'true' };

const cases: { it: string; spec: object; request?: RestartRequest; paths: string[]; restarts: string[] }[] = [
  {
    it: 'annotates the whole, which no apply takes back',
    spec: { predictors: [predictor('a'), predictor('b')] },
    paths: ['spec.annotations'],
    restarts: ['m-a-0-model', 'm-b-0-model'],
  },
  {
    it: 'annotates each predictor where a service orchestrator is separate, which does not see the whole',
    spec: { annotations: separate, predictors: [predictor('a')] },
    paths: ['spec.predictors[0].annotations'],
    restarts: ['m-a-0-model', 'm-a-svc-orch'],
  },
  {
    it: 'annotates the componentSpec too where that has an annotation, which hides those above it',
    spec: {
      predictors: [predictor('a', { componentSpecs: [{ metadata: { annotations: OLD }, ...container('model') }] })],
    },
    paths: ['spec.predictors[0].annotations', 'spec.predictors[0].componentSpecs[0].metadata.annotations'],
    restarts: ['m-a-0-model'],
  },
  {
    it: 'annotates one componentSpec without restarting that of the service orchestrator, where there is none',
    spec: {
      predictors: [
        predictor('a', {
          annotations: { 'seldon.io/no-engine': 'true' },
          componentSpecs: [container('model'), container('other')],
        }),
      ],
    },
    request: { component: 'other' },
    paths: ['spec.predictors[0].componentSpecs[1].metadata.annotations'],
    restarts: ['m-a-1-other'],
  },
  {
    it: 'finds a component by the name of its componentSpec, in every predictor that has it',
    spec: {
      predictors: ['a', 'b'].map((name) =>
        predictor(name, { componentSpecs: [{ metadata: { name: 'part' }, ...container('model') }] }),
      ),
    },
    request: { component: 'part' },
    paths: ['a', 'b'].map((_, index) => `spec.predictors[${index}].componentSpecs[0].metadata.annotations`),
    restarts: ['m-a-0-part', 'm-b-0-part'],
  },
];

describe('planRestart', () => {
  for (const { it: name, spec, request = {}, paths, restarts } of cases) {
    it(name, () => {
      const plan = planRestart({ metadata: { name: 'm' }, spec }, request, AT);
      assert.deepEqual([plan?.paths, plan?.restarts.toSorted()], [paths, restarts]);
      const annotated = JSON.stringify(plan?.spec).split(AT).length - 1;
      assert.equal(annotated, paths.length);
      assert.equal(plan?.whole, paths[0] === 'spec.annotations');
    });
  }

  it('has none for a predictor or a component that is not there, whatever the name', () => {
    const deployment = { metadata: { name: 'm' }, spec: parse(JSON.stringify({ predictors: [predictor('a')] })) };
    for (const request of [{ predictor: 'b' }, { component: 'constructor' }, { predictor: 'a', component: 'b' }]) {
      assert.equal(planRestart(deployment, request, AT), undefined);
    }
  });
});
