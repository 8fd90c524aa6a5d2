import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applyPatch,
  jsonPatch,
  mergePatch,
  startTestServer,
  strategicMergePatch,
  widget,
  widgets,
} from './api-client.ts';

const server = await startTestServer();

describe('A custom resource in the sandbox', () => {
  it('is created with a uid, a generation, and a resourceVersion that every write raises', async () => {
    const { code, body } = await server.post(widgets, widget('one'));
    assert.equal(code, 201);
    assert.match(body.metadata.uid, /^[0-9a-f-]{36}$/);
    assert.equal(body.metadata.generation, 1);
    assert.equal(body.metadata.creationTimestamp, '2026-01-01T00:00:00Z');
    const patched = await server.patch(`${widgets}/one`, mergePatch, { metadata: { labels: { a: 'b' } } });
    assert.ok(Number(patched.body.metadata.resourceVersion) > Number(body.metadata.resourceVersion));
    assert.equal(patched.body.metadata.generation, 1);
  });

  it('loses undeclared fields with a warning, and is refused under strict validation', async () => {
    const sent = widget('pruned', { foo: 1 });
    const created = await server.post(widgets, sent);
    assert.equal(created.body.spec.foo, undefined);
    assert.equal(created.headers.get('warning'), '299 - "unknown field \\"spec.foo\\""');
    const refused = await server.post(`${widgets}?fieldValidation=Strict`, sent);
    assert.equal(refused.code, 400);
    assert.equal(
      refused.body.message,
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.foo"',
    );
  });

  it('gets the defaults of its schema', async () => {
    const predictors = [{ name: 'p', graph: { name: 'g' }, ports: [{ port: 1 }] }];
    const { body } = await server.post(widgets, widget('defaulted', { predictors }));
    assert.deepEqual(body.spec.predictors[0].ports, [{ port: 1, protocol: 'TCP' }]);
  });

  it('is refused in the real server’s words where its values are not allowed', async () => {
    const { code, body } = await server.post(
      widgets,
      widget('bad', { predictors: [{ name: 'p', graph: {} }], mode: 'c', percent: 101 }),
    );
    assert.equal(code, 422);
    assert.equal(
      body.message,
      'Widget.example.com "bad" is invalid: [spec.mode: Unsupported value: "c": supported values: "a", "b", ' +
        'spec.percent: Invalid value: 101: spec.percent in body should be less than or equal to 100, ' +
        'spec.predictors[0].graph.name: Required value]',
    );
    assert.deepEqual(body.details.causes[2], {
      reason: 'FieldValueRequired',
      message: 'Required value',
      field: 'spec.predictors[0].graph.name',
    });
  });

  it('exists once', async () => {
    await server.post(widgets, widget('twice'));
    const { code, body } = await server.post(widgets, widget('twice'));
    assert.equal(code, 409);
    assert.equal(body.reason, 'AlreadyExists');
    assert.equal(body.message, 'widgets.example.com "twice" already exists');
  });

  it('cannot be made in a namespace that is not there', async () => {
    const { code, body } = await server.post('/apis/example.com/v1/namespaces/nowhere/widgets', widget('x'));
    assert.equal(code, 404);
    assert.equal(body.message, 'namespaces "nowhere" not found');
  });

  it('is replaced only from its latest version', async () => {
    const { body } = await server.post(widgets, widget('put'));
    const replaced = await server.put(`${widgets}/put`, { ...body, spec: { ...body.spec, mode: 'a' } });
    assert.equal(replaced.code, 200);
    assert.equal(replaced.body.metadata.generation, 2);
    const late = await server.put(`${widgets}/put`, { ...body, spec: { ...body.spec, mode: 'b' } });
    assert.equal(late.code, 409);
    assert.equal(
      late.body.message,
      'Operation cannot be fulfilled on widgets.example.com "put": the object has been modified; please apply your ' +
        'changes to the latest version and try again',
    );
    const blind = await server.put(`${widgets}/put`, widget('put'));
    assert.equal(blind.code, 422);
  });

  it('has a status that only its subresource changes, and that does not raise the generation', async () => {
    await server.post(widgets, { ...widget('status'), status: { state: 'x' } });
    const main = await server.patch(`${widgets}/status`, mergePatch, { status: { state: 'main' } });
    assert.equal(main.body.status, undefined);
    const change = { status: { state: 'sub' }, spec: { mode: 'a' }, metadata: { labels: { a: 'b' } } };
    const { body } = await server.patch(`${widgets}/status/status`, mergePatch, change);
    assert.deepEqual(body.status, { state: 'sub' });
    assert.equal(body.spec.mode, undefined);
    assert.equal(body.metadata.labels, undefined);
    assert.equal(body.metadata.generation, 1);
  });

  it('takes JSON patches, merge patches and applied ones, but no strategic merge', async () => {
    await server.post(widgets, widget('patched'));
    const path = `${widgets}/patched`;
    const patch = [
      { op: 'add', path: '/spec/mode', value: 'a' },
      { op: 'replace', path: '/spec/predictors/0/name', value: 'q' },
    ];
    const patched = await server.patch(path, jsonPatch, patch);
    assert.deepEqual([patched.body.spec.mode, patched.body.spec.predictors[0].name], ['a', 'q']);
    const failed = await server.patch(path, jsonPatch, [{ op: 'test', path: '/spec/mode', value: 'b' }]);
    assert.deepEqual([failed.code, failed.body.reason], [422, 'Invalid']);
    const strategic = await server.patch(path, strategicMergePatch, {});
    assert.equal(strategic.code, 415);
    assert.match(strategic.body.message, new RegExp(applyPatch.replace('+', '\\+')));
  });

  it('is not written by a dry run', async () => {
    const { code, body } = await server.post(`${widgets}?dryRun=All`, widget('dry'));
    assert.equal(code, 201);
    assert.equal(body.metadata.resourceVersion, undefined);
    assert.equal((await server.get(`${widgets}/dry`)).code, 404);
  });

  it('is served in its other versions as well', async () => {
    await server.post(widgets, widget('versions'));
    const { body } = await server.get('/apis/example.com/v1alpha2/namespaces/default/widgets/versions');
    assert.equal(body.apiVersion, 'example.com/v1alpha2');
  });
});

describe('A list in the sandbox', () => {
  it('comes in pages', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) {
      await server.post(widgets, widget(name, {}, { labels: { page: 'yes' } }));
    }
    const first = await server.get(`${widgets}?labelSelector=page%3Dyes&limit=2`);
    assert.deepEqual(names(first.body), ['page-a', 'page-b']);
    const second = await server.get(
      `${widgets}?labelSelector=page%3Dyes&limit=2&continue=${first.body.metadata.continue}`,
    );
    assert.deepEqual(names(second.body), ['page-c']);
    assert.equal(second.body.metadata.resourceVersion, first.body.metadata.resourceVersion);
  });

  it('selects by labels and by fields', async () => {
    for (const [selector, expected] of [
      ['labelSelector=page', 3],
      ['labelSelector=page in (no, yes)', 3],
      ['labelSelector=page notin (yes),page', 0],
      ['labelSelector=page!=no,page=yes', 3],
      ['fieldSelector=metadata.name=page-b', 1],
      ['fieldSelector=metadata.name!=page-b,metadata.namespace=default&labelSelector=page', 2],
    ] as const) {
      const { body } = await server.get(`${widgets}?${encodeURI(selector)}`);
      assert.equal(body.items.length, expected, selector);
    }
    const unknown = await server.get(`${widgets}?fieldSelector=spec.mode=a`);
    assert.deepEqual([unknown.code, unknown.body.message], [400, 'field label not supported: spec.mode']);
  });
});

function names(list: { items: { metadata: { name: string } }[] }): string[] {
  return list.items.map(({ metadata }) => metadata.name);
}
