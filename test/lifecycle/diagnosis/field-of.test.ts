import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { fieldOf } from '../../../src/lifecycle/diagnosis/field-of.ts';
import type { Reason } from '../../../src/lifecycle/diagnosis/finding.ts';
import { pathInWords } from '../../../src/manifests/manifest.ts';

const deployment = parse(`
metadata: {name: m}
spec:
  predictors:
  - name: main
    graph: {name: c, children: [{name: d}, {name: served, implementation: SKLEARN_SERVER, modelUri: gs://m}]}
    componentSpecs:
    - spec: {containers: [{name: c, image: i}]}
    - spec: {containers: [{name: e, image: i}, {name: d, image: i}]}
  - name: other
    graph: {name: c}
    componentSpecs: [{spec: {containers: [{name: c, image: i}]}}]
`);

const cases: [reason: Reason, container: string | undefined, predictor: string, field: string | undefined][] = [
  ['ImageNotFound', 'd', 'main', 'spec.predictors[0].componentSpecs[1].spec.containers[1].image'],
  ['ImageNotFound', 'c', 'other', 'spec.predictors[1].componentSpecs[0].spec.containers[0].image'],
  ['OOMKilled', 'c', 'main', 'spec.predictors[0].componentSpecs[0].spec.containers[0].resources.limits.memory'],
  ['CrashLoopBackOff', 'c', 'main', 'spec.predictors[0].componentSpecs[0].spec.containers[0]'],
  ['ModelDownloadFailed', 'served-model-initializer', 'main', 'spec.predictors[0].graph.children[1].modelUri'],
  ['OOMKilled', 'served', 'main', 'spec.predictors[0].graph.children[1]'],
  ['CrashLoopBackOff', 'seldon-container-engine', 'main', undefined],
  ['Evicted', undefined, 'main', undefined],
  ['ImageNotFound', 'c', 'nobody', undefined],
];

describe('The field that a finding is about', () => {
  for (const [reason, container, predictor, field] of cases) {
    it(`is ${field} for ${reason} of ${container} in ${predictor}`, () => {
      const path = fieldOf({ reason, pod: { name: 'x', uid: 'u', container, log: 'current' } }, predictor, deployment);
      assert.equal(path && pathInWords(path), field);
    });
  }
});
