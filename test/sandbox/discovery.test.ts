import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTestServer } from './api-client.ts';

const server = await startTestServer();

describe('Discovery in the sandbox', () => {
  it('lists a group’s resources with their subresources', async () => {
    const { body } = await server.get('/apis/example.com/v1');
    assert.deepEqual(
      body.resources.map(({ name, kind }: { name: string; kind: string }) => `${name} ${kind}`),
      ['widgets Widget', 'widgets/scale Scale', 'widgets/status Widget'],
    );
    assert.deepEqual(body.resources[0].shortNames, ['wd']);
  });

  it('names a group’s versions, the stored one first', async () => {
    const { body } = await server.get('/apis/example.com');
    assert.equal(body.preferredVersion.groupVersion, 'example.com/v1');
    assert.equal(body.versions.length, 2);
  });

  it('comes in one document for clients that ask for that', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const { body, headers } = await server.get('/apis', { accept });
    assert.equal(body.kind, 'APIGroupDiscoveryList');
    assert.match(headers.get('content-type') ?? '', /as=APIGroupDiscoveryList/);
    const plain = await server.get('/apis');
    assert.equal(plain.body.kind, 'APIGroupList');
  });

  it('tells a version that clients can read, and that all is well', async () => {
    assert.match((await server.get('/version')).body.gitVersion, /^v1\.\d+\.\d+$/);
    for (const path of ['/healthz', '/livez', '/readyz']) assert.equal((await server.get(path)).body, 'ok');
  });

  it('answers unknown paths with a Status in built-in groups and with text elsewhere', async () => {
    const builtin = await server.get('/apis/apps/v1/nope');
    assert.deepEqual([builtin.code, builtin.body.message], [404, 'the server could not find the requested resource']);
    for (const path of ['/apis/nope', '/apis/example.com/v9/widgets', '/nope']) {
      const { code, body } = await server.get(path);
      assert.deepEqual([code, body], [404, '404 page not found\n'], path);
    }
  });

  it('serves a definition that is created later', async () => {
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gadgets.example.org' },
      spec: {
        group: 'example.org',
        scope: 'Namespaced',
        names: { plural: 'gadgets', kind: 'Gadget' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    };
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    assert.equal((await server.post(definitions, definition)).code, 201);
    await server.clock.advance(10);
    const { body } = await server.get(`${definitions}/gadgets.example.org`);
    const established = body.status.conditions.find(({ type }: { type: string }) => type === 'Established');
    assert.equal(established.status, 'True');
    assert.equal((await server.get('/apis/example.org/v1/namespaces/default/gadgets')).code, 200);
  });

  it('allows everything to its one user', async () => {
    const { code, body } = await server.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: {} });
    assert.deepEqual([code, body.status], [201, { allowed: true }]);
  });
});
