import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Api } from '../../src/cluster/api.ts';
import { beginConnecting } from '../../src/cluster/connector.ts';
import { makeDispatcher } from '../../src/cluster/dispatcher.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { StandInApiServer } from './stand-in-api-server.ts';

const THINGS = '/apis/example.com/v1/things';
const certificate = selfSignedCertificate();
const ca = { 'certificate-authority-data': Buffer.from(certificate.cert).toString('base64') };

async function startServer(): Promise<StandInApiServer> {
  const server = await StandInApiServer.start(certificate);
  server.answer(THINGS, (response) => response.end('fine'));
  return server;
}

describe('A connection that is begun before anything is asked', () => {
  let server: StandInApiServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.close());

  const opened = (cluster: Record<string, unknown> = ca, user: Record<string, unknown> = {}) => {
    const { connection } = kubeconfigFromText(server.kubeconfig(cluster, user), 'tester/1.0');
    connection.open();
    return connection;
  };
  const ask = (connection: ReturnType<typeof opened>) => new Api(connection).text({ method: 'GET', path: THINGS });

  it('is the one over which the first requests go', async () => {
    const connection = opened();
    await until(() => server.connections === 1);
    assert.deepEqual(await Promise.all([ask(connection), ask(connection)]), ['fine', 'fine']);
    assert.equal(server.connections, 1);
  });

  it('is waited for by a request that comes before it is made', async () => {
    assert.equal(await ask(opened()), 'fine');
    assert.equal(server.connections, 1);
  });

  it('is replaced where the server has ended it meanwhile', async () => {
    const connection = opened();
    await until(() => server.connections === 1);
    await server.hangUp();
    const clock = new FakeClock();
    const asked = new Api(connection, undefined, { clock }).text({ method: 'GET', path: THINGS });
    // The request that finds it ended is sent again.
    await until(() => (clock.next ?? Number.POSITIVE_INFINITY) <= 5_000 || server.connections === 2);
    await clock.advance(5_000);
    assert.equal(await asked, 'fine');
    assert.equal(server.connections, 2);
  });

  it('goes to no other server than the one that it was begun for', async () => {
    const other = await StandInApiServer.start(certificate);
    const access = { tls: { ca: certificate.cert }, proxy: undefined, repeated: [], env: {} };
    const dispatcher = makeDispatcher(
      { server: other.url, ...access },
      beginConnecting({ server: server.url, ...access }),
    );
    const { body } = await dispatcher.request({ origin: other.url, path: '/', method: 'GET' });
    await body.dump();
    assert.deepEqual([server.received.length, other.received.length], [0, 1]);
    await other.close();
  });

  it('is told of by the first request, where the server is not believed', async () => {
    await assert.rejects(ask(opened({})), /self-signed certificate/);
  });

  it('is of no account where nothing is asked, whatever is wrong with it', async () => {
    const url = server.url;
    await server.close();
    server = await startServer();
    opened({ ...ca, server: url });
    opened(ca, { 'client-certificate-data': 'AAAA', 'client-key-data': 'AAAA' });
    assert.equal(await ask(opened()), 'fine');
  });

  it('is not begun where a credential plugin has to be asked first, nor where a proxy is on the way', async () => {
    opened(ca, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'none', interactiveMode: 'Never' } });
    opened({ ...ca, 'proxy-url': server.url.replace('127.0.0.1', 'localhost') });
    assert.equal(await ask(opened()), 'fine');
    assert.equal(server.connections, 1);
  });
});
