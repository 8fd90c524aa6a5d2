import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../../src/cluster/api-failure.ts';
import type { SeldonCluster } from '../../../src/cluster/seldon-cluster.ts';
import { findRoute, outsideUrls } from '../../../src/lifecycle/ingress/find-route.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';

const LB = { status: { loadBalancer: { ingress: [{ ip: '10.1.2.3' }] } } };
const objects: Record<string, object> = {
  'VirtualService models/iris': {
    metadata: { name: 'iris', namespace: 'models' },
    spec: {
      hosts: ['*'],
      gateways: ['istio-system/seldon-gateway'],
      http: [{ match: [{ uri: { prefix: '/seldon/models/iris/' } }] }],
    },
  },
  'Gateway istio-system/seldon-gateway': {
    metadata: { name: 'seldon-gateway', namespace: 'istio-system' },
    spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, protocol: 'HTTP' } }] },
  },
  'Service models/iris-p': {
    metadata: { name: 'iris-p', namespace: 'models', annotations: { 'getambassador.io/config': '---' } },
  },
};

/** A cluster that has some of these, and notes what it is asked for. */
function cluster({ has = Object.keys(objects), denies = '' }: { has?: string[]; denies?: string } = {}) {
  const asked: string[] = [];
  const note = (what: string) => {
    asked.push(what);
    if (denies !== '' && what.startsWith(denies)) throw new ApiFailure(403, 'forbidden');
  };
  const fake = {
    objects: {
      read: async ({ kind, metadata }: { kind: string; metadata: { name: string; namespace: string } }) => {
        const key = `${kind} ${metadata.namespace}/${metadata.name}`;
        note(key);
        return has.includes(key) ? objects[key] : undefined;
      },
    },
    list: async ({ kind, labelSelector }: { kind: string; labelSelector: string }, namespace?: string) => {
      note(`${kind}s of ${namespace ?? 'all'} with ${labelSelector}`);
      return kind === 'Service' ? [{ metadata: { name: 'gateway' }, ...LB }] : [];
    },
  };
  return { asked, cluster: fake as unknown as SeldonCluster };
}

const deployment = (conditions: { type: string; status: string; reason: string }[] = [], annotations = {}) =>
  ({
    metadata: { name: 'iris', namespace: 'models', uid: 'u', annotations },
    spec: { predictors: [{ name: 'p', graph: { name: 'classifier' } }] },
    status: { conditions },
  }) as SeldonDeployment;

const routed = deployment([
  { type: 'istioVirtualServicesReady', status: 'True', reason: 'All VirtualServices created' },
]);
const URL_OF_ISTIO = 'http://10.1.2.3/seldon/models/iris/api/v1.0/predictions';

describe('The URL that status shows', () => {
  it('is that of the gateway, whose Service is found by what its Gateway selects', async () => {
    const { cluster: server, asked } = cluster();
    assert.deepEqual([...(await outsideUrls([routed], server))], [['u', URL_OF_ISTIO]]);
    assert.deepEqual(asked, [
      'VirtualService models/iris',
      'Gateway istio-system/seldon-gateway',
      'Services of istio-system with istio=ingressgateway',
    ]);
  });

  it('is asked for only where the operator says that something leads there, and nothing else is known', async () => {
    const none = [
      { type: 'istioVirtualServicesReady', status: 'True', reason: 'No VirtualServices defined' },
      { type: 'AmbassadorMappingsReady', status: 'True', reason: 'No Ambassador Mappaings defined' },
    ];
    const { cluster: server, asked } = cluster();
    const withHost = {
      ...routed,
      metadata: { ...routed.metadata, annotations: { 'seldon.io/istio-host': 'a.example.com' } },
    };
    assert.equal((await outsideUrls([deployment(none), withHost, deployment()], server)).size, 0);
    assert.deepEqual(asked, []);
  });

  for (const denies of ['VirtualService', 'Gateway', 'Services of istio-system']) {
    it(`is left out where ${denies} may not be read, without a word`, async () => {
      const { cluster: server } = cluster({
        denies,
        has: Object.keys(objects).filter((key) => !/^Service /.test(key)),
      });
      assert.equal((await outsideUrls([routed], server)).size, 0);
    });
  }
});

describe('What leads to a deployment', () => {
  it('is its own Ingress before anything that is made by the operator, without a request', async () => {
    const annotations = {
      'seldon-lifecycle.io/ingress-class': 'nginx',
      'seldon-lifecycle.io/ingress-host': 'iris.example.com',
      'seldon-lifecycle.io/ingress-tls-secret': 'tls',
    };
    const { cluster: server, asked } = cluster();
    const route = await findRoute(deployment([], annotations), server);
    assert.deepEqual(
      [route?.by, route?.scheme, route?.host],
      ['ingress.networking.k8s.io/iris', 'https', 'iris.example.com'],
    );
    assert.deepEqual(asked, []);
  });

  it('is an older Ambassador, by the annotation of the predictor’s Service', async () => {
    const { cluster: server, asked } = cluster({ has: ['Service models/iris-p'] });
    const route = await findRoute(deployment(), server);
    assert.deepEqual(
      [route?.by, route?.prefix, route?.addresses],
      ['service/iris-p', '/seldon/models/iris', ['10.1.2.3']],
    );
    assert.deepEqual(asked, [
      'VirtualService models/iris',
      'Mappings of models with seldon-deployment-id=iris',
      'Service models/iris-p',
      'Services of all with app.kubernetes.io/component=ambassador-service',
    ]);
  });

  it('is nothing where none of these is there', async () => {
    const { cluster: server } = cluster({ has: [] });
    assert.equal(await findRoute(deployment(), server), undefined);
  });
});
