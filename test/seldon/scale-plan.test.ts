import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { planScale } from '../../src/seldon/scale-plan.ts';

const container = 'spec: {containers: [{name: a}]}';

const cases: { it: string; spec: string; changes: string[]; restartsPods?: boolean }[] = [
  {
    it: 'sets the number of the whole where nothing more specific has one',
    spec: `predictors: [{name: p, graph: {name: a}, componentSpecs: [{${container}}]}]`,
    changes: ['spec.replicas: unset -> 2'],
  },
  {
    it: 'sets the number of the predictor where it has one, which is what kubectl scale does not',
    spec: `predictors: [{name: p, replicas: 1, graph: {name: a}, componentSpecs: [{${container}}]}]`,
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
  {
    it: 'sets the number of a componentSpec where it has one, and says that this restarts the pods',
    spec: `predictors: [{name: p, replicas: 1, graph: {name: a}, componentSpecs: [{replicas: 1, ${container}}]}]`,
    changes: ['spec.predictors[0].componentSpecs[0].replicas: 1 -> 2'],
    restartsPods: true,
  },
  {
    it: 'sets each level that governs some Deployment, and none that governs nothing',
    spec: `
      replicas: 3
      predictors:
      - {name: p, graph: {name: a}, componentSpecs: [{${container}}]}
      - {name: q, replicas: 1, graph: {name: a}, componentSpecs: [{${container}}, {replicas: 4, ${container}}]}`,
    changes: [
      'spec.replicas: 3 -> 2',
      'spec.predictors[1].replicas: 1 -> 2',
      'spec.predictors[1].componentSpecs[1].replicas: 4 -> 2',
    ],
    restartsPods: true,
  },
  {
    it: 'changes nothing where the number is right already',
    spec: `predictors: [{name: p, replicas: 2, graph: {name: a}, componentSpecs: [{${container}}]}]`,
    changes: [],
  },
  {
    it: 'leaves the numbers of an explainer and of a separate service orchestrator alone',
    spec: `
      annotations: {seldon.io/engine-separate-pod: 'true'}
      predictors:
      - name: p
        replicas: 1
        graph: {name: a}
        svcOrchSpec: {replicas: 1}
        explainer: {type: AnchorTabular, replicas: 1}
        componentSpecs: [{${container}}]`,
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
  {
    it: 'reaches the predictor of a prepackaged server, which has no componentSpecs',
    spec: `predictors: [{name: p, replicas: 1, graph: {name: a, implementation: SKLEARN_SERVER}}]`,
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
];

describe('A plan for scaling to 2 replicas', () => {
  for (const { it: sentence, spec, changes, restartsPods = false } of cases) {
    it(sentence, () => {
      const before = parse(spec);
      const plan = planScale({ metadata: { name: 'm' }, spec: structuredClone(before) }, 2);
      assert.equal(plan.answer, 'change');
      assert.deepEqual(
        plan.changes.map(({ path, from, to }) => `${path}: ${from ?? 'unset'} -> ${to}`),
        changes,
      );
      assert.equal(plan.restartsPods, restartsPods);
      assert.deepEqual(planScale({ metadata: { name: 'm' }, spec: plan.spec }, 2), {
        ...plan,
        changes: [],
        restartsPods: false,
      });
    });
  }

  for (const [field, scaler] of [
    ['hpaSpec', 'a HorizontalPodAutoscaler'],
    ['kedaSpec', 'KEDA'],
  ]) {
    it(`refuses where ${scaler} decides, and names the field`, () => {
      const spec = parse(
        `predictors: [{name: p, graph: {name: a}, componentSpecs: [{${field}: {x: 1}, ${container}}]}]`,
      );
      const plan = planScale({ metadata: { name: 'm' }, spec }, 2);
      assert.equal(plan.answer, 'refused');
      assert.equal(plan.path, `spec.predictors[0].componentSpecs[0].${field}`);
      assert.match(plan.reason, new RegExp(`${scaler} decides`));
    });
  }
});
