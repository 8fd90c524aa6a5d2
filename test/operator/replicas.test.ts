import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desired } from './seldon-deployment-yaml.ts';

/** The replicas that each Deployment is created with; null leaves the number to others. */
function replicasOf(spec: string): Record<string, number | null> {
  const deployments = desired(spec).deployments;
  return Object.fromEntries(deployments.map(({ metadata, spec }) => [metadata.name, spec.replicas ?? null]));
}

const containers = 'spec: {containers: [{name: c, image: img}]}';
const graph = 'graph: {name: c}';

const cases: { name: string; spec: string; replicas: Record<string, number | null> }[] = [
  {
    name: 'no level is set: the Deployment keeps what it has, the API server makes it 1 at first',
    spec: `predictors: [{name: p, componentSpecs: [{${containers}}], ${graph}}]`,
    replicas: { 'm-p-0-c': null },
  },
  {
    name: 'spec.replicas is the last resort',
    spec: `{replicas: 4, predictors: [{name: p, componentSpecs: [{${containers}}], ${graph}}]}`,
    replicas: { 'm-p-0-c': 4 },
  },
  {
    name: 'predictors[].replicas wins over spec.replicas, so that kubectl scale changes nothing',
    spec: `{replicas: 4, predictors: [{name: p, replicas: 3, componentSpecs: [{${containers}}], ${graph}}]}`,
    replicas: { 'm-p-0-c': 3 },
  },
  {
    name: 'componentSpecs[].replicas wins over predictors[].replicas',
    spec: `{replicas: 4, predictors: [{name: p, replicas: 3, componentSpecs: [{replicas: 2, ${containers}}], ${graph}}]}`,
    replicas: { 'm-p-0-c': 2 },
  },
  {
    name: 'an explicit 0 counts at every level',
    spec: `{replicas: 4, predictors: [{name: p, replicas: 0, componentSpecs: [{${containers}}], ${graph}}]}`,
    replicas: { 'm-p-0-c': 0 },
  },
  {
    name: 'hpaSpec leaves the number to the autoscaler, whatever else is set',
    spec: `predictors: [{name: p, replicas: 3, componentSpecs: [{replicas: 2, hpaSpec: {maxReplicas: 5}, ${containers}}], ${graph}}]`,
    replicas: { 'm-p-0-c': null },
  },
  {
    name: 'kedaSpec leaves the number alone even where there is no KEDA',
    spec: `predictors: [{name: p, replicas: 3, componentSpecs: [{kedaSpec: {triggers: []}, ${containers}}], ${graph}}]`,
    replicas: { 'm-p-0-c': null },
  },
  {
    name: 'each predictor goes by its own precedence',
    spec: `{replicas: 3, predictors: [{name: a, componentSpecs: [{${containers}}], ${graph}}, {name: b, replicas: 2, componentSpecs: [{${containers}}], ${graph}}]}`,
    replicas: { 'm-a-0-c': 3, 'm-b-0-c': 2 },
  },
  {
    name: 'a separate orchestrator goes by svcOrchSpec, predictor, spec',
    spec: `{replicas: 4, annotations: {seldon.io/engine-separate-pod: "true"}, predictors: [{name: a, svcOrchSpec: {replicas: 5}, replicas: 2, componentSpecs: [{replicas: 1, ${containers}}], ${graph}}, {name: b, componentSpecs: [{${containers}}], ${graph}}]}`,
    replicas: { 'm-a-svc-orch': 5, 'm-a-0-c': 1, 'm-b-svc-orch': 4, 'm-b-0-c': 4 },
  },
  {
    name: 'svcOrchSpec.replicas without a separate orchestrator is ignored',
    spec: `predictors: [{name: a, svcOrchSpec: {replicas: 5}, componentSpecs: [{${containers}}], ${graph}}]`,
    replicas: { 'm-a-0-c': null },
  },
  {
    name: 'an explainer does not follow spec.replicas up',
    spec: `{replicas: 3, predictors: [{name: p, componentSpecs: [{${containers}}], ${graph}, explainer: {type: AnchorText}}]}`,
    replicas: { 'm-p-0-c': 3, 'm-p-explainer': null },
  },
  {
    name: 'an explainer goes to 0 with its predictor, whatever its own number',
    spec: `predictors: [{name: p, replicas: 0, componentSpecs: [{${containers}}], ${graph}, explainer: {type: AnchorText, replicas: 2}}]`,
    replicas: { 'm-p-0-c': 0, 'm-p-explainer': 0 },
  },
  {
    name: 'an explainer goes to 0 with spec.replicas where the predictor has no number',
    spec: `{replicas: 0, predictors: [{name: p, componentSpecs: [{${containers}}], ${graph}, explainer: {type: AnchorText, replicas: 2}}]}`,
    replicas: { 'm-p-0-c': 0, 'm-p-explainer': 0 },
  },
  {
    name: 'an explainer keeps its own number where only spec.replicas is 0 and the predictor has one',
    spec: `{replicas: 0, predictors: [{name: p, replicas: 1, componentSpecs: [{${containers}}], ${graph}, explainer: {type: AnchorText, replicas: 2}}]}`,
    replicas: { 'm-p-0-c': 1, 'm-p-explainer': 2 },
  },
];

describe('replicas of the Deployments', () => {
  for (const { name, spec, replicas } of cases) {
    it(name, () => assert.deepEqual(replicasOf(spec), replicas));
  }
});
