import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { SeldonDeployment } from '../../src/operator/seldon-deployment.ts';
import { refusalOf } from '../../src/sandbox/operator/webhook.ts';

const HEAD = 'SeldonDeployment.machinelearing.seldon.io "" is invalid: ';

function refusal(spec: string): string | undefined {
  return refusalOf({ metadata: { name: 'iris' }, spec: parse(spec) } as SeldonDeployment)?.message;
}

const p = '{name: p, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]';

/** What only one of its rules is about is in test/behaviour/file-verdicts.ts. */
describe('Seldon’s webhook', () => {
  for (const [what, spec, message] of [
    ['nothing of a model', `predictors: [${p}}]`, undefined],
    ['no predictors', 'predictors: []', 'spec: Invalid value: "": Graph contains no predictors'],
    [
      'two shadows, one with too much',
      `predictors: [${p}}, {name: a, shadow: true, graph: {name: a, implementation: SIMPLE_MODEL}}, {name: b, shadow: true, traffic: 101, graph: {name: b, implementation: SIMPLE_MODEL}}]`,
      '[spec: Invalid value: "b": Multiple shadows are not allowed, spec: Invalid value: "b": shadow traffic is illegal, the traffic number should be between [0, 100]]',
    ],
    [
      'Kafka without its topics',
      `serverType: kafka\npredictors: [${p}, svcOrchSpec: {env: [{name: KAFKA_BROKER}]}}]`,
      'spec.predictors[0]: Invalid value: "p": For kafka please supply svcOrchSpec envs KAFKA_BROKER, KAFKA_INPUT_TOPIC, KAFKA_OUTPUT_TOPIC',
    ],
    [
      'one name of a Service twice',
      `predictors: [${p}, traffic: 50, annotations: {seldon.io/svc-name: s}}, {name: q, traffic: 50, graph: {name: q, implementation: SIMPLE_MODEL}, annotations: {seldon.io/svc-name: s}}]`,
      'spec.predictors[1]: Invalid value: "q": Found duplicate service name in seldon.io/svc-name with value s',
    ],
    [
      'endpoints of both types',
      'predictors: [{name: p, graph: {name: a, implementation: SIMPLE_MODEL, endpoint: {type: REST}, children: [{name: b, implementation: SIMPLE_MODEL, endpoint: {type: GRPC}}]}}]',
      'spec: Invalid value: "": Multiple endpoint.types found - can only have 1 type in graph. Please use spec.transport',
    ],
    [
      'an endpoint that is not of the transport',
      'transport: grpc\npredictors: [{name: p, graph: {name: a, implementation: SIMPLE_MODEL, endpoint: {type: REST}}}]',
      'spec: Invalid value: "": Mixed transport types found. Remove graph endpoint.types if transport set at deployment level',
    ],
    [
      'a node without a type or methods',
      'predictors: [{name: p, graph: {name: c, type: UNKNOWN_TYPE}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]',
      'spec.predictors[0].graph: Invalid value: "c": Predictive Unit has no implementation methods defined. Change to a known type or add what methods it defines',
    ],
  ] as const) {
    it(`objects to ${what}`, () => {
      assert.equal(refusal(spec), message && HEAD + message);
    });
  }
});
