import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorkloads } from '../../src/sandbox/workloads/start.ts';
import { startTestServer } from './api-client.ts';
import { deploymentOf } from './cluster.ts';

const METRICS = '/apis/metrics.k8s.io/v1beta1';

describe('A sandbox that serves metrics.k8s.io', async () => {
  const server = await startTestServer({ podMetrics: true });
  startWorkloads(server.store);
  const inDefault = `${METRICS}/namespaces/default/pods`;
  await server.post('/apis/apps/v1/namespaces/default/deployments', deploymentOf('web', 'image'));
  await server.post('/apis/apps/v1/namespaces/default/deployments', deploymentOf('broken', 'image:missing'));
  await server.clock.advance(10_000);

  it('is discovered so', async () => {
    const { body } = await server.get(METRICS);
    assert.deepEqual(
      body.resources.map(({ name, kind, verbs }: { name: string; kind: string; verbs: string[] }) => [
        name,
        kind,
        verbs,
      ]),
      [['pods', 'PodMetrics', ['get', 'list']]],
    );
  });

  it('has figures of the pods that run, which stay the same, by label and by name', async () => {
    const { body } = await server.get(`${inDefault}?limit=1`);
    assert.deepEqual([body.kind, body.apiVersion, body.items.length], ['PodMetricsList', 'metrics.k8s.io/v1beta1', 1]);
    const [{ metadata, containers, window }] = body.items;
    assert.match(metadata.name, /^web-/);
    assert.deepEqual([metadata.labels.app, window, containers.length], ['web', '15s', 1]);
    assert.match(containers[0].usage.cpu, /^[1-9]\d*n$/);
    assert.match(containers[0].usage.memory, /^[1-9]\d*Ki$/);
    const again = await server.get(`${METRICS}/pods?labelSelector=app%3Dweb`);
    assert.deepEqual(again.body.items[0].containers, containers);
    assert.deepEqual((await server.get(`${METRICS}/pods?labelSelector=app%3Dbroken`)).body.items, []);
    assert.deepEqual((await server.get(`${inDefault}/${metadata.name}`)).body.containers, containers);
    const missing = await server.get(`${inDefault}/none`);
    assert.deepEqual([missing.code, missing.body.message], [404, 'pods.metrics.k8s.io "none" not found']);
  });

  it('lets nothing be written or watched', async () => {
    assert.equal((await server.post(inDefault, {})).code, 405);
    assert.equal((await server.get(`${inDefault}?watch=true`)).code, 405);
    assert.equal((await server.delete(`${inDefault}/web`)).code, 405);
  });
});

describe('A sandbox that does not', () => {
  it('answers as where nobody has installed it', async () => {
    const server = await startTestServer();
    const { code, body } = await server.get(`${METRICS}/namespaces/default/pods`);
    assert.deepEqual([code, body], [404, '404 page not found\n']);
  });
});
