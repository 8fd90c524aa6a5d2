import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { jsonList, ndjson, SourceServer, snapshot, sse, stream } from '../sync/source-server.ts';
import { model } from './models.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const item = (id: string, more: object = {}) => ({
  id,
  name: id,
  deployment: { image: `example/${id}:1.0`, ...more },
});

/** What a sync tells its source, and how it takes what the source refuses. */
export function syncReportCases(server: () => ServerUnderTest): void {
  const live = async (namespace: string) => await list<SeldonDeployment>(server(), seldonPath(namespace));
  const withSource = async (
    test: (
      source: SourceServer,
      sync: (...args: string[]) => ReturnType<ServerUnderTest['run']>,
      ns: string,
    ) => Promise<void>,
  ) => {
    const namespace = await newNamespace(server());
    const source = await SourceServer.start();
    const sync = (...args: string[]) =>
      server().run([
        'sync',
        source.url,
        '--insecure-http',
        '--owner=one',
        `--report=${source.reportUrl}`,
        '-n',
        namespace,
        ...args,
      ]);
    try {
      await test(source, sync, namespace);
    } finally {
      await source.close();
    }
  };

  it('tells once, at the end of a sync that is done once, how everything is', async () => {
    await withSource(async (source, sync, namespace) => {
      await server().api.call({ method: 'POST', path: seldonPath(namespace), body: model({ name: 'foreign' }) });
      source.answers = [jsonList([item('a', { replicas: 2 }), item('foreign')], '"7"')];
      assert.equal((await sync()).exitCode, 1, 'there is a conflict');
      assert.equal(source.reports.length, 1);
      const [first] = source.reports;
      assert.deepEqual([first?.owner, first?.revision], ['one', '"7"']);
      const told = first?.items.map(({ id, phase, desiredReplicas }) => `${id} ${phase} ${desiredReplicas}`);
      assert.match(told?.join() ?? '', /^a (Configuring|Ready) 2,foreign Conflict 1$/);
      await server().run(['wait', 'sdep/a', '--for=available', '-n', namespace]);
      await sync();
      const [a] = source.reports.at(-1)?.items ?? [];
      assert.deepEqual([a?.phase, a?.availableReplicas, a?.desiredReplicas], ['Ready', 2, 2]);
    });
  });

  it('tells the reason, in the stable word, beside the message', async () => {
    await withSource(async (source, sync, namespace) => {
      source.answers = [jsonList([{ ...item('a'), deployment: { image: 'example/a:missing' } }], '"1"')];
      await sync();
      await server().run(['wait', 'sdep/a', '--for=failed', '-n', namespace, '--fail-grace=0s']);
      await sync();
      const [a] = source.reports.at(-1)?.items ?? [];
      assert.deepEqual([a?.phase, a?.reason], ['Configuring', 'ImageNotFound']);
    });
  });

  /** How often the source was told that this one is gone. */
  const deletedOf = (source: SourceServer, id: string) =>
    source.reports.flatMap(({ items }) => items.filter((one) => one.id === id && one.phase === 'Deleted')).length;
  const setFinalizers = async (namespace: string, name: string, finalizers: string[]) =>
    await server().api.call({
      method: 'PATCH',
      path: `${seldonPath(namespace)}/${name}`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers } },
    });

  it('tells once, as Deleted, what a one-off sync prunes', async () => {
    await withSource(async (source, sync) => {
      source.answers = [jsonList([item('a'), item('b'), item('c')])];
      await sync();
      source.answers = [jsonList([item('a')])];
      const kept = await sync();
      assert.equal(kept.exitCode, 0, kept.stderr);
      assert.deepEqual([deletedOf(source, 'b'), deletedOf(source, 'c')], [0, 0], 'it stands: nothing was pruned');
      const pruned = await sync('--prune', '--max-prune=2');
      assert.equal(pruned.exitCode, 0, pruned.stderr);
      const [a, ...gone] = source.reports.at(-1)?.items ?? [];
      assert.notEqual(a?.phase, 'Deleted');
      assert.deepEqual(gone.map(({ id, name, phase }) => `${id} ${name} ${phase}`).sort(), [
        'b b Deleted',
        'c c Deleted',
      ]);
      await sync('--prune');
      assert.deepEqual([deletedOf(source, 'b'), deletedOf(source, 'c')], [1, 1]);
    });
  });

  it('tells once, as Deleted, what the first snapshot of a process prunes', async () => {
    await withSource(async (source, sync, namespace) => {
      source.answers = [jsonList([item('a'), item('b')], '"1"')];
      await sync();
      source.answers = [jsonList([item('a', { replicas: 2 })], '"2"')];
      const stop = Promise.withResolvers<void>();
      const ended = server().run(
        [
          'sync',
          source.url,
          '--insecure-http',
          '--owner=one',
          `--report=${source.reportUrl}`,
          '-n',
          namespace,
          '--prune',
          '--watch',
          '--interval=100ms',
        ],
        { interruptAfter: stop.promise },
      );
      try {
        await seen(() => deletedOf(source, 'b') === 1, 'a report of Deleted');
        await seen(() => source.reports.at(-1)?.items[0]?.phase === 'Ready', 'a report of Ready');
        source.answers = [jsonList([item('a'), item('b')], '"3"')];
        await seen(
          () => source.reports.at(-1)?.items.some(({ id, phase }) => id === 'b' && phase === 'Ready') ?? false,
          'that it is there again',
        );
        assert.equal(deletedOf(source, 'b'), 1);
      } finally {
        stop.resolve();
      }
      assert.equal((await ended).exitCode, 130);
    });
  });

  it('tells that a deployment is Deleted only once it is gone, where finalizers hold it', async () => {
    await withSource(async (source, sync, namespace) => {
      source.answers = [jsonList([item('a'), item('b')])];
      await sync();
      await setFinalizers(namespace, 'b', ['example.com/backup']);
      source.answers = [jsonList([item('a')])];
      const pruning = sync('--prune');
      await seen(
        async () =>
          (await live(namespace)).some(
            ({ metadata }) => metadata.name === 'b' && metadata.deletionTimestamp !== undefined,
          ),
        'its deletion',
      );
      assert.equal(deletedOf(source, 'b'), 0);
      await setFinalizers(namespace, 'b', []);
      const { exitCode, stderr } = await pruning;
      assert.equal(exitCode, 0, stderr);
      assert.equal(deletedOf(source, 'b'), 1);
    });
  });

  it('tells what messages on standard input have deleted before it ends with them', async () => {
    await withSource(async (source, sync, namespace) => {
      source.answers = [jsonList([item('a'), item('b'), item('c')])];
      await sync();
      const messages = [snapshot([item('a'), item('c')]), { type: 'delete', id: 'c' }];
      const args = ['sync', '-', '--watch', '--prune', '--owner=one', '--insecure-http', '-n', namespace];
      const stdin = messages.map(ndjson).join('');
      const { exitCode, stderr } = await server().run([...args, `--report=${source.reportUrl}`], { stdin });
      assert.equal(exitCode, 0, stderr);
      assert.deepEqual([deletedOf(source, 'b'), deletedOf(source, 'c')], [1, 1]);
    });
  });

  it('tells again what was not taken, and fails where it never is', async () => {
    await withSource(async (source, sync) => {
      source.answers = [jsonList([item('a')])];
      source.reportStatuses = [503, 200];
      assert.equal((await sync()).exitCode, 0);
      assert.equal(source.reports.length, 1);
      source.reportStatuses = [500];
      const failed = await sync();
      assert.equal(failed.exitCode, 1);
      assert.match(failed.stderr, /http:\/\/127\.0\.0\.1:\d+ did not accept the report/);
    });
  });

  for (const [how, flags] of [
    ['once', []],
    ['by a watch', ['--watch']],
  ] as const) {
    it(`ends with exit code 6 where the report is refused with 401, ${how}`, async () => {
      await withSource(async (source, sync, namespace) => {
        source.answers = [jsonList([item('a')])];
        source.reportStatuses = [401];
        const { exitCode, stderr } = await sync(...flags);
        assert.equal(exitCode, 6, stderr);
        assert.match(stderr, /authentication failed, check the token: http:\/\/127\.0\.0\.1:\d+\/status answered 401/);
        // What the source wants was done before.
        assert.equal((await live(namespace)).length, 1);
      });
    });
  }

  it('ends with exit code 6 where logs that were asked for are refused with 401', async () => {
    await withSource(async (source, sync) => {
      source.answers = [stream(() => source, 'text/event-stream', [sse(snapshot([item('a')]))])];
      source.logsStatus = 401;
      const ended = sync('--watch');
      await seen(() => source.reports.at(-1)?.items[0]?.phase === 'Ready', 'a report of Ready');
      source.say(sse({ type: 'logs', id: 'a', tx: 't1' }));
      assert.equal((await ended).exitCode, 6);
    });
  });

  it('follows messages on standard input to their end', async () => {
    const namespace = await newNamespace(server());
    const messages = [
      snapshot([item('a'), item('b'), item('c')]),
      { type: 'heartbeat' },
      { type: 'upsert', item: item('a', { image: 'example/a:2.0' }) },
      { type: 'delete', id: 'b' },
      // Without a type: an upsert.
      item('d'),
    ];
    const stdin = messages.map(ndjson).join('');
    const args = ['sync', '-', '--watch', '--prune', '--owner=one', '-n', namespace];
    const finished = await server().run(args, { stdin });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const images = (await live(namespace)).map(
      ({ spec }) => spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image,
    );
    assert.deepEqual(images.sort(), ['example/a:2.0', 'example/c:1.0', 'example/d:1.0']);
  });

  it('ends where standard input says what cannot be read, and prunes nothing for it', async () => {
    const namespace = await newNamespace(server());
    const args = ['sync', '-', '--watch', '--prune', '--max-prune=100%', '--owner=one', '-n', namespace];
    await server().run(args, { stdin: ndjson(snapshot([item('a'), item('b')])) });
    const half = await server().run(args, { stdin: ndjson(snapshot([item('a')])).slice(0, -9) });
    assert.equal(half.exitCode, 1);
    assert.match(half.stderr, /a message that is not a JSON/);
    const once = args.filter((word) => word !== '--watch');
    const broken = await server().run(once, { stdin: `${ndjson(snapshot([item('a')]))}{"type":` });
    assert.equal(broken.exitCode, 2, broken.stderr);
    assert.equal((await live(namespace)).length, 2);
  });

  it('keeps two owners that watch one namespace, and somebody else, apart', async () => {
    const namespace = await newNamespace(server());
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: model({ name: 'foreign' }) });
    const sources = [await SourceServer.start(), await SourceServer.start()];
    const stop = Promise.withResolvers<void>();
    const state = async () =>
      (await live(namespace))
        .map(({ metadata }) => `${metadata.labels?.['seldon-lifecycle.io/owner']}:${metadata.name}`)
        .sort()
        .join();
    try {
      const syncs = sources.map((source, index) => {
        const own = ['a', 'b', 'c'].map((name) => item(`${index}${name}`));
        source.answers = [jsonList([...own, item('both'), item('foreign')], '"1"')];
        const args = [
          'sync',
          source.url,
          '--insecure-http',
          `--owner=o${index}`,
          '--prune',
          '--allow-empty',
          '--watch',
        ];
        return server().run([...args, '--max-prune=100%', '--interval=50ms', '-n', namespace], {
          interruptAfter: stop.promise,
        });
      });
      const others = 'o0:0a,o0:0b,o0:0c,o1:1a,o1:1b,o1:1c,undefined:foreign';
      await seen(
        async () =>
          (await state()).replace(/o[01]:both,/, '') === `o0:0a,o0:0b,o0:0c,o1:1a,o1:1b,o1:1c,undefined:foreign`,
        others,
      );
      const owner = /o([01]):both/.exec(await state())?.[1];
      // Who has it gives it up, and the other gets it; of the rest nothing moves.
      for (const [index, source] of sources.entries()) {
        if (String(index) === owner) source.answers = [jsonList([item(`${index}a`)], '"2"')];
      }
      const left =
        owner === '0'
          ? 'o0:0a,o1:1a,o1:1b,o1:1c,o1:both,undefined:foreign'
          : 'o0:0a,o0:0b,o0:0c,o0:both,o1:1a,undefined:foreign';
      await seen(async () => (await state()) === left, left);
      const generations = (await live(namespace)).map(({ metadata }) => metadata.generation);
      assert.ok(
        generations.every((generation) => generation === 1),
        String(generations),
      );
      stop.resolve();
      for (const { exitCode } of await Promise.all(syncs)) assert.equal(exitCode, 130);
    } finally {
      stop.resolve();
      for (const source of sources) await source.close();
    }
  });
}
