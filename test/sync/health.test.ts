import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { BadInput } from '../../src/failures.ts';
import type { Figures } from '../../src/sync/health/health.ts';
import { type HealthServer, startHealthServer, type WantedDeployment } from '../../src/sync/health/health-server.ts';

describe('How a sync is, for those who ask', () => {
  const figures: Figures = {
    health: { source: false, kubernetes: false, snapshot: false, standby: false },
    desired: 3,
    phases: { Ready: 2, Failed: 1 },
    actions: { created: 3, unchanged: 7 },
    statusReports: 4,
  };
  const wanted: WantedDeployment[] = [];
  const served = { figures: () => figures, wanted: () => wanted };
  let server: HealthServer;
  before(async () => {
    server = await startHealthServer('127.0.0.1', 0, served);
  });
  after(() => server.close());
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });

  it('is well as long as it answers, whatever it waits for', async () => {
    const answer = await ask('/healthz');
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), figures.health);
  });

  for (const [what, health, status] of [
    ['nothing yet', {}, 503],
    ['no source', { kubernetes: true, snapshot: true }, 503],
    ['no cluster', { source: true, snapshot: true }, 503],
    ['no snapshot', { source: true, kubernetes: true }, 503],
    ['all', { source: true, kubernetes: true, snapshot: true }, 200],
    ['another replica that leads', { standby: true }, 200],
  ] as const) {
    it(`is ready with ${what}: ${status}`, async () => {
      const none = { source: false, kubernetes: false, snapshot: false, standby: false };
      Object.assign(figures.health, none, health);
      for (const path of ['/readyz', '/health']) {
        const answer = await ask(path);
        assert.equal(answer.status, status);
        assert.deepEqual(await answer.json(), { ...none, ...health });
        assert.equal((await ask(path, 'HEAD')).status, status);
      }
    });
  }

  it('counts for Prometheus, each metric with its type', async () => {
    const answer = await ask('/metrics');
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const lines = (await answer.text()).split('\n');
    for (const line of [
      'seldon_lifecycle_sync_desired 3',
      'seldon_lifecycle_sync_deployments{phase="Ready"} 2',
      'seldon_lifecycle_sync_deployments{phase="Configuring"} 0',
      'seldon_lifecycle_sync_actions_total{action="created"} 3',
      'seldon_lifecycle_sync_status_reports_total 4',
      '# TYPE seldon_lifecycle_sync_actions_total counter',
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it('lists what is wanted, and nothing of it that an escape could do to a terminal', async () => {
    wanted.push({ id: '3f2c', namespace: 'models', name: 'iris', phase: 'Ready' });
    wanted.push({ id: '\u001b[31m\u202e', namespace: 'models', name: 'wine', phase: 'Failed' });
    for (const path of ['/desired', '/cache']) {
      const answer = await ask(path);
      assert.equal(answer.status, 200);
      const text = await answer.text();
      assert.doesNotMatch(text.trimEnd(), /\p{C}/u);
      assert.deepEqual(JSON.parse(text), wanted);
    }
  });

  it('lists it for nobody outside: not where it listens on other addresses too, by whatever name it is called', async () => {
    const open = await startHealthServer('0.0.0.0', 0, served);
    try {
      for (const host of [`127.0.0.1:${open.port}`, 'localhost']) {
        const there = { port: open.port, headers: { host } };
        assert.equal(await statusOf('/desired', there), 404);
        assert.equal(await statusOf('/cache', there), 404);
        assert.equal(await statusOf('/healthz', there), 200);
      }
    } finally {
      await open.close();
    }
  });

  for (const [host, status] of [
    ['localhost:9300', 200],
    ['127.0.0.1', 200],
    ['[::1]:9300', 200],
    ['models.example.com', 404],
    ['127.0.0.1.example.com:9300', 404],
  ] as const) {
    it(`lists it for who calls it ${host}: ${status}`, async () => {
      assert.equal(await statusOf('/desired', { port: server.port, headers: { host } }), status);
      assert.equal(await statusOf('/health', { port: server.port, headers: { host } }), 200);
    });
  }

  it('answers nothing else, and changes nothing', async () => {
    assert.equal((await ask('/secrets')).status, 404);
    assert.equal((await ask('/readyz', 'POST')).status, 405);
  });

  for (const target of ['//', '///healthz', 'http://', 'http://[', '*', '\\\\', '/%', '/healthz\u001b[31m']) {
    it(`outlives whoever asks for ${JSON.stringify(target)}, and tells nothing of that`, async () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.setTimeout(2_000, () => socket.destroy());
      let text = '';
      socket.setEncoding('latin1').on('data', (more) => {
        text += more;
      });
      socket.write(`GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
      await once(socket, 'close');
      assert.match(text, /^HTTP\/1\.1 4/);
      assert.ok(!text.includes('\u001b'));
      assert.equal((await ask('/healthz')).status, 200);
    });
  }

  it('names what it counts itself: nothing that a source or a cluster says is a label', async () => {
    figures.phases = { ...figures.phases, 'Ready"} 1\nforged 1': 7 };
    const text = await (await ask('/metrics')).text();
    assert.doesNotMatch(text, /forged/);
    for (const line of text.trimEnd().split('\n')) {
      assert.match(
        line,
        /^(# (HELP|TYPE) seldon_lifecycle_sync_\w+ .+|seldon_lifecycle_sync_\w+(\{\w+="\w+"\})? \d+)$/,
      );
    }
  });

  it('says which port it cannot have', async () => {
    await assert.rejects(startHealthServer('127.0.0.1', server.port, served), {
      constructor: BadInput,
      message: new RegExp(`cannot listen on 127.0.0.1:${server.port} for --health-port`),
    });
  });
});

/** Other than fetch, this sends the Host that it is told to. */
async function statusOf(path: string, there: { port: number; headers: { host: string } }): Promise<number | undefined> {
  const [response] = (await once(get({ host: '127.0.0.1', path, ...there }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
