import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import {
  ambassadorRoute,
  gatewayOf,
  type IngressRoute,
  istioRoute,
  originOf,
  prefixOf,
  routeUrl,
} from '../../src/seldon/ingress-route.ts';

const deployment = {
  metadata: { name: 'iris', namespace: 'models' },
  spec: { predictors: [{ name: 'p', graph: { name: 'classifier' } }] },
};
const metadata = { name: 'iris', namespace: 'models' };
const PREFIX = 'http: [{match: [{uri: {prefix: /seldon/models/iris/}}]}, {match: [{uri: {}}]}]';
const PLAIN = '{port: {number: 80, protocol: HTTP}}';
const TLS = '{port: {number: 443, protocol: HTTPS}}';
const PATH = '/seldon/models/iris/api/v1.0/predictions';

const istio: { it: string; service: string; servers: string; addresses?: string; url: string | undefined }[] = [
  {
    it: 'any host, at the address of the gateway',
    service: `{hosts: ['*'], ${PREFIX}}`,
    servers: `[${PLAIN}]`,
    url: `http://10.1.2.3${PATH}`,
  },
  {
    it: 'a host, whatever the address of the gateway',
    service: `{hosts: [models.example.com], ${PREFIX}}`,
    servers: `[${PLAIN}]`,
    addresses: '[]',
    url: `http://models.example.com${PATH}`,
  },
  {
    it: 'a port of its own',
    service: `{hosts: ['*'], ${PREFIX}}`,
    servers: '[{port: {number: 8080, protocol: HTTP}}]',
    url: `http://10.1.2.3:8080${PATH}`,
  },
  {
    it: 'TLS where plain HTTP only redirects there',
    service: `{hosts: ['*.example.com', models.example.com], ${PREFIX}}`,
    servers: `[{port: {number: 80, protocol: HTTP}, tls: {httpsRedirect: true}}, ${TLS}]`,
    url: `https://models.example.com${PATH}`,
  },
  {
    it: 'the name of a load balancer, and an IPv6 address',
    service: `{hosts: ['*'], ${PREFIX}}`,
    servers: `[${PLAIN}]`,
    addresses: "[{hostname: lb.example.com, ip: '::1'}]",
    url: `http://lb.example.com${PATH}`,
  },
  {
    it: 'an IPv6 address',
    service: `{hosts: ['*'], ${PREFIX}}`,
    servers: `[${PLAIN}]`,
    addresses: "[{ip: '2001:db8::1'}]",
    url: `http://[2001:db8::1]${PATH}`,
  },
  {
    it: 'no address',
    service: `{hosts: ['*'], ${PREFIX}}`,
    servers: `[${PLAIN}]`,
    addresses: '[]',
    url: undefined,
  },
  {
    it: 'an address that is none, and would become another part of the URL',
    service: `{hosts: ['*'], ${PREFIX}}`,
    servers: `[${PLAIN}]`,
    addresses: "[{hostname: 'evil.example.com/x?'}, {hostname: 'user@evil.example.com'}]",
    url: undefined,
  },
  {
    it: 'a prefix that leads elsewhere',
    service: "{hosts: ['*'], http: [{match: [{uri: {prefix: /seldon/../admin}}]}]}",
    servers: `[${PLAIN}]`,
    url: undefined,
  },
  {
    it: 'a port that there is not',
    service: `{hosts: ['*'], ${PREFIX}}`,
    servers: '[{port: {number: 99999, protocol: HTTP}}]',
    url: undefined,
  },
];

describe('The way in through Istio, of', () => {
  for (const { it: sentence, service, servers, addresses = '[{ip: 10.1.2.3}]', url } of istio) {
    it(sentence, () => {
      const gateway = { metadata, spec: { servers: parse(servers) } };
      const services = [{ metadata, status: { loadBalancer: { ingress: parse(addresses) } } }];
      assert.equal(routeUrl(istioRoute({ metadata, spec: parse(service) }, gateway, services), deployment), url);
    });
  }

  it('finds the gateway by its name alone in the namespace of the VirtualService, and passes over the mesh', () => {
    const named = (...gateways: string[]) => gatewayOf({ metadata, spec: { gateways } });
    assert.deepEqual(named('mesh', 'istio-system/seldon-gateway'), {
      namespace: 'istio-system',
      name: 'seldon-gateway',
    });
    assert.deepEqual(named('seldon-gateway'), { namespace: 'models', name: 'seldon-gateway' });
    assert.equal(named('mesh'), undefined);
  });
});

describe('The way in through Ambassador', () => {
  const route = (...specs: string[]): IngressRoute | undefined =>
    ambassadorRoute(
      specs.map((spec, index) => ({ metadata: { name: `m${index}`, namespace: 'models' }, spec: parse(spec) })),
      [{ metadata, status: { loadBalancer: { ingress: [{ ip: '10.1.2.3' }] } } }],
    );

  it('is the Mapping for HTTP with the namespace in its prefix', () => {
    const found = route(
      '{prefix: /seldon/iris/}',
      '{prefix: /seldon/models/iris/}',
      '{prefix: /a-much-longer-prefix-of-grpc/, grpc: true}',
      '{prefix: /a-much-longer-prefix-of-a-shadow/, shadow: true}',
    );
    assert.equal(found?.by, 'mapping.getambassador.io/m1');
    assert.equal(found && routeUrl(found, deployment), `http://10.1.2.3${PATH}`);
  });

  it('has the host of the Mapping, where it is one', () => {
    const origin = (spec: string) => {
      const found = route(spec);
      return found && originOf(found);
    };
    assert.equal(origin('{prefix: /m/, host: models.example.com}'), 'http://models.example.com');
    assert.equal(origin("{prefix: /m/, hostname: '*'}"), 'http://10.1.2.3');
    assert.equal(prefixOf({ ...(route('{prefix: /m/}') as IngressRoute), prefix: '/m' }), '/m');
  });

  it('is none without a Mapping for HTTP', () => {
    assert.equal(route('{prefix: /p/, grpc: true}'), undefined);
    assert.equal(route(), undefined);
  });
});
