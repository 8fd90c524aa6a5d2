import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { BadInput } from '../../src/failures.ts';
import { type ManifestFlags, manifestFromFlags, nameOfModel } from '../../src/manifests/from-flags.ts';

const nothing: ManifestFlags = {
  name: 'iris',
  namespace: undefined,
  image: undefined,
  implementation: undefined,
  modelUri: undefined,
  replicas: 1,
  env: [],
  labels: [],
  serviceAccountName: undefined,
  imagePullSecrets: [],
  host: undefined,
  ingressClass: undefined,
  ingressTlsSecret: undefined,
  classes: undefined,
};
const server = { implementation: 'SKLEARN_SERVER', modelUri: 'gs://bucket/iris' };

describe('a manifest from flags', () => {
  const cases: { it: string; flags: Partial<ManifestFlags>; predictor: string }[] = [
    {
      it: 'has the image as the container of its model',
      flags: { image: 'registry/iris:1.0', replicas: 2 },
      predictor: `
name: default
replicas: 2
graph: {name: classifier, type: MODEL}
componentSpecs: [{spec: {containers: [{name: classifier, image: 'registry/iris:1.0'}]}}]`,
    },
    {
      it: 'gives the pods what they need',
      flags: { image: 'i:1', env: ['A=b=c', 'EMPTY='], serviceAccountName: 'sa', imagePullSecrets: ['one', 'two'] },
      predictor: `
name: default
replicas: 1
graph: {name: classifier, type: MODEL}
componentSpecs:
- spec:
    serviceAccountName: sa
    imagePullSecrets: [{name: one}, {name: two}]
    containers: [{name: classifier, image: 'i:1', env: [{name: A, value: b=c}, {name: EMPTY, value: ''}]}]`,
    },
    {
      it: 'has a server and its model, and no container where nothing is to be said of it',
      flags: { ...server, serviceAccountName: 'loader' },
      predictor: `
name: default
replicas: 1
graph: {name: classifier, implementation: SKLEARN_SERVER, modelUri: 'gs://bucket/iris', serviceAccountName: loader}`,
    },
    {
      it: 'changes the container of a server by its name',
      flags: { ...server, env: ['A=b'] },
      predictor: `
name: default
replicas: 1
graph: {name: classifier, implementation: SKLEARN_SERVER, modelUri: 'gs://bucket/iris'}
componentSpecs: [{spec: {containers: [{name: classifier, env: [{name: A, value: b}]}]}}]`,
    },
  ];
  for (const { it: sentence, flags, predictor } of cases) {
    it(sentence, () => {
      assert.deepEqual(manifestFromFlags({ ...nothing, ...flags }).spec, { predictors: [parse(predictor)] });
    });
  }

  it('has its labels and its namespace', () => {
    const { metadata } = manifestFromFlags({ ...nothing, image: 'i:1', labels: ['team=vision'], namespace: 'models' });
    assert.deepEqual(metadata, { name: 'iris', namespace: 'models', labels: { team: 'vision' } });
  });

  const routed = { image: 'i:1', host: 'iris.example.com', ingressClass: 'nginx' };

  for (const [sentence, flags, annotations] of [
    [
      "has its host as Seldon's Istio routing reads it",
      { image: 'i:1', host: 'iris.example.com' },
      { 'seldon.io/istio-host': 'iris.example.com' },
    ],
    [
      'has its host and the class of its Ingress',
      routed,
      { 'seldon-lifecycle.io/ingress-class': 'nginx', 'seldon-lifecycle.io/ingress-host': 'iris.example.com' },
    ],
    [
      'has the certificate of its host',
      { ...routed, ingressTlsSecret: 'iris-tls' },
      {
        'seldon-lifecycle.io/ingress-class': 'nginx',
        'seldon-lifecycle.io/ingress-host': 'iris.example.com',
        'seldon-lifecycle.io/ingress-tls-secret': 'iris-tls',
      },
    ],
  ] as const) {
    it(sentence, () => {
      const { metadata } = manifestFromFlags({ ...nothing, ...flags });
      assert.deepEqual(metadata.annotations, annotations);
    });
  }

  const refused: [why: string, flags: Partial<ManifestFlags>, says: RegExp][] = [
    ['neither image nor server', {}, /exactly one of --image and --implementation/],
    ['both of them', { image: 'i:1', ...server }, /exactly one of --image and --implementation/],
    ['a server without a model', { implementation: 'SKLEARN_SERVER' }, /needs --model-uri/],
    ['a name that is none', { image: 'i:1', name: 'Iris_1' }, /"Iris_1" is not a valid name/],
    [
      'a variable without a value',
      { image: 'i:1', env: ['A'] },
      /invalid argument "A" for "--env": expected KEY=VALUE/,
    ],
    ['a label without a key', { image: 'i:1', labels: ['=x'] }, /invalid argument "=x" for "--label"/],
    ['a class without a host', { image: 'i:1', ingressClass: 'nginx' }, /--ingress-class needs --host/],
    [
      'a certificate without a class',
      { image: 'i:1', host: 'iris.example.com', ingressTlsSecret: 's' },
      /--ingress-tls-secret needs --ingress-class/,
    ],
    ['a host that is an address', { ...routed, host: '10.0.0.1' }, /--host "10\.0\.0\.1" is not a valid host name/],
    ['a host that is no name', { ...routed, host: 'http://iris' }, /--host "http:\/\/iris" is not a valid host name/],
    ['a class that is no name', { ...routed, ingressClass: 'Nginx!' }, /--ingress-class "Nginx!" is not a valid name/],
  ];
  for (const [why, flags, message] of refused) {
    it(`is refused with ${why}`, () => {
      assert.throws(() => manifestFromFlags({ ...nothing, ...flags }), { constructor: BadInput, message });
    });
  }
});

describe('The name of a deployment that nobody has named', () => {
  const cases: [image: string | undefined, modelUri: string | undefined, name: string | undefined][] = [
    ['roadsigns1', undefined, 'roadsigns1'],
    ['registry.example:5000/team/roadsigns1:1.0', undefined, 'roadsigns1'],
    ['registry.example/iris@sha256:0123', undefined, 'iris'],
    ['registry.example:5000/iris', undefined, 'iris'],
    ['Example/My_Model:1', undefined, 'my-model'],
    [undefined, 'gs://bucket/v1.18/sklearn/iris/', 'iris'],
    [undefined, 's3://bucket/model.v2', 'model-v2'],
    ['___:1', undefined, undefined],
    [undefined, undefined, undefined],
  ];
  for (const [image, modelUri, name] of cases) {
    it(`is ${name} for ${image ?? modelUri}`, () => assert.equal(nameOfModel({ image, modelUri }), name));
  }
});
