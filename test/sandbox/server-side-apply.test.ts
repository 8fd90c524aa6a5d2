import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergePatch, startTestServer, widget, widgets } from './api-client.ts';

const server = await startTestServer();
const as = (name: string, manager: string, rest = '') => `${widgets}/${name}?fieldManager=${manager}${rest}`;

describe('Server-side apply in the sandbox', () => {
  it('creates with 201, then changes nothing with 200 and the same resourceVersion', async () => {
    const created = await server.apply(as('same', 'me'), widget('same', { labels: { a: 'b' } }));
    const again = await server.apply(as('same', 'me'), widget('same', { labels: { a: 'b' } }));
    assert.deepEqual([created.code, again.code], [201, 200]);
    assert.equal(again.body.metadata.resourceVersion, created.body.metadata.resourceVersion);
  });

  it('notes who owns what: lists as one field unless they have keys', async () => {
    const spec = { keyed: [{ name: 'q', value: '1' }], labels: { a: 'b' } };
    const { body } = await server.apply(as('owned', 'me'), widget('owned', spec, { labels: { x: 'y' } }));
    assert.deepEqual(body.metadata.managedFields, [
      {
        manager: 'me',
        operation: 'Apply',
        apiVersion: 'example.com/v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:x': {} } },
          'f:spec': {
            'f:keyed': { 'k:{"name":"q"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
            'f:labels': { 'f:a': {} },
            'f:predictors': {},
          },
        },
      },
    ]);
  });

  it('removes what the applier no longer applies, and leaves what others own', async () => {
    await server.apply(as('drop', 'me'), widget('drop', { labels: { a: '1', b: '1' }, keyed: [{ name: 'mine' }] }));
    await server.apply(as('drop', 'you'), {
      ...widget('drop'),
      spec: { labels: { a: '1' }, keyed: [{ name: 'yours' }] },
    });
    const { body } = await server.apply(as('drop', 'me'), widget('drop'));
    assert.deepEqual(body.spec.labels, { a: '1' });
    assert.deepEqual(body.spec.keyed, [{ name: 'yours' }]);
  });

  it('conflicts with whoever has changed the field since, until forced', async () => {
    await server.apply(as('fight', 'me'), widget('fight'));
    const predictors = [{ name: 'p', graph: { name: 'g' }, replicas: 2 }];
    await server.patch(as('fight', 'me'), mergePatch, { spec: { predictors } });
    const refused = await server.apply(as('fight', 'me'), widget('fight'));
    assert.equal(refused.code, 409);
    assert.equal(
      refused.body.message,
      'Apply failed with 1 conflict: conflict with "me" using example.com/v1: .spec.predictors',
    );
    assert.deepEqual(refused.body.details.causes, [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "me" using example.com/v1',
        field: '.spec.predictors',
      },
    ]);
    const forced = await server.apply(as('fight', 'me', '&force=true'), widget('fight'));
    assert.equal(forced.code, 200);
    assert.equal(forced.body.spec.predictors[0].replicas, undefined);
  });

  it('names every conflict, by manager', async () => {
    const spec = { labels: { a: '1' } };
    await server.apply(as('many', 'one'), widget('many', spec));
    const { body } = await server.apply(as('many', 'two'), widget('many', { labels: { a: '2' }, predictors: [] }));
    assert.equal(
      body.message,
      'Apply failed with 2 conflicts: conflicts with "one":\n- .spec.predictors\n- .spec.labels.a',
    );
  });

  it('takes a scale from nobody who does not own it, and gives it to the scaler otherwise', async () => {
    await server.apply(as('scaled', 'me'), widget('scaled', { replicas: 1 }));
    await server.patch(`${widgets}/scaled/scale?fieldManager=scaler`, mergePatch, { spec: { replicas: 2 } });
    const { body } = await server.apply(as('scaled', 'me'), widget('scaled', { replicas: 1 }));
    assert.match(
      body.message,
      /conflict with "scaler" with subresource "scale" using example.com\/v1: .spec.replicas$/,
    );
    await server.apply(as('free', 'me'), widget('free'));
    await server.patch(`${widgets}/free/scale?fieldManager=scaler`, mergePatch, { spec: { replicas: 2 } });
    const free = await server.apply(as('free', 'me'), widget('free'));
    assert.equal(free.body.spec.replicas, 2);
    assert.equal(free.body.metadata.managedFields.length, 1);
  });

  it('refuses fields that the schema does not declare, also deep in lists', async () => {
    const predictors = [{ name: 'p', graph: { name: 'g' }, x: 1 }];
    const { code, body } = await server.apply(as('undeclared', 'me'), widget('undeclared', { predictors }));
    assert.equal(code, 500);
    assert.equal(
      body.message,
      'failed to create typed patch object (/undeclared; example.com/v1, Kind=Widget): ' +
        '.spec.predictors[0].x: field not declared in schema',
    );
    assert.equal(body.reason, undefined);
  });

  it('refuses values of the wrong type', async () => {
    const { body } = await server.apply(as('types', 'me'), widget('types', { replicas: 'two', mode: 3 }));
    assert.equal(
      body.message,
      'failed to create typed patch object (/types; example.com/v1, Kind=Widget): errors:\n' +
        '  .spec.mode: expected string, got &value.valueUnstructured{Value:3}\n' +
        '  .spec.replicas: expected numeric (int or float), got string',
    );
  });

  it('needs a field manager and a name', async () => {
    const unmanaged = await server.apply(`${widgets}/a`, widget('a'));
    assert.match(unmanaged.body.message, /fieldManager: Required value: is required for apply patch$/);
    const unnamed = await server.apply(as('a', 'me'), { apiVersion: 'example.com/v1', kind: 'Widget' });
    assert.match(unnamed.body.message, /^the name of the object \(a based on URL\) was undeterminable/);
  });

  it('reads YAML', async () => {
    const yaml = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: yaml}\nspec: {predictors: []}\n';
    assert.equal((await server.apply(as('yaml', 'me'), yaml)).code, 201);
  });

  it('merges the containers of a Deployment by name', async () => {
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const container = (name: string, image: string) => ({ name, image });
    const template = (containers: object[]) => ({ metadata: { labels: { a: 'b' } }, spec: { containers } });
    await server.post(path, {
      metadata: { name: 'merge' },
      spec: { selector: { matchLabels: { a: 'b' } }, template: template([container('c', 'x:1')]) },
    });
    const { code, body } = await server.apply(`${path}/merge?fieldManager=me`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'merge' },
      spec: { template: { spec: { containers: [container('d', 'y:1')] } } },
    });
    assert.equal(code, 200);
    const names = body.spec.template.spec.containers.map((item: { name: string }) => item.name);
    assert.deepEqual(names, ['c', 'd']);
  });
});
