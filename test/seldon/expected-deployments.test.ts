import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { expectedDeployments } from '../../src/seldon/expected-deployments.ts';

const cases: { it: string; spec: string; expected: string[]; name?: string }[] = [
  {
    it: 'names a model Deployment after deployment, predictor, place and containers',
    spec: `
      predictors:
      - {name: main, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}, {name: b}]}}]}`,
    expected: ['m-main-0-a-b: nothing'],
  },
  {
    it: 'takes the name that a componentSpec gives itself instead of its containers',
    spec: `
      predictors:
      - {name: main, graph: {name: a}, componentSpecs: [{metadata: {name: own}, spec: {containers: [{name: a}]}}]}`,
    expected: ['m-main-0-own: nothing'],
  },
  {
    it: 'makes one Deployment of each componentSpec and predictor',
    spec: `
      predictors:
      - name: main
        graph: {name: a, children: [{name: b}]}
        componentSpecs: [{spec: {containers: [{name: a}]}}, {spec: {containers: [{name: b}]}}]
      - {name: canary, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}]}}]}`,
    expected: ['m-main-0-a: nothing', 'm-main-1-b: nothing', 'm-canary-0-a: nothing'],
  },
  {
    it: 'adds the container of a prepackaged server, which the stored spec does not show',
    spec: `
      predictors:
      - {name: p1, graph: {name: classifier, implementation: SKLEARN_SERVER, modelUri: 'gs://x'}}`,
    expected: ['m-p1-0-classifier: nothing'],
  },
  {
    it: 'adds the servers of several graph nodes to the first componentSpec, after its own containers',
    spec: `
      predictors:
      - name: p1
        graph: {name: t, children: [{name: s, implementation: XGBOOST_SERVER, modelUri: 'gs://x'}]}
        componentSpecs: [{spec: {containers: [{name: t}]}}]`,
    expected: ['m-p1-0-t-s: nothing'],
  },
  {
    it: 'does not add a server whose container the spec already has',
    spec: `
      predictors:
      - name: p1
        graph: {name: s, implementation: SKLEARN_SERVER, modelUri: 'gs://x'}
        componentSpecs: [{spec: {containers: [{name: s}]}}]`,
    expected: ['m-p1-0-s: nothing'],
  },
  {
    it: 'adds nothing for what the engine does itself',
    spec: `
      predictors:
      - name: p1
        graph: {name: r, implementation: RANDOM_ABTEST, children: [{name: a}]}
        componentSpecs: [{spec: {containers: [{name: a}]}}]`,
    expected: ['m-p1-0-a: nothing'],
  },
  {
    it: 'hashes a name over 63 characters, and knows its other form',
    name: 'a-deployment-with-quite-a-long-name',
    spec: `
      predictors:
      - {name: predictor, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a-container-with-a-name}]}}]}`,
    expected: [
      'seldon-45944c91fe6c274b41be8df1728275de or a-deployment-with-quite-a-long-name-45944c91fe6c274b41be8df1728275de: nothing',
    ],
  },
  {
    it: 'lets the replicas of a componentSpec win over those of its predictor and of the whole',
    spec: `
      replicas: 5
      predictors:
      - {name: p, replicas: 4, graph: {name: a}, componentSpecs: [{replicas: 3, spec: {containers: [{name: a}]}}]}`,
    expected: ['m-p-0-a: spec.predictors[0].componentSpecs[0].replicas 3'],
  },
  {
    it: 'lets the replicas of a predictor win over those of the whole, also when they are 0',
    spec: `
      replicas: 5
      predictors:
      - {name: p, replicas: 0, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}]}}]}
      - {name: q, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}]}}]}`,
    expected: ['m-p-0-a: spec.predictors[0].replicas 0', 'm-q-0-a: spec.replicas 5'],
  },
  {
    it: 'leaves the number to an autoscaler, to KEDA before a HorizontalPodAutoscaler',
    spec: `
      predictors:
      - name: p
        graph: {name: a}
        componentSpecs:
        - {replicas: 3, hpaSpec: {maxReplicas: 3}, spec: {containers: [{name: a}]}}
        - {kedaSpec: {triggers: []}, hpaSpec: {maxReplicas: 3}, spec: {containers: [{name: b}]}}`,
    expected: [
      'm-p-0-a: autoscaler spec.predictors[0].componentSpecs[0].hpaSpec',
      'm-p-1-b: autoscaler spec.predictors[0].componentSpecs[1].kedaSpec',
    ],
  },
  {
    it: 'expects a separate service orchestrator, which follows the predictor unless it has a number of its own',
    spec: `
      annotations: {seldon.io/engine-separate-pod: 'true'}
      predictors:
      - {name: p, replicas: 2, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}]}}]}
      - {name: q, replicas: 2, svcOrchSpec: {replicas: 1}, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}]}}]}`,
    expected: [
      'm-p-0-a: spec.predictors[0].replicas 2',
      'm-p-svc-orch: spec.predictors[0].replicas 2',
      'm-q-0-a: spec.predictors[1].replicas 2',
      'm-q-svc-orch: spec.predictors[1].svcOrchSpec.replicas 1',
    ],
  },
  {
    it: 'reads annotations in any case of letters, and no-engine from the predictor alone',
    spec: `
      annotations: {seldon.io/engine-separate-pod: 'True', seldon.io/no-engine: 'true'}
      predictors:
      - {name: p, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}]}}]}
      - {name: q, annotations: {seldon.io/no-engine: 'TRUE'}, graph: {name: a}, componentSpecs: [{spec: {containers: [{name: a}]}}]}`,
    expected: ['m-p-0-a: nothing', 'm-p-svc-orch: the default 1', 'm-q-0-a: nothing'],
  },
  {
    it: 'lets 0 for the whole hold an explainer at 0, unless its predictor has another number',
    spec: `
      replicas: 0
      predictors:
      - {name: p, graph: {name: a}, explainer: {type: AnchorTabular}, componentSpecs: [{spec: {containers: [{name: a}]}}]}
      - {name: q, replicas: 1, graph: {name: a}, explainer: {type: AnchorTabular}, componentSpecs: [{spec: {containers: [{name: a}]}}]}`,
    expected: [
      'm-p-0-a: spec.replicas 0',
      'm-p-explainer: spec.replicas 0',
      'm-q-0-a: spec.predictors[1].replicas 1',
      'm-q-explainer: nothing',
    ],
  },
  {
    it: 'expects an explainer, which follows its predictor down to 0 but not up',
    spec: `
      replicas: 3
      predictors:
      - {name: p, graph: {name: a}, explainer: {type: AnchorTabular}, componentSpecs: [{spec: {containers: [{name: a}]}}]}
      - {name: q, replicas: 0, graph: {name: a}, explainer: {type: AnchorTabular, replicas: 2}, componentSpecs: [{spec: {containers: [{name: a}]}}]}`,
    expected: [
      'm-p-0-a: spec.replicas 3',
      'm-p-explainer: nothing',
      'm-q-0-a: spec.predictors[1].replicas 0',
      'm-q-explainer: spec.predictors[1].replicas 0',
    ],
  },
];

describe('The Deployments to expect of a SeldonDeployment', () => {
  for (const { it: sentence, spec, expected, name = 'm' } of cases) {
    it(sentence, () => {
      const found = expectedDeployments({ metadata: { name }, spec: parse(spec) });
      const inWords = found.map(({ name, otherName, replicas }) => {
        const number =
          replicas.governedBy === 'field'
            ? `${replicas.path} ${replicas.count}`
            : replicas.governedBy === 'autoscaler'
              ? `autoscaler ${replicas.path}`
              : 'nothing';
        return `${name}${otherName ? ` or ${otherName}` : ''}: ${number}`;
      });
      assert.deepEqual(inWords, expected);
    });
  }
});
