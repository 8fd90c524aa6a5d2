import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type ApplyOptions, Objects } from '../../src/cluster/objects.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { type ReceivedRequest, StandInApiServer } from './stand-in-api-server.ts';

const SECRET = '/api/v1/namespaces/ns/secrets/a';
const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'ns' } };
const never = { ...object, metadata: { ...object.metadata, resourceVersion: '1' } };
const ours = { fieldManager: 'kubectl-seldon-lifecycle' };

describe('An object of any kind', () => {
  let server: StandInApiServer;
  let objects: Objects;

  beforeEach(async () => {
    server = await StandInApiServer.start();
    objects = new Objects(server.api());
    const resources = [
      { name: 'secrets', kind: 'Secret', namespaced: true, verbs: [] },
      { name: 'nodes', kind: 'Node', namespaced: false, verbs: [] },
    ];
    answers('/api/v1', 200, { kind: 'APIResourceList', resources });
  });
  afterEach(() => server.close());

  function answers(path: string, status: number, body: object): void {
    server.answer(path, (response) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  }

  /** Without discovery. */
  function received(): ReceivedRequest[] {
    return server.received.filter(({ path }) => path !== '/api/v1');
  }

  describe('that is applied server-side', () => {
    /** What is sent, and what comes of an answer that has the resourceVersion that was sent, or 7. */
    async function applied(options: ApplyOptions) {
      server.answer(SECRET, (response) => {
        response.writeHead(201, { 'Content-Type': 'application/json' });
        // The body is there once the server answers.
        const { metadata } = JSON.parse(received()[0]?.body ?? '') as typeof object;
        response.end(JSON.stringify({ metadata: { resourceVersion: '7', ...metadata } }));
      });
      const { object: made } = await objects.apply<KubernetesObject>(object, options);
      const [sent] = received();
      assert.equal(sent?.headers['content-type'], 'application/apply-patch+yaml');
      return { query: sent.query, body: JSON.parse(sent.body), resourceVersion: made.metadata.resourceVersion };
    }

    it('is sent as it is', async () => {
      assert.deepEqual(await applied({}), { query: ours, body: object, resourceVersion: '7' });
    });

    it('only to be made is sent with a state that no object of the name has, and meets no other conflict', async () => {
      const { query, body } = await applied({ createOnly: true });
      assert.deepEqual([query, body], [{ ...ours, force: 'true' }, never]);
    });

    it('only to be made, as if, does not come back with the state that was sent', async () => {
      const { query, resourceVersion } = await applied({ createOnly: true, dryRun: true });
      assert.deepEqual([query.dryRun, resourceVersion], ['All', undefined]);
    });
  });

  it('goes to the server and comes back as it is written: times, unknown metadata and what is null', async () => {
    const metadata = { ...object.metadata, creationTimestamp: '2026-01-01T00:00:00Z', unheardOf: { b: 1, a: null } };
    const written = { ...object, metadata, data: { key: 'dmFsdWU=' } };
    answers(SECRET, 200, written);
    answers('/api/v1/namespaces/ns/secrets', 201, written);
    for (const verb of ['create', 'replace', 'apply'] as const) {
      const answer = await objects[verb](written);
      assert.deepEqual('object' in answer ? answer.object : answer, written);
    }
    assert.deepEqual(await objects.read(object), written);
    assert.deepEqual(
      received().map(({ method, body }) => `${method} ${body}`),
      [...['POST', 'PUT', 'PATCH'].map((method) => `${method} ${JSON.stringify(written)}`), 'GET '],
    );
  });

  it('is asked for as JSON and nothing else', async () => {
    answers(SECRET, 200, object);
    await objects.read(object);
    await objects.apply(object);
    assert.deepEqual(
      received().map(({ headers }) => headers.accept),
      ['application/json', 'application/json'],
    );
  });

  it('of a kind that is not known is found by discovery, once', async () => {
    answers(SECRET, 200, object);
    for (let times = 0; times < 3; times += 1) await objects.read(object);
    assert.deepEqual(
      server.received.map(({ path }) => path),
      ['/api/v1', SECRET, SECRET, SECRET],
    );
  });

  it('of an apiVersion that every JavaScript object has a key of is not found, as of any other', async () => {
    for (const apiVersion of ['constructor', '__proto__', 'v2']) {
      assert.equal(await objects.discover(apiVersion, 'Thing'), undefined, apiVersion);
    }
    assert.equal(server.received.length, 3);
  });

  it('of a kind that every server has is found without discovery', async () => {
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a', namespace: 'ns' } };
    await objects.read(lease);
    await objects.read({ ...lease, apiVersion: 'v1', kind: 'Namespace' });
    assert.deepEqual(
      server.received.map(({ path }) => path),
      ['/apis/coordination.k8s.io/v1/namespaces/ns/leases/a', '/api/v1/namespaces/a'],
    );
  });

  it('keeps the capitals of its name, which client-node would put in lower case', async () => {
    await objects.read({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'Worker:One' } });
    assert.deepEqual(
      received().map(({ path }) => path),
      ['/api/v1/nodes/Worker%3AOne'],
    );
  });

  it('without a namespace, where it has to be in one, is in "default", and is sent without one', async () => {
    const nowhere = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };
    answers('/api/v1/namespaces/default/secrets/a', 200, nowhere);
    await objects.apply(nowhere);
    assert.deepEqual(JSON.parse(received()[0]?.body ?? ''), nowhere);
  });

  it('is deleted by its uid, all said in the body, and says what keeps it', async () => {
    answers(SECRET, 200, { kind: 'Secret', metadata: { name: 'a', finalizers: ['keep'] } });
    assert.deepEqual(await objects.delete(object, '1', { propagationPolicy: 'Background' }), ['keep']);
    answers(SECRET, 200, { kind: 'Status', status: 'Success' });
    assert.deepEqual(await objects.delete(object, '1', { dryRun: true, resourceVersion: '7' }), []);
    const options = { apiVersion: 'v1', kind: 'DeleteOptions' };
    assert.deepEqual(
      received().map(({ method, query, body }) => ({ method, query, body: JSON.parse(body) })),
      [
        { ...options, propagationPolicy: 'Background', preconditions: { uid: '1' } },
        { ...options, dryRun: ['All'], preconditions: { uid: '1', resourceVersion: '7' } },
      ].map((body) => ({ method: 'DELETE', query: {}, body })),
    );
  });

  it('is patched by the bytes of the patch', async () => {
    answers(SECRET, 200, object);
    await objects.patch(object, { type: 'merge', patch: { b: { d: null, c: 1 }, a: 2 } });
    await objects.patch(object, { type: 'json', patch: [{ op: 'test', path: '/a', value: 2 }] }, { dryRun: true });
    assert.deepEqual(
      received().map(({ headers, body }) => [headers['content-type'], body]),
      [
        ['application/merge-patch+json', '{"b":{"d":null,"c":1},"a":2}'],
        ['application/json-patch+json', '[{"op":"test","path":"/a","value":2}]'],
      ],
    );
    assert.deepEqual(received()[1]?.query, { ...ours, dryRun: 'All' });
  });
});
