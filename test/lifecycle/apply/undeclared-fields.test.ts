import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { ApiFailure } from '../../../src/cluster/api-failure.ts';
import {
  applyDeclared,
  fieldPath,
  undeclaredFields,
  withoutField,
} from '../../../src/lifecycle/apply/undeclared-fields.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';

const deployment: SeldonDeployment = parse(`
metadata:
  name: iris
  annotations: {seldon.io/executor: {deep: 1}}
spec:
  protocl: v2
  predictors:
  - name: p
    graph: {name: c, endpoint: {service_port: 9000}}
    componentSpecs:
    - spec:
        containers:
        - name: c
          ports: [{containerPort: 80, protocol: UDP}, {containerPort: 80, nam: http}]
          env: [{name: 'a "b], c=d', valeu: x}]
`);

const HEAD =
  'failed to create typed patch object (default/iris; machinelearning.seldon.io/v1, Kind=SeldonDeployment): ';
const container = ['spec', 'predictors', 0, 'componentSpecs', 0, 'spec', 'containers', 0];

const named: [name: string, message: string, paths: (string | number)[][]][] = [
  ['one at the top of the spec', `${HEAD}.spec.protocl: field not declared in schema`, [['spec', 'protocl']]],
  [
    'one below a list',
    `${HEAD}.spec.predictors[0].graph.endpoint.service_port: field not declared in schema`,
    [['spec', 'predictors', 0, 'graph', 'endpoint', 'service_port']],
  ],
  [
    'several, should a server name them',
    `${HEAD}errors:\n  .spec.protocl: field not declared in schema\n  .spec.predictors: expected list, got x\n  .spec.predictors[0].graph: field not declared in schema`,
    [
      ['spec', 'protocl'],
      ['spec', 'predictors', 0, 'graph'],
    ],
  ],
  ['none where something else is wrong', `${HEAD}.spec.replicas: expected numeric (int or float), got string`, []],
  ['none that the object does not have', `${HEAD}.spec.elsewhere: field not declared in schema`, []],
];

const paths: [name: string, text: string, path: (string | number)[] | undefined][] = [
  [
    'a name with dots',
    '.metadata.annotations.seldon.io/executor.deep',
    ['metadata', 'annotations', 'seldon.io/executor', 'deep'],
  ],
  [
    'an item by its keys, one of them a default of the server',
    '.spec.predictors[0].componentSpecs[0].spec.containers[name="c"].ports[containerPort=80,protocol="TCP"].nam',
    [...container, 'ports', 1, 'nam'],
  ],
  [
    'an item by a key with quotes, brackets and commas',
    '.spec.predictors[0].componentSpecs[0].spec.containers[name="c"].env[name="a \\"b], c=d"].valeu',
    [...container, 'env', 0, 'valeu'],
  ],
  ['not an item that is not there', '.spec.predictors[name="q"].graph', undefined],
  ['not a name that only begins so', '.spec.proto', undefined],
];

describe('the fields that a refused apply names', () => {
  for (const [name, message, expected] of named) {
    it(`are ${name}`, () => {
      const failure = new ApiFailure(500, JSON.stringify({ kind: 'Status', message }));
      assert.deepEqual(undeclaredFields(failure, deployment), expected);
    });
  }
});

describe('a path as the server writes it finds', () => {
  for (const [name, text, expected] of paths) it(name, () => assert.deepEqual(fieldPath(text, deployment), expected));
});

it('a field is left out of a copy, and the rest stays', () => {
  const without = withoutField(deployment, ['spec', 'predictors', 0, 'graph', 'endpoint', 'service_port']);
  assert.deepEqual(without.spec?.predictors?.[0]?.graph, { name: 'c', endpoint: {} });
  assert.deepEqual(deployment.spec?.predictors?.[0]?.graph, { name: 'c', endpoint: { service_port: 9000 } });
});

const withFields = (...fields: string[]): SeldonDeployment => ({
  metadata: { name: 'iris' },
  spec: { predictors: [{ name: 'p' }], ...Object.fromEntries(fields.map((field) => [field, 1])) },
});

/** A server whose CRD declares only predictors in the spec, and which names one other field at a time. */
class Server {
  readonly retries: boolean[] = [];
  readonly otherwise: ApiFailure | undefined;

  constructor(otherwise?: ApiFailure) {
    this.otherwise = otherwise;
  }

  apply = async (sent: SeldonDeployment, isRetry: boolean) => {
    this.retries.push(isRetry);
    const field = Object.keys(sent.spec ?? {}).find((name) => name !== 'predictors');
    if (field) throw refusal(`failed to create typed patch object (…): .spec.${field}: field not declared in schema`);
    if (this.otherwise) throw this.otherwise;
    return { deployment: sent, created: true };
  };
}

function refusal(message: string): ApiFailure {
  return new ApiFailure(500, JSON.stringify({ kind: 'Status', message }));
}

describe('an apply', () => {
  it('takes one request where every field is declared', async () => {
    const server = new Server();
    const attempt = await applyDeclared(withFields(), server.apply);
    assert.deepEqual([attempt.state, attempt.undeclared, server.retries], ['applied', [], [false]]);
  });

  it('is tried again without each field that the server names', async () => {
    const server = new Server();
    const attempt = await applyDeclared(withFields('a', 'b'), server.apply);
    assert.deepEqual(attempt.undeclared, [
      ['spec', 'a'],
      ['spec', 'b'],
    ]);
    assert.deepEqual([attempt.state, attempt.sent], ['applied', withFields()]);
    assert.deepEqual(server.retries, [false, true, true]);
  });

  it('ends with the other reason that the server has', async () => {
    const other = refusal('no');
    const attempt = await applyDeclared(withFields('a'), new Server(other).apply);
    assert.equal(attempt.state === 'failed' && attempt.error, other);
    assert.deepEqual(attempt.undeclared, [['spec', 'a']]);
  });

  it('is given up after 50 fields', async () => {
    const server = new Server();
    const attempt = await applyDeclared(withFields(...Array.from({ length: 60 }, (_, i) => `f${i}`)), server.apply);
    assert.deepEqual([attempt.state, attempt.undeclared.length, server.retries.length], ['failed', 50, 51]);
  });

  it('rejects with what is not the server’s answer', async () => {
    const stop = new Error('interrupted');
    await assert.rejects(
      applyDeclared(withFields(), () => Promise.reject(stop)),
      stop,
    );
  });
});
