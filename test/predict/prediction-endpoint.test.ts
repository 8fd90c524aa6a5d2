import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { BadInput } from '../../src/failures.ts';
import { predictionEndpoint } from '../../src/predict/prediction-endpoint.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';

const deployment = (spec: string, name = 'iris'): SeldonDeployment => ({ metadata: { name }, spec: parse(spec) });
const graph = 'graph: {name: classifier}';

describe('Where a prediction is asked for', () => {
  for (const [sentence, spec, service, path] of [
    [
      'Seldon’s own protocol, where none is said',
      `predictors: [{name: p, ${graph}}]`,
      'iris-p',
      '/api/v1.0/predictions',
    ],
    ['an empty protocol', `{protocol: "", predictors: [{name: p, ${graph}}]}`, 'iris-p', '/api/v1.0/predictions'],
    [
      'TensorFlow’s',
      `{protocol: tensorflow, predictors: [{name: p, ${graph}}]}`,
      'iris-p',
      '/v1/models/classifier:predict',
    ],
    ['Open Inference', `{protocol: v2, predictors: [{name: p, ${graph}}]}`, 'iris-p', '/v2/models/classifier/infer'],
    [
      'Open Inference by its old name',
      `{protocol: kfserving, predictors: [{name: p, ${graph}}]}`,
      'iris-p',
      '/v2/models/classifier/infer',
    ],
    [
      'a service with a name of its own',
      `predictors: [{name: p, annotations: {seldon.io/svc-name: mine}, ${graph}}]`,
      'mine',
      '/api/v1.0/predictions',
    ],
    [
      'a name that is too long for a service',
      `predictors: [{name: ${'p'.repeat(60)}, ${graph}}]`,
      'seldon-b96e373fb0aac725e7c290e0e56045e6',
      '/api/v1.0/predictions',
    ],
  ] as const) {
    it(`knows ${sentence}`, () => {
      const endpoint = predictionEndpoint(deployment(spec), undefined);
      assert.deepEqual([endpoint.service, endpoint.port, endpoint.path], [service, 'http', path]);
    });
  }

  for (const [sentence, predictors, name, asked] of [
    ['the first of several without traffic', '[{name: a}, {name: b}]', undefined, 'a'],
    ['the one with the most traffic', '[{name: a, traffic: 20}, {name: b, traffic: 80}]', undefined, 'b'],
    ['never a shadow by itself', '[{name: a, shadow: true, traffic: 100}, {name: b}]', undefined, 'b'],
    ['a shadow that is named', '[{name: a, shadow: true}, {name: b}]', 'a', 'a'],
  ] as const) {
    it(`asks ${sentence}`, () => {
      assert.equal(predictionEndpoint(deployment(`predictors: ${predictors}`), name).predictor, asked);
    });
  }

  for (const [sentence, spec, name, message] of [
    ['a predictor that there is not', 'predictors: [{name: a}]', 'b', 'seldondeployment "iris" has no predictor "b"'],
    ['one of none', 'predictors: []', undefined, 'seldondeployment "iris" has no predictor'],
    [
      'a protocol that it does not know',
      '{protocol: smoke, predictors: [{name: a}]}',
      undefined,
      'seldondeployment "iris" speaks the protocol "smoke", which is not known here',
    ],
  ] as const) {
    it(`refuses ${sentence}`, () => {
      assert.throws(() => predictionEndpoint(deployment(spec), name), { constructor: BadInput, message });
    });
  }
});
