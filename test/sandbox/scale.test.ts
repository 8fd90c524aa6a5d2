import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonPatch, mergePatch, startTestServer, widget, widgets } from './api-client.ts';

const server = await startTestServer();

describe('The scale subresource in the sandbox', () => {
  it('cannot be read where no replicas are set, but can be patched', async () => {
    await server.post(widgets, widget('unset'));
    const read = await server.get(`${widgets}/unset/scale`);
    assert.equal(read.code, 500);
    assert.equal(read.body.message, 'Internal error occurred: the spec replicas field ".spec.replicas" does not exist');
    const patched = await server.patch(`${widgets}/unset/scale`, mergePatch, { spec: { replicas: 2 } });
    assert.equal(patched.code, 200);
    assert.deepEqual([patched.body.kind, patched.body.spec], ['Scale', { replicas: 2 }]);
    assert.equal(patched.body.metadata.generation, undefined);
    assert.equal((await server.get(`${widgets}/unset`)).body.metadata.generation, 2);
  });

  it('is replaced, and patched with JSON', async () => {
    await server.post(widgets, widget('set', { replicas: 1 }));
    const { body } = await server.get(`${widgets}/set/scale`);
    const replaced = await server.put(`${widgets}/set/scale`, { ...body, spec: { replicas: 4 } });
    assert.deepEqual(replaced.body.spec, { replicas: 4 });
    const stale = await server.put(`${widgets}/set/scale`, { ...body, spec: { replicas: 5 } });
    assert.equal(stale.code, 409);
    const patch = [{ op: 'replace', path: '/spec/replicas', value: 6 }];
    assert.deepEqual((await server.patch(`${widgets}/set/scale`, jsonPatch, patch)).body.spec, { replicas: 6 });
  });

  it('refuses less than none', async () => {
    await server.post(widgets, widget('negative'));
    const { code, body } = await server.patch(`${widgets}/negative/scale`, mergePatch, { spec: { replicas: -3 } });
    assert.equal(code, 422);
    assert.match(body.message, /.spec.replicas: Invalid value: -3: should be a non-negative integer$/);
  });

  it('fails under server-side apply, as on the real server', async () => {
    await server.post(widgets, widget('applied'));
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'applied' }, spec: { replicas: 3 } };
    const { code, body } = await server.apply(`${widgets}/applied/scale?fieldManager=me`, scale);
    assert.equal(code, 500);
    assert.match(body.message, /failed to convert live object \(\/; autoscaling\/v1, Kind=Scale\) to proper version/);
  });
});
