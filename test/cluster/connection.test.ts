import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { listAndWatch } from '../../src/cluster/reflector.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { StandInApiServer } from './stand-in-api-server.ts';
import { WatchRecord } from './watch-record.ts';

const PODS = '/api/v1/namespaces/default/pods';
const certificate = selfSignedCertificate();
const authority = Buffer.from(certificate.cert).toString('base64');

describe('the connection to the API server', () => {
  let server: StandInApiServer;

  beforeEach(async () => {
    server = await StandInApiServer.start(certificate);
    server.collection(PODS);
  });
  afterEach(() => server.close());

  it('is one for all requests that follow each other', async () => {
    const api = server.api({ 'certificate-authority-data': authority });
    for (let request = 0; request < 5; request += 1) await api.call({ method: 'GET', path: PODS });
    assert.equal(server.received.length, 5);
    assert.equal(server.connections, 1);
  });

  it('is one for discovery too', async () => {
    server.answer('/apis/apps/v1', (response) => {
      response.setHeader('Content-Type', 'application/json');
      const resources = [
        { name: 'deployments', kind: 'Deployment', namespaced: true, verbs: [] },
        { name: 'deployments/scale', kind: 'Scale', namespaced: true, verbs: [] },
      ];
      response.end(JSON.stringify({ kind: 'APIResourceList', groupVersion: 'apps/v1', resources }));
    });
    const api = server.api({ 'certificate-authority-data': authority });
    await api.call({ method: 'GET', path: PODS });
    assert.deepEqual(await api.discover('apps/v1', 'Deployment'), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      plural: 'deployments',
      namespaced: true,
      scalable: true,
    });
    assert.equal(server.connections, 1);
  });

  it('is not opened anew when a watch resumes', async () => {
    const stop = new AbortController();
    const clock = new FakeClock();
    const record = new WatchRecord();
    const api = server.api({ 'certificate-authority-data': authority });
    await listAndWatch(api, { kind: resourceKinds.pod, namespace: 'default' }, record, { clock, signal: stop.signal });
    await until(() => record.lines.length === 1);
    for (let round = 1; round <= 3; round += 1) {
      await clock.advance(60_000);
      server.collection(PODS).endWatches();
      await until(() => server.received.length === round + 1);
    }
    assert.equal(server.connections, 1);
    stop.abort();
  });

  it('is one for requests at the same time, from the first ones on', async () => {
    const api = server.api({ 'certificate-authority-data': authority }, { token: 'secret' });
    await Promise.all(Array.from({ length: 8 }, () => api.call({ method: 'GET', path: PODS })));
    assert.equal(server.connections, 1);
    assert.ok(server.received.every(({ headers }) => headers.authorization === 'Bearer secret'));
  });

  it('names the program, in watches too', async () => {
    const stop = new AbortController();
    const api = server.api({ 'certificate-authority-data': authority });
    await api.call({ method: 'GET', path: PODS });
    await api.stream({ method: 'GET', path: PODS, query: { watch: 'true' }, signal: stop.signal });
    stop.abort();
    assert.deepEqual(
      server.received.map(({ headers }) => headers['user-agent']),
      ['tester/1.0', 'tester/1.0'],
    );
  });

  it('is refused when the server’s certificate is nobody’s that is trusted', async () => {
    await assert.rejects(server.api().call({ method: 'GET', path: PODS }), {
      name: 'Error',
      server: server.url,
      message: /self-signed certificate/,
    });
  });

  it('does not look at the certificate when told so', async () => {
    const api = server.api({ 'insecure-skip-tls-verify': true });
    assert.equal((await api.call({ method: 'GET', path: PODS })).status, 200);
  });

  it('may be plain HTTP, as for kubectl', async () => {
    const plain = await StandInApiServer.start();
    plain.collection(PODS);
    try {
      const api = plain.api();
      for (let request = 0; request < 10; request += 1) await api.call({ method: 'GET', path: PODS });
      // HTTP/1.1 takes one request at a time on a connection, so that a second may be opened before the first is free.
      assert.ok(plain.connections <= 2, `${plain.connections} connections`);
    } finally {
      await plain.close();
    }
  });
});
