import assert from 'node:assert/strict';
import { it } from 'node:test';
import { freePorts } from '../control-plane/free-ports.ts';
import { jsonList, SourceServer, status } from '../sync/source-server.ts';
import { model } from './models.ts';
import { seen } from './seen.ts';
import { newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const item = (id: string) => ({ id, name: `model-${id}`, deployment: { image: `example/${id}:1.0` } });

/** What a sync that goes on says of itself over HTTP. */
export function syncHealthCases(server: () => ServerUnderTest): void {
  const withHealth = async (
    flags: readonly string[],
    test: (source: SourceServer, ask: (path: string) => Promise<Response | undefined>, ns: string) => Promise<void>,
  ) => {
    const namespace = await newNamespace(server());
    const source = await SourceServer.start();
    source.answers = [status(500)];
    const [port = 0] = await freePorts(1);
    const stop = Promise.withResolvers<void>();
    const args = ['sync', source.url, '--insecure-http', '--owner=one', '-n', namespace, '--watch', '--interval=100ms'];
    const ended = server().run([...args, `--health-port=${port}`, ...flags], { interruptAfter: stop.promise });
    try {
      const ask = async (path: string) => await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      await seen(async () => (await ask('/healthz'))?.status === 200, 'that it answers');
      await test(source, ask, namespace);
    } finally {
      stop.resolve();
      await source.close();
    }
    const { exitCode, stderr } = await ended;
    assert.equal(exitCode, 130, stderr);
  };

  it('answers /health with 503 until it is ready, and with 200 then', async () => {
    await withHealth([], async (source, ask) => {
      const early = await ask('/health');
      assert.equal(early?.status, 503);
      assert.match((await early?.text()) ?? '', /"snapshot":false/);
      source.answers = [jsonList([item('a')], '"1"')];
      await seen(async () => (await ask('/health'))?.status === 200, 'that it is well');
      const late = await ask('/health');
      assert.deepEqual(await late?.json(), { source: true, kubernetes: true, snapshot: true, standby: false });
      source.answers = [status(500)];
      await seen(async () => (await ask('/health'))?.status === 503, 'that the source is lost');
    });
  });

  it('lists what is wanted, each with its phase, to whoever asks on this machine, and nothing of its spec', async () => {
    await withHealth([], async (source, ask, namespace) => {
      assert.deepEqual(await (await ask('/desired'))?.json(), []);
      const foreign = model({ name: 'model-b' });
      await server().api.call({ method: 'POST', path: seldonPath(namespace), body: foreign });
      source.answers = [jsonList([item('a'), item('b')], '"1"')];
      const a = { id: 'a', namespace, name: 'model-a', phase: 'Ready' };
      const b = { id: 'b', namespace, name: 'model-b', phase: 'Conflict' };
      const listed = async () => JSON.stringify(await (await ask('/desired'))?.json());
      await seen(
        async () => (await listed()) === JSON.stringify([a, b]),
        'one that is ready, and one whose name is taken',
      );
      assert.deepEqual(await (await ask('/cache'))?.json(), [a, b]);
    });
  });

  it('lists it for nobody where it is asked for health from outside', async () => {
    await withHealth(['--health-address=0.0.0.0'], async (source, ask) => {
      source.answers = [jsonList([item('a')], '"1"')];
      await seen(async () => (await ask('/health'))?.status === 200, 'that it is well');
      for (const path of ['/desired', '/cache']) {
        const refused = await ask(path);
        assert.equal(refused?.status, 404);
        assert.equal(await refused?.text(), '/healthz, /readyz, /health, /metrics\n');
      }
    });
  });
}
