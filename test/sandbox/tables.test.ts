import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTestServer, widget, widgets } from './api-client.ts';

const server = await startTestServer();
const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const core = '/api/v1/namespaces/default';

describe('A table in the sandbox', () => {
  it('shows name and age of a custom resource', async () => {
    await server.post(widgets, widget('shown'));
    await server.clock.advance(200_000);
    const { body } = await server.get(widgets, table);
    assert.deepEqual(
      body.columnDefinitions.map(({ name }: { name: string }) => name),
      ['Name', 'Age'],
    );
    assert.deepEqual(body.rows[0].cells, ['shown', '3m20s']);
    assert.equal(body.rows[0].object.kind, 'PartialObjectMetadata');
  });

  it('shows pods as kubectl get does', async () => {
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }], nodeName: 'node-0' } };
    await server.post(`${core}/pods`, pod);
    const status = {
      phase: 'Running',
      podIP: '10.0.0.1',
      containerStatuses: [
        {
          name: 'c',
          ready: false,
          restartCount: 2,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { finishedAt: '2026-01-01T00:03:00Z' } },
        },
      ],
    };
    await server.patch(`${core}/pods/p/status`, 'application/merge-patch+json', { status });
    const { body } = await server.get(`${core}/pods?includeObject=None`, table);
    assert.deepEqual(body.rows[0], {
      cells: ['p', '0/1', 'CrashLoopBackOff', '2 (20s ago)', '0s', '10.0.0.1', 'node-0', '<none>', '<none>'],
      object: null,
    });
  });

  it('shows events with the time of the last one', async () => {
    await server.post(`${core}/events`, {
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off\n',
      count: 3,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:02:00Z',
      source: { component: 'kubelet', host: 'node-0' },
    });
    const { body } = await server.get(`${core}/events`, table);
    const cells = ['80s', 'Warning', 'BackOff', 'pod/p', '', 'kubelet, node-0', 'Back-off', '3m20s', '3', 'e'];
    assert.deepEqual(body.rows[0].cells, cells);
  });

  it('is not given to clients that take neither JSON nor anything', async () => {
    assert.equal((await server.get(widgets, { accept: 'text/html' })).code, 406);
  });
});

describe('Metadata alone', () => {
  it('is given to clients that ask for it', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const { body } = await server.get(widgets, { accept });
    assert.equal(body.kind, 'PartialObjectMetadataList');
    assert.deepEqual(Object.keys(body.items[0]).sort(), ['apiVersion', 'kind', 'metadata']);
  });
});

describe('A list of a built-in kind', () => {
  it('does not repeat the kind in its items, as typed lists do not', async () => {
    const { body } = await server.get(`${core}/pods`);
    assert.deepEqual([body.kind, body.items[0].kind, body.items[0].apiVersion], ['PodList', undefined, undefined]);
  });
});
