import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { desiredIngress, holderOfIngress } from '../../src/seldon/ingress.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { hostUrl, urlOf } from '../../src/seldon/url.ts';

const CLASS = 'seldon-lifecycle.io/ingress-class';
const HOST = 'seldon-lifecycle.io/ingress-host';
const TLS = 'seldon-lifecycle.io/ingress-tls-secret';
const ISTIO = 'seldon.io/istio-host';
const routed = { [CLASS]: 'nginx', [HOST]: 'iris.example.com' };
const ONE = 'predictors: [{name: default, graph: {name: classifier}}]';

function deployment(annotations: Record<string, string>, spec = ONE): SeldonDeployment {
  return {
    metadata: { name: 'iris', namespace: 'models', uid: 'uid-1', annotations },
    spec: parse(spec),
    status: { address: { url: 'http://iris-default.models.svc.cluster.local:8000/api/v1.0/predictions' } },
  };
}

describe('The Ingress of a deployment', () => {
  it('leads from its host to the Service of its predictor, and is owned by the deployment', () => {
    assert.deepEqual(
      desiredIngress(deployment(routed)),
      parse(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: iris
  namespace: models
  ownerReferences:
  - apiVersion: machinelearning.seldon.io/v1
    kind: SeldonDeployment
    name: iris
    uid: uid-1
    blockOwnerDeletion: true
spec:
  ingressClassName: nginx
  rules:
  - host: iris.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: iris-default, port: {name: http}}}
`),
    );
  });

  it('has the certificate of its host where a Secret is named', () => {
    assert.deepEqual(desiredIngress(deployment({ ...routed, [TLS]: 'iris-tls' }))?.spec.tls, [
      { hosts: ['iris.example.com'], secretName: 'iris-tls' },
    ]);
  });

  it('is owned by nobody as long as nobody has made the deployment', () => {
    const { metadata, spec = {} } = deployment(routed);
    const { uid: _, ...unmade } = metadata;
    assert.equal(desiredIngress({ metadata: unmade, spec })?.metadata.ownerReferences, undefined);
  });

  for (const [sentence, annotations] of [
    ['is none without annotations', {}],
    ['is none with a class alone', { [CLASS]: 'nginx' }],
    ['is none with a host alone', { [HOST]: 'iris.example.com' }],
    ['is none with empty annotations', { [CLASS]: '', [HOST]: '' }],
    ["is none with the host of Seldon's Istio routing", { [ISTIO]: 'iris.example.com' }],
  ] as const) {
    it(sentence, () => assert.equal(desiredIngress(deployment(annotations)), undefined));
  }

  for (const [sentence, spec, service] of [
    [
      'leads to the predictor with the most traffic',
      'predictors: [{name: old, traffic: 20}, {name: new, traffic: 80}]',
      'iris-new',
    ],
    ['never leads to a shadow', 'predictors: [{name: copy, shadow: true, traffic: 100}, {name: main}]', 'iris-main'],
    [
      'leads to a Service that the predictor names itself',
      'predictors: [{name: main, annotations: {seldon.io/svc-name: special}}]',
      'special',
    ],
  ] as const) {
    it(sentence, () => {
      assert.match(
        JSON.stringify(desiredIngress(deployment(routed, spec))?.spec.rules),
        new RegExp(`"service":\\{"name":"${service}","port":\\{"name":"http"\\}\\}`),
      );
    });
  }
});

describe('Whose an Ingress of the name of a deployment is', () => {
  const owner = (uid: string, name = 'iris', kind = 'SeldonDeployment') => ({
    apiVersion: 'machinelearning.seldon.io/v1',
    kind,
    name,
    uid,
  });
  const now = '2026-01-01T00:00:00Z';
  for (const [sentence, metadata, holder] of [
    ["the deployment's, where it is its owner", { ownerReferences: [owner('uid-1')] }, 'deployment'],
    ["somebody else's without an owner", {}, 'somebody-else'],
    ["somebody else's with another owner", { ownerReferences: [owner('uid-2', 'other')] }, 'somebody-else'],
    [
      "somebody else's with an owner of another kind",
      { ownerReferences: [owner('uid-2', 'iris', 'Service')] },
      'somebody-else',
    ],
    ['left over from an earlier deployment of the name', { ownerReferences: [owner('uid-0')] }, 'leftover'],
    [
      "left over where it is the deployment's and being deleted",
      { ownerReferences: [owner('uid-1')], deletionTimestamp: now },
      'leftover',
    ],
    ["somebody else's where that is being deleted", { deletionTimestamp: now }, 'somebody-else'],
  ] as const) {
    it(sentence, () => {
      const ownerReferences = 'ownerReferences' in metadata ? [...metadata.ownerReferences] : [];
      const ingress = { metadata: { name: 'iris', ...metadata, ownerReferences } };
      assert.equal(holderOfIngress(ingress, deployment(routed)), holder);
    });
  }
});

describe('The URL of a deployment', () => {
  for (const [sentence, annotations, spec, url] of [
    ['is that of its Ingress', routed, ONE, 'http://iris.example.com/api/v1.0/predictions'],
    ['is https with a certificate', { ...routed, [TLS]: 's' }, ONE, 'https://iris.example.com/api/v1.0/predictions'],
    [
      'has the path of its protocol',
      routed,
      `{protocol: v2, ${ONE}}`,
      'http://iris.example.com/v2/models/classifier/infer',
    ],
    [
      'is the host alone where its protocol is not known',
      routed,
      `{protocol: other, ${ONE}}`,
      'http://iris.example.com/',
    ],
    [
      "has the prefix of Seldon's Istio routing",
      { [ISTIO]: 'models.example.com' },
      ONE,
      'http://models.example.com/seldon/models/iris/api/v1.0/predictions',
    ],
    [
      'is that of its Ingress where it has both',
      { ...routed, [ISTIO]: 'models.example.com' },
      ONE,
      'http://iris.example.com/api/v1.0/predictions',
    ],
  ] as const) {
    it(sentence, () => {
      assert.equal(urlOf(deployment(annotations, spec)), url);
      assert.equal(hostUrl(deployment(annotations, spec)), url);
    });
  }

  for (const [sentence, annotations] of [
    ['is that in the cluster without a host', {}],
    ['is that in the cluster where Istio takes any host', { [ISTIO]: '*' }],
  ] as const) {
    it(sentence, () => {
      assert.match(urlOf(deployment(annotations)) ?? '', /^http:\/\/iris-default\.models\.svc/);
      assert.equal(hostUrl(deployment(annotations)), undefined);
    });
  }
});
