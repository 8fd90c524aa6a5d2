import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { planScale } from '../../src/seldon/scale-plan.ts';
import type { ScaleRequest } from '../../src/seldon/scale-request.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { written } from '../written.ts';

const a = 'spec: {containers: [{name: a}]}';
const graph = 'graph: {name: a}';
const separate = "annotations: {seldon.io/engine-separate-pod: 'true'}";

const cases: {
  it: string;
  spec: string;
  request?: Partial<ScaleRequest>;
  changes: string[];
  restarts?: string[];
  unasked?: string[];
  missing?: string[];
}[] = [
  {
    it: 'sets the number of the whole where nothing more specific has one',
    spec: `predictors: [{name: p, ${graph}, componentSpecs: [{${a}}]}]`,
    changes: ['spec.replicas: unset -> 2'],
  },
  {
    it: 'sets the number of the predictor where it has one, which is what kubectl scale does not',
    spec: `predictors: [{name: p, replicas: 1, ${graph}, componentSpecs: [{${a}}]}]`,
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
  {
    it: 'says so where there is nothing of what it is to include',
    spec: `predictors: [{name: p, ${graph}, componentSpecs: [{${a}}]}]`,
    request: { includeSvcOrch: true, includeExplainer: true },
    changes: ['spec.replicas: unset -> 2'],
    missing: ['there is no separate service orchestrator', 'there is no explainer'],
  },
  {
    it: 'sets the number of a componentSpec where it has one, and says that this restarts pods',
    spec: `predictors: [{name: p, replicas: 1, ${graph}, componentSpecs: [{replicas: 1, ${a}}]}]`,
    changes: ['spec.predictors[0].componentSpecs[0].replicas: 1 -> 2'],
    restarts: ['m-p-0-a'],
  },
  {
    it: 'knows that the number of any componentSpec restarts the pods of the one with the executor',
    spec: `
      predictors:
      - {name: p, replicas: 2, ${graph}, componentSpecs: [{${a}}, {replicas: 1, spec: {containers: [{name: b}]}}]}`,
    changes: ['spec.predictors[0].componentSpecs[1].replicas: 1 -> 2'],
    restarts: ['m-p-0-a'],
  },
  {
    it: 'knows that nothing restarts without an executor',
    spec: `
      predictors:
      - {name: p, annotations: {seldon.io/no-engine: 'true'}, ${graph}, componentSpecs: [{replicas: 1, ${a}}]}`,
    changes: ['spec.predictors[0].componentSpecs[0].replicas: 1 -> 2'],
  },
  {
    it: 'knows that no pods restart where none are left',
    spec: `predictors: [{name: p, ${graph}, componentSpecs: [{replicas: 1, ${a}}]}]`,
    request: { replicas: 0 },
    changes: ['spec.predictors[0].componentSpecs[0].replicas: 1 -> 0'],
  },
  {
    it: 'sets each level that governs some Deployment, and none that governs nothing',
    spec: `
      replicas: 3
      predictors:
      - {name: p, ${graph}, componentSpecs: [{${a}}]}
      - {name: q, replicas: 1, ${graph}, componentSpecs: [{${a}}, {replicas: 4, ${a}}]}`,
    changes: [
      'spec.replicas: 3 -> 2',
      'spec.predictors[1].replicas: 1 -> 2',
      'spec.predictors[1].componentSpecs[1].replicas: 4 -> 2',
    ],
    restarts: ['m-q-0-a'],
  },
  {
    it: 'changes nothing where the number is right already',
    spec: `predictors: [{name: p, replicas: 2, ${graph}, componentSpecs: [{${a}}]}]`,
    changes: [],
  },
  {
    it: 'leaves the numbers of an explainer and of a separate service orchestrator alone',
    spec: `
      ${separate}
      predictors:
      - name: p
        replicas: 1
        ${graph}
        svcOrchSpec: {replicas: 1}
        explainer: {type: AnchorTabular, replicas: 1}
        componentSpecs: [{${a}}]`,
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
  {
    it: 'says that a service orchestrator without a number of its own moves too',
    spec: `{${separate}, predictors: [{name: p, ${graph}, componentSpecs: [{${a}}]}]}`,
    changes: ['spec.replicas: unset -> 2'],
    unasked: ['service orchestrator m-p-svc-orch goes to 2'],
  },
  {
    it: 'restarts a separate service orchestrator, not the model, for the number of a componentSpec',
    spec: `{${separate}, predictors: [{name: p, ${graph}, componentSpecs: [{replicas: 1, ${a}}]}]}`,
    changes: ['spec.predictors[0].componentSpecs[0].replicas: 1 -> 2'],
    restarts: ['m-p-svc-orch'],
  },
  {
    it: 'says that 0 takes an explainer with it',
    spec: `predictors: [{name: p, ${graph}, explainer: {type: AnchorTabular}, componentSpecs: [{${a}}]}]`,
    request: { replicas: 0 },
    changes: ['spec.replicas: unset -> 0'],
    unasked: ['explainer m-p-explainer goes to 0'],
  },
  {
    it: 'says that an explainer does not come back from 0 by itself',
    spec: `{replicas: 0, predictors: [{name: p, ${graph}, explainer: {type: AnchorTabular}, componentSpecs: [{${a}}]}]}`,
    changes: ['spec.replicas: 0 -> 2'],
    unasked: ['explainer m-p-explainer stays at 0, because spec.predictors[0].explainer.replicas is not set'],
  },
  {
    it: 'says that an explainer with a number of its own comes back to that',
    spec: `
      replicas: 0
      predictors: [{name: p, ${graph}, explainer: {type: AnchorTabular, replicas: 1}, componentSpecs: [{${a}}]}]`,
    changes: ['spec.replicas: 0 -> 2'],
    unasked: ['explainer m-p-explainer goes to 1'],
  },
  {
    it: 'reaches the predictor of a prepackaged server, which has no componentSpecs',
    spec: `predictors: [{name: p, replicas: 1, graph: {name: a, implementation: SKLEARN_SERVER}}]`,
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
  {
    it: 'sets the number of one predictor alone',
    spec: `
      predictors:
      - {name: p, replicas: 1, ${graph}, componentSpecs: [{${a}}]}
      - {name: q, replicas: 1, ${graph}, componentSpecs: [{${a}}]}`,
    request: { predictor: 'q' },
    changes: ['spec.predictors[1].replicas: 1 -> 2'],
  },
  {
    it: 'gives one predictor a number of its own where that of the whole governs others too',
    spec: `
      replicas: 1
      predictors:
      - {name: p, ${graph}, componentSpecs: [{${a}}]}
      - {name: q, ${graph}, componentSpecs: [{${a}}]}`,
    request: { predictor: 'p' },
    changes: ['spec.predictors[0].replicas: unset -> 2'],
  },
  {
    it: 'does so where no number is set anywhere',
    spec: `
      predictors:
      - {name: p, ${graph}, componentSpecs: [{${a}}]}
      - {name: q, ${graph}, componentSpecs: [{${a}}]}`,
    request: { predictor: 'p' },
    changes: ['spec.predictors[0].replicas: unset -> 2'],
  },
  {
    it: 'does so where only the service orchestrator of another follows the number of the whole',
    spec: `
      ${separate}
      predictors:
      - {name: p, ${graph}, componentSpecs: [{${a}}]}
      - {name: q, ${graph}, componentSpecs: [{replicas: 1, ${a}}]}`,
    request: { predictor: 'p' },
    changes: ['spec.predictors[0].replicas: unset -> 2'],
    unasked: ['service orchestrator m-p-svc-orch goes to 2'],
  },
  {
    it: 'sets the number of the whole for one predictor where it governs no other',
    spec: `
      replicas: 1
      predictors:
      - {name: p, ${graph}, componentSpecs: [{${a}}]}
      - {name: q, replicas: 1, ${graph}, componentSpecs: [{${a}}]}`,
    request: { predictor: 'p' },
    changes: ['spec.replicas: 1 -> 2'],
  },
  {
    it: 'scales a predictor beside one that an autoscaler has',
    spec: `
      predictors:
      - {name: p, replicas: 1, ${graph}, componentSpecs: [{${a}}]}
      - {name: q, ${graph}, componentSpecs: [{hpaSpec: {maxReplicas: 3}, ${a}}]}`,
    request: { predictor: 'p' },
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
  {
    it: 'sets the number of a service orchestrator when asked to, and says that its pods restart',
    spec: `
      ${separate}
      predictors: [{name: p, replicas: 1, ${graph}, svcOrchSpec: {replicas: 1}, componentSpecs: [{${a}}]}]`,
    request: { includeSvcOrch: true },
    changes: ['spec.predictors[0].replicas: 1 -> 2', 'spec.predictors[0].svcOrchSpec.replicas: 1 -> 2'],
    restarts: ['m-p-svc-orch'],
  },
  {
    it: 'gives a service orchestrator no number of its own where it follows the models',
    spec: `{${separate}, predictors: [{name: p, replicas: 1, ${graph}, componentSpecs: [{${a}}]}]}`,
    request: { includeSvcOrch: true },
    changes: ['spec.predictors[0].replicas: 1 -> 2'],
  },
  {
    it: 'sets the number of an explainer when asked to, which restarts nothing',
    spec: `predictors: [{name: p, replicas: 1, ${graph}, explainer: {type: AnchorTabular}, componentSpecs: [{${a}}]}]`,
    request: { includeExplainer: true },
    changes: ['spec.predictors[0].replicas: 1 -> 2', 'spec.predictors[0].explainer.replicas: unset -> 2'],
  },
  {
    it: 'frees an explainer that its predictor holds at 0',
    spec: `
      predictors:
      - {name: p, replicas: 0, ${graph}, explainer: {type: AnchorTabular}, componentSpecs: [{replicas: 2, ${a}}]}`,
    request: { includeExplainer: true },
    changes: ['spec.predictors[0].explainer.replicas: unset -> 2', 'spec.predictors[0].replicas: 0 -> 2'],
  },
  {
    it: 'by the subresource sets the number of the whole and nothing else',
    spec: `predictors: [{name: p, replicas: 1, ${graph}, componentSpecs: [{${a}}]}]`,
    request: { through: 'subresource' },
    changes: ['spec.replicas: unset -> 2'],
  },
];

const toTwo: ScaleRequest = { replicas: 2, includeSvcOrch: false, includeExplainer: false, through: 'spec' };

describe('A plan for scaling to 2 replicas', () => {
  for (const { it: sentence, spec, request: more, changes, restarts = [], unasked = [], missing = [] } of cases) {
    it(sentence, () => {
      const before = parse(spec);
      const request = { ...toTwo, ...more };
      const plan = planScale({ metadata: { name: 'm' }, spec: before }, request);
      assert.equal(plan.answer, 'change');
      assert.deepEqual(
        plan.changes.map(({ path, from, to }) => `${path}: ${from ?? 'unset'} -> ${to}`),
        changes,
      );
      assert.deepEqual(plan.restarts, restarts);
      assert.deepEqual(plan.unasked, unasked);
      assert.deepEqual(plan.missing, missing);
      assert.deepEqual(before, parse(spec), 'what it was made from stays as it is');
      const again = planScale({ metadata: { name: 'm' }, spec: plan.spec }, request);
      assert.deepEqual(again, { ...plan, changes: [], restarts: [], unasked: [] });
    });
  }

  const live = { name: 'm', namespace: 'ns', uid: 'u-m' };
  const refusals: {
    it: string;
    spec: string;
    metadata?: SeldonDeployment['metadata'];
    request?: Partial<ScaleRequest>;
    reason: RegExp;
    hint: string;
  }[] = [
    {
      it: 'refuses where a HorizontalPodAutoscaler decides, and names the field and the way out',
      spec: `predictors: [{name: p, ${graph}, componentSpecs: [{hpaSpec: {maxReplicas: 3}, ${a}}]}]`,
      reason:
        /^spec\.predictors\[0\]\.componentSpecs\[0\]\.hpaSpec is set: a HorizontalPodAutoscaler sets the number of replicas/,
      hint: 'Change spec.predictors[0].componentSpecs[0].hpaSpec.minReplicas and maxReplicas in the file, or remove spec.predictors[0].componentSpecs[0].hpaSpec from it for this run',
    },
    {
      it: 'refuses it of a live object too, of which there is no file at hand',
      metadata: live,
      spec: `predictors: [{name: p, ${graph}, componentSpecs: [{hpaSpec: {maxReplicas: 3}, ${a}}]}]`,
      reason:
        /^spec\.predictors\[0\]\.componentSpecs\[0\]\.hpaSpec is set: a HorizontalPodAutoscaler sets the number of replicas/,
      hint: 'Change spec.predictors[0].componentSpecs[0].hpaSpec.minReplicas and maxReplicas of the deployment, or remove spec.predictors[0].componentSpecs[0].hpaSpec from it: kubectl edit seldondeployment/m -n ns',
    },
    {
      it: 'refuses where KEDA decides, also by the subresource',
      spec: `
        predictors:
        - {name: p, replicas: 1, ${graph}, componentSpecs: [{${a}}]}
        - {name: q, ${graph}, componentSpecs: [{kedaSpec: {triggers: []}, ${a}}]}`,
      request: { through: 'subresource' },
      reason: /^spec\.predictors\[1\]\.componentSpecs\[0\]\.kedaSpec is set: KEDA sets the number of replicas/,
      hint: 'Change spec.predictors[1].componentSpecs[0].kedaSpec.minReplicaCount in the file, or remove spec.predictors[1].componentSpecs[0].kedaSpec from it for this run, or name another predictor with --predictor',
    },
    {
      it: 'refuses a predictor that there is not, and names those that there are',
      spec: `predictors: [{name: p, ${graph}}, {name: q, ${graph}}]`,
      request: { predictor: 'r' },
      reason: /^there is no predictor "r"$/,
      hint: 'It has: p, q',
    },
    {
      it: 'refuses to scale a part by the subresource, which has no parts',
      spec: `predictors: [{name: p, ${graph}}]`,
      request: { predictor: 'p', includeExplainer: true, through: 'subresource' },
      reason: /^--predictor, --include-explainer cannot be used with --scale-through=subresource, /,
      hint: 'Use --scale-through=spec',
    },
  ];
  for (const { it: sentence, spec, metadata = { name: 'm' }, request, reason, hint } of refusals) {
    it(sentence, () => {
      const plan = planScale({ metadata, spec: parse(spec) }, { ...toTwo, ...request });
      assert.equal(plan.answer, 'refused');
      assert.match(plan.reason, reason);
      assert.equal(written(plan.hint ?? ''), hint);
    });
  }
});
