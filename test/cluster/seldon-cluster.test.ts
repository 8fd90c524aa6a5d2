import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../src/clock.ts';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { resourcePath } from '../../src/cluster/resource-kinds.ts';
import { discoverSeldon, type SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import { makeNamespace } from '../../src/execution/run-namespaces.ts';
import type { ComponentSpec } from '../../src/seldon/seldon-deployment.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const GROUP = '/apis/machinelearning.seldon.io';
const IRIS = `${GROUP}/v1/namespaces/default/seldondeployments/iris`;
const iris = { kind: 'SeldonDeployment', metadata: { name: 'iris', namespace: 'default', uid: 'iris-1' } };

describe('a cluster with Seldon Core', () => {
  let server: StandInApiServer;

  beforeEach(async () => {
    server = await StandInApiServer.start();
    server.answer(
      GROUP,
      json(200, { kind: 'APIGroup', preferredVersion: { groupVersion: 'machinelearning.seldon.io/v1' } }),
    );
    const resources = [
      { name: 'seldondeployments', kind: 'SeldonDeployment', namespaced: true, verbs: [] },
      { name: 'seldondeployments/status', kind: 'SeldonDeployment', namespaced: true, verbs: [] },
      { name: 'seldondeployments/scale', kind: 'Scale', namespaced: true, verbs: [] },
    ];
    server.answer(`${GROUP}/v1`, json(200, { kind: 'APIResourceList', resources }));
  });
  afterEach(() => server.close());

  function discover(): Promise<SeldonCluster | undefined> {
    return discoverSeldon(kubeconfigFromText(server.kubeconfig(), 'tester/1.0').connection);
  }

  async function cluster(): Promise<SeldonCluster> {
    const found = await discover();
    assert.ok(found);
    server.received.length = 0;
    return found;
  }

  it('is found by discovery, with one request', async () => {
    assert.deepEqual((await discover())?.resource, {
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      plural: 'seldondeployments',
      namespaced: true,
      scalable: true,
    });
    assert.equal(server.received.length, 1);
  });

  it('is found in the version that the server prefers, where it is an old one without v1', async () => {
    const [old, resources] = [
      `${GROUP}/v1alpha2`,
      [{ name: 'seldondeployments', kind: 'SeldonDeployment', namespaced: true, verbs: [] }],
    ];
    server.refuseNext(`${GROUP}/v1`, 404, 'the server could not find the requested resource');
    const version = { groupVersion: old.slice('/apis/'.length), version: 'v1alpha2' };
    server.answer(GROUP, json(200, { kind: 'APIGroup', preferredVersion: version, versions: [version] }));
    server.answer(old, json(200, { kind: 'APIResourceList', resources }));
    assert.equal((await discover())?.resource.apiVersion, 'machinelearning.seldon.io/v1alpha2');
  });

  it('is not found where the server does not know the API group', async () => {
    for (const path of [GROUP, `${GROUP}/v1`]) {
      server.refuseNext(path, 404, 'the server could not find the requested resource');
    }
    assert.equal(await discover(), undefined);
  });

  it('is neither found nor missing where discovery is refused', async () => {
    server.refuseNext(`${GROUP}/v1`, 403, 'forbidden');
    await assert.rejects(discover(), { constructor: ApiFailure, status: 403 });
  });

  it('applies server-side, in the version that was discovered, and tells whether it created', async () => {
    const found = await cluster();
    server.answer(IRIS, json(201, iris));
    const older = { apiVersion: 'machinelearning.seldon.io/v1alpha2', ...iris };
    assert.deepEqual(await found.apply(older), { deployment: iris, created: true });
    const [request] = server.received;
    assert.deepEqual([request?.method, request?.query], ['PATCH', { fieldManager: 'kubectl-seldon-lifecycle' }]);
    assert.equal(request?.headers['content-type'], 'application/apply-patch+yaml');
    assert.deepEqual(JSON.parse(request?.body ?? ''), { ...iris, apiVersion: 'machinelearning.seldon.io/v1' });
    server.answer(IRIS, json(200, iris));
    assert.equal((await found.apply(iris)).created, false);
  });

  it('applies as another manager, by force, or as a trial, when it is told to', async () => {
    const found = await cluster();
    server.answer(IRIS, json(200, iris));
    await found.apply(iris, { fieldManager: 'release-7', force: true, dryRun: true });
    assert.deepEqual(server.received[0]?.query, { fieldManager: 'release-7', force: 'true', dryRun: 'All' });
    await found.apply(iris, { force: false, dryRun: false });
    assert.deepEqual(server.received[1]?.query, { fieldManager: 'kubectl-seldon-lifecycle' });
  });

  it('scales by the scale subresource with a merge patch, in the version that was read and no other', async () => {
    const found = await cluster();
    server.answer(`${IRIS}/scale`, json(200, { kind: 'Scale', metadata: { name: 'iris' } }));
    const read = { ...iris, metadata: { ...iris.metadata, resourceVersion: '7' } };
    await found.scale(read, 3, { fieldManager: 'me' });
    const [request] = server.received;
    assert.deepEqual([request?.method, request?.query], ['PATCH', { fieldManager: 'me' }]);
    assert.equal(request?.headers['content-type'], 'application/merge-patch+json');
    assert.deepEqual(JSON.parse(request?.body ?? ''), { metadata: { resourceVersion: '7' }, spec: { replicas: 3 } });
  });

  it('replaces the spec of what was read, in that version and no other', async () => {
    const found = await cluster();
    server.answer(IRIS, json(200, iris));
    const read = { ...iris, metadata: { ...iris.metadata, resourceVersion: '7' } };
    assert.deepEqual(await found.replaceSpec(read, { replicas: 3 }), iris);
    const metadata = { uid: 'iris-1', resourceVersion: '7' };
    assert.deepEqual(JSON.parse(server.received[0]?.body ?? ''), { metadata, spec: { replicas: 3 } });
  });

  it('reads a deployment, or finds none', async () => {
    const found = await cluster();
    server.answer(IRIS, json(200, iris));
    assert.deepEqual(await found.read('default', 'iris'), iris);
    assert.equal(await found.read('default', 'wine'), undefined);
    server.refuseNext(IRIS, 403, 'forbidden');
    await assert.rejects(found.read('default', 'iris'), { constructor: ApiFailure, status: 403 });
  });

  it('deletes the object with a uid and no other, all said in the body', async () => {
    const found = await cluster();
    server.answer(IRIS, json(200, iris));
    assert.equal(await found.delete('default', 'iris', 'iris-1', 'Foreground'), true);
    const [request] = server.received;
    assert.deepEqual([request?.method, request?.query], ['DELETE', {}]);
    assert.deepEqual(JSON.parse(request?.body ?? ''), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'iris-1' },
    });
  });

  it('takes it for deleted when it is gone, but not when another is in its place', async () => {
    const found = await cluster();
    server.refuseNext(IRIS, 404, 'not found');
    assert.equal(await found.delete('default', 'iris', 'iris-1', 'Foreground'), false);
    server.refuseNext(IRIS, 409, 'the UID in the precondition does not match');
    await assert.rejects(found.delete('default', 'iris', 'iris-1', 'Foreground'), { status: 409 });
  });

  it('creates a namespace and says its uid, unless it is there', async () => {
    const found = await cluster();
    server.answer('/api/v1/namespaces', json(201, { kind: 'Namespace', metadata: { name: 'try', uid: 'try-1' } }));
    const retry = { clock: systemClock, signal: new AbortController().signal, withinMs: 1_000, tell: () => {} };
    assert.equal(await makeNamespace(found, 'try', retry), 'try-1');
    assert.deepEqual(JSON.parse(server.received[0]?.body ?? '').metadata, { name: 'try' });
    server.answer('/api/v1/namespaces', json(409, { kind: 'Status', reason: 'AlreadyExists', message: 'exists' }));
    assert.equal(await makeNamespace(found, 'try', retry), undefined);
  });

  const always = ['SeldonDeployment', 'Deployment', 'ReplicaSet', 'Pod', 'Service'];
  const watched: [name: string, components: ComponentSpec[], kinds: string[]][] = [
    ['no autoscaler where none is asked for', [{}], always],
    ['autoscalers for an hpaSpec', [{}, { hpaSpec: {} }], [...always, 'HorizontalPodAutoscaler']],
    ['autoscalers for a kedaSpec, which makes them too', [{ kedaSpec: {} }], [...always, 'HorizontalPodAutoscaler']],
    ['disruption budgets for a pdbSpec', [{ pdbSpec: {} }], [...always, 'PodDisruptionBudget']],
  ];
  for (const [name, components, kinds] of watched) {
    it(`watches ${name}`, async () => {
      const owned = (await cluster()).kindsOwned(components);
      assert.deepEqual(
        owned.map(({ kind }) => kind),
        kinds,
      );
      assert.equal(owned[0] && resourcePath(owned[0], 'default'), `${GROUP}/v1/namespaces/default/seldondeployments`);
    });
  }
});

function json(status: number, body: object) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}
