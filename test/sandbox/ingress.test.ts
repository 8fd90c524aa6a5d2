import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTestServer } from './api-client.ts';
import { startTestCluster } from './cluster.ts';

const backend = { service: { name: 'iris-default', port: { name: 'http' } } };
const path = { path: '/', pathType: 'Prefix', backend };
const rule = { host: 'iris.example.com', http: { paths: [path] } };

const withPath = (part: object) => ({ rules: [{ ...rule, http: { paths: [{ ...path, ...part }] } }] });

const REFUSED: [what: string, spec: object, why: RegExp][] = [
  ['no rule and no backend', {}, /spec: Invalid value: .*either `defaultBackend` or `rules` must be specified/],
  [
    'a host that is no name',
    { rules: [{ ...rule, host: 'Iris_1' }] },
    /spec\.rules\[0\]\.host: Invalid value: "Iris_1"/,
  ],
  ['a host that is an address', { rules: [{ ...rule, host: '10.0.0.1' }] }, /must be a DNS name, not an IP address/],
  ['no paths', { rules: [{ ...rule, http: { paths: [] } }] }, /spec\.rules\[0\]\.http\.paths: Required value/],
  [
    'no type of the path',
    withPath({ pathType: undefined }),
    /spec\.rules\[0\]\.http\.paths\[0\]\.pathType: Required value: pathType must be specified/,
  ],
  ['a path that is not absolute', withPath({ path: 'iris' }), /must be an absolute path/],
  ['no backend', withPath({ backend: {} }), /backend: Required value: resource or service backend is required/],
  [
    'a backend without a port',
    withPath({ backend: { service: { name: 'iris' } } }),
    /backend\.service\.port: Required value: port name or number is required/,
  ],
];

describe('An Ingress in the sandbox', () => {
  it('may have a wildcard for a host', () => {
    const cluster = startTestCluster();
    cluster.create('Ingress', { metadata: { name: 'all' }, spec: { rules: [{ ...rule, host: '*.example.com' }] } });
    assert.deepEqual(cluster.names('Ingress'), ['all']);
  });

  for (const [what, spec, why] of REFUSED) {
    it(`is refused with ${what}`, () => {
      const cluster = startTestCluster();
      assert.throws(() => cluster.create('Ingress', { metadata: { name: 'iris' }, spec: { ...spec } }), {
        code: 422,
        message: why,
      });
    });
  }

  it('is shown to kubectl with its class and hosts, and its class with its controller', async () => {
    const server = await startTestServer();
    const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
    const networking = '/apis/networking.k8s.io/v1';
    await server.post(`${networking}/ingressclasses`, {
      metadata: { name: 'nginx' },
      spec: { controller: 'k8s.io/ingress-nginx' },
    });
    await server.post(`${networking}/namespaces/default/ingresses`, {
      metadata: { name: 'iris' },
      spec: { ingressClassName: 'nginx', rules: [rule], tls: [{ hosts: [rule.host], secretName: 'iris-tls' }] },
    });
    const cells = async (url: string) => (await server.get(url, table)).body.rows[0].cells.slice(0, -1);
    assert.deepEqual(await cells(`${networking}/namespaces/default/ingresses`), [
      'iris',
      'nginx',
      'iris.example.com',
      '',
      '80, 443',
    ]);
    assert.deepEqual(await cells(`${networking}/ingressclasses`), ['nginx', 'k8s.io/ingress-nginx', '<none>']);
  });
});
