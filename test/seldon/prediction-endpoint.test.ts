import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { BadInput } from '../../src/failures.ts';
import { type PredictionChoice, predictionEndpoint } from '../../src/seldon/prediction-endpoint.ts';
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
      const endpoint = predictionEndpoint(deployment(spec));
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
      assert.equal(predictionEndpoint(deployment(`predictors: ${predictors}`), { predictor: name }).predictor, asked);
    });
  }

  const of = (protocol: string, choice: PredictionChoice) =>
    predictionEndpoint(deployment(`{protocol: ${protocol}, predictors: [{name: p, ${graph}}]}`), choice).path;

  it('asks a model by the name that its server has for it', () => {
    assert.equal(of('v2', { model: 'iris-v2' }), '/v2/models/iris-v2/infer');
    assert.equal(of('tensorflow', { model: 'half plus'.replace(' ', ':') }), '/v1/models/half%3Aplus:predict');
  });

  const asked = (spec: string, choice: PredictionChoice) => {
    const { service, path } = predictionEndpoint(deployment(spec), choice);
    return `${service} ${path}`;
  };
  const explained = (protocol: string) =>
    `{protocol: ${protocol}, predictors: [{name: p, ${graph}, explainer: {type: AnchorTabular}}]}`;
  const several = `predictors: [{name: p, graph: {name: combine, implementation: AVERAGE_COMBINER, children: [{name: a}, {name: b, implementation: SKLEARN_SERVER}]}, componentSpecs: [{spec: {containers: [{name: a}, {name: aside}]}}]}]`;

  for (const [sentence, spec, choice, expected] of [
    [
      'an explainer at its own service',
      explained('seldon'),
      { ask: 'explanation' },
      'iris-p-explainer /api/v1.0/explain',
    ],
    [
      'an explainer by TensorFlow’s protocol',
      explained('tensorflow'),
      { ask: 'explanation' },
      'iris-p-explainer /v1/models/classifier:explain',
    ],
    [
      'an explainer by Open Inference, of a model with another name',
      explained('v2'),
      { ask: 'explanation', model: 'm' },
      'iris-p-explainer /v2/models/m/explain',
    ],
    ['an explainer at any path', explained('v2'), { ask: 'explanation', path: '/x' }, 'iris-p-explainer /x'],
    ['for feedback', explained('seldon'), { ask: 'feedback' }, 'iris-p /api/v1.0/feedback'],
    ['a node at its own service', several, { model: 'a' }, 'iris-p-a /api/v1.0/predictions'],
    ['a node that is a server of Seldon’s', several, { model: 'b' }, 'iris-p-b /api/v1.0/predictions'],
  ] as const) {
    it(`asks ${sentence}`, () => assert.equal(asked(spec, choice), expected));
  }

  for (const [sentence, spec, choice, error] of [
    ['an explainer that is not there', several, { ask: 'explanation' }, /^predictor "p" of .* has no explainer$/],
    ['for feedback by another protocol', explained('v2'), { ask: 'feedback' }, /^the protocol v2 has no feedback$/],
    ['for feedback at a path', several, { ask: 'feedback', path: '/x' }, /^feedback cannot have a model or a path$/],
    ['a node without a container', several, { model: 'combine' }, /has no node "combine" with a container of its own$/],
    ['a container that is no node', several, { model: 'aside' }, /has no node "aside" with a container of its own$/],
  ] as const) {
    it(`refuses to ask ${sentence}`, () => {
      assert.throws(
        () => asked(spec, choice),
        (failure) => failure instanceof BadInput && error.test(failure.message),
      );
    });
  }

  it('asks the path that it is given, whatever the protocol is', () => {
    for (const protocol of ['seldon', 'v2', 'smoke']) {
      for (const path of ['/predict', '/v2/models/iris/versions/2/infer', '/v1/models/a@b:predict', '/a/%20/..b']) {
        assert.equal(of(protocol, { path }), path);
      }
    }
  });

  for (const service of [
    'iris-default:8000/proxy/admin/wipe',
    '..',
    'a?b',
    'https:iris',
    'Iris',
    'a.b',
    '',
    'a'.repeat(64),
  ]) {
    it(`refuses a service that is called ${JSON.stringify(service)}, and names the annotation`, () => {
      const annotations = { 'seldon.io/svc-name': service };
      const trap = {
        metadata: { name: 'trap' },
        spec: { predictors: [{ name: 'p', annotations }] },
      } as SeldonDeployment;
      assert.throws(() => predictionEndpoint(trap), {
        constructor: BadInput,
        message: `"${service}" is not a valid name of a Service: no request was sent`,
        hint: 'Correct the annotation seldon.io/svc-name of predictor "p" of seldondeployment "trap"',
      });
    });
  }

  for (const [sentence, protocol, choice] of [
    ['a model and a path', 'v2', { model: 'a', path: '/b' }],
    ['a model where the protocol has none', 'seldon', { model: 'a' }],
    ...['', '.', '..', 'a/b', '../../services', 'a%2fb', 'a?b', 'a#b', 'a b', 'a\\b'].map(
      (model) => [`the model ${JSON.stringify(model)}`, 'v2', { model }] as const,
    ),
    ...[
      '',
      'predict',
      '/',
      '//',
      '/../admin',
      '/a/../../../pods',
      '/./a',
      '/a/..',
      '/%2e%2e/a',
      '/a%2Fb',
      '/a%5cb',
      '/%252e%252e/a',
      '/a?b=c',
      '/a#b',
      '/a b',
      '/a\n',
      '/a\\b',
      'https://elsewhere.example/a',
      '/ä',
    ].map((path) => [`the path ${JSON.stringify(path)}`, 'v2', { path }] as const),
  ] as [string, string, PredictionChoice][]) {
    it(`refuses ${sentence}`, () => {
      assert.throws(() => of(protocol, choice), { constructor: BadInput });
    });
  }

  for (const [sentence, spec, name, message] of [
    ['a predictor that there is not', 'predictors: [{name: a}]', 'b', 'seldondeployment "iris" has no predictor "b"'],
    ['one of none', 'predictors: []', undefined, 'seldondeployment "iris" has no predictor'],
    [
      'a protocol that it does not know',
      '{protocol: smoke, predictors: [{name: a}]}',
      undefined,
      'seldondeployment "iris" uses the protocol "smoke", which this plugin does not know',
    ],
  ] as const) {
    it(`refuses ${sentence}`, () => {
      assert.throws(() => predictionEndpoint(deployment(spec), { predictor: name }), {
        constructor: BadInput,
        message,
      });
    });
  }
});
