import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import {
  cutOff,
  jsonList,
  ndjson,
  SourceServer,
  snapshot,
  sse,
  status,
  stream,
  truncated,
} from '../sync/source-server.ts';
import { model, modelYaml } from './models.ts';
import { seen } from './seen.ts';
import { type CommandOptions, list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

export function syncCases(server: () => ServerUnderTest): void {
  const live = async (namespace: string) => await list<SeldonDeployment>(server(), seldonPath(namespace));
  const names = async (namespace: string) => (await live(namespace)).map(({ metadata }) => metadata.name).sort();
  const versions = async (namespace: string) =>
    (await live(namespace)).map(({ metadata }) => [metadata.name, metadata.uid, metadata.generation]);
  const sync = async (namespace: string, args: readonly string[], stdin = '') =>
    await server().run(['sync', ...args, '-n', namespace], { stdin });
  const create = async (namespace: string, options = {}) =>
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: model(options) });

  /** Syncs until told to stop; the answer ends it, and says how it ended. */
  const keep = (
    test: TestContext,
    namespace: string,
    args: readonly string[],
    onceSeen?: CommandOptions['onceSeen'],
  ) => {
    const stop = Promise.withResolvers<void>();
    const ended = server().run(['sync', ...args, '-n', namespace, '--watch'], {
      interruptAfter: stop.promise,
      ...(onceSeen && { onceSeen }),
    });
    const end = async () => {
      stop.resolve();
      return await ended;
    };
    // Also of a case that has failed.
    test.after(end);
    return end;
  };
  const withSource = async (test: (source: SourceServer, args: string[]) => Promise<void>) => {
    const source = await SourceServer.start();
    try {
      await test(source, [source.url, '--insecure-http', '--owner=source']);
    } finally {
      await source.close();
    }
  };
  const item = (id: string, more: object = {}) => ({
    id,
    name: id,
    deployment: { image: `example/${id}:1.0`, ...more },
  });

  it('makes what a directory wants, changes an image in place, writes nothing twice, prunes what was taken out', async () => {
    const namespace = await newNamespace(server());
    const directory = mkdtempSync(path.join(tmpdir(), 'sync-'));
    const put = (name: string, tag = '1.0') =>
      writeFileSync(path.join(directory, `${name}.yaml`), modelYaml({ name, tag }));
    try {
      for (const name of ['iris', 'tulip', 'rose']) put(name);
      const first = await sync(namespace, [directory, '--owner=dir']);
      assert.equal(first.exitCode, 0, first.stderr);
      assert.match(first.stdout, /^seldondeployment\.machinelearning\.seldon\.io\/iris created$/m);
      const before = await versions(namespace);
      const second = await sync(namespace, [directory, '--owner=dir', '-o', 'json']);
      const summary = JSON.parse(second.stdout.trim().split('\n').at(-1) ?? '');
      assert.deepEqual([summary.type, summary.counts], ['summary', { unchanged: 3 }]);
      assert.deepEqual(await versions(namespace), before);
      put('iris', '2.0');
      const asked = await sync(namespace, [directory, '--owner=dir', '--dry-run=server', '--exit-code']);
      assert.equal(asked.exitCode, 7);
      assert.match(asked.stdout, /^- +- image: example\/iris:1\.0\n\+ +- image: example\/iris:2\.0$/m);
      assert.deepEqual(await versions(namespace), before);
      assert.equal((await sync(namespace, [directory, '--owner=dir'])).exitCode, 0);
      const iris = (await live(namespace)).find(({ metadata }) => metadata.name === 'iris');
      assert.equal(iris?.metadata.uid, before.find(([name]) => name === 'iris')?.[1]);
      assert.equal(iris?.spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image, 'example/iris:2.0');
      rmSync(path.join(directory, 'tulip.yaml'));
      const kept = await sync(namespace, [directory, '--owner=dir']);
      assert.match(kept.stderr, /Delete them with --prune/);
      assert.deepEqual(await names(namespace), ['iris', 'rose', 'tulip']);
      const pruned = await sync(namespace, [directory, '--owner=dir', '--prune']);
      assert.match(pruned.stdout, /tulip pruned$/m);
      assert.deepEqual(await names(namespace), ['iris', 'rose']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('keeps two owners and somebody else apart, and takes over only on purpose', async () => {
    const namespace = await newNamespace(server());
    await create(namespace, { name: 'foreign' });
    const one = [modelYaml({ name: 'a' }), modelYaml({ name: 'b' }), modelYaml({ name: 'foreign', tag: '2.0' })];
    const first = await sync(namespace, ['-', '--owner=one', '--prune'], one.join('---\n'));
    assert.equal(first.exitCode, 1);
    assert.match(first.stderr, /"foreign" exists and does not belong to this source: take it over with --adopt/);
    const two = [modelYaml({ name: 'c' }), modelYaml({ name: 'a', tag: '2.0' })].join('---\n');
    const second = await sync(namespace, ['-', '--owner=two', '--prune'], two);
    assert.equal(second.exitCode, 1);
    assert.match(second.stderr, /"a" exists and belongs to the owner "one"/);
    assert.deepEqual(await names(namespace), ['a', 'b', 'c', 'foreign']);
    const generations = (await versions(namespace)).map(([, , generation]) => generation);
    assert.deepEqual(generations, [1, 1, 1, 1]);
    const taken = await sync(namespace, ['-', '--owner=two', '--adopt'], two);
    assert.equal(taken.exitCode, 0, taken.stderr);
    assert.match(taken.stdout, /\/a adopted$/m);
    await sync(namespace, ['-', '--owner=one', '--prune'], modelYaml({ name: 'b' }));
    assert.deepEqual(await names(namespace), ['a', 'b', 'c', 'foreign']);
  });

  it('lists and deletes what an owner has, by name or id, and nothing else', async () => {
    const namespace = await newNamespace(server());
    await create(namespace, { name: 'foreign' });
    const items = [item('3f2-1', { image: 'example/a:1.0' }), item('b')].map((one) => ({
      ...one,
      name: one.id === 'b' ? 'b' : 'a',
    }));
    assert.equal((await sync(namespace, ['-', '--owner=one'], JSON.stringify(items))).exitCode, 0);
    const listed = await server().run(['list', '--owner=one', '-o', 'name', '-n', namespace]);
    assert.equal(listed.stdout.replaceAll(/^.*\//gm, ''), 'a\nb\n');
    const remove = (...words: string[]) => server().run(['delete', ...words, '--owner=one', '-n', namespace]);
    const refused = await remove('b', 'foreign');
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /"foreign" does not belong to the owner "one"/);
    assert.deepEqual(await names(namespace), ['a', 'b', 'foreign']);
    assert.equal((await remove('3f2-1', 'b')).exitCode, 0);
    assert.deepEqual(await names(namespace), ['foreign']);
  });

  it('puts back what somebody changed by hand', async () => {
    const namespace = await newNamespace(server());
    await sync(namespace, ['-', '--owner=one'], modelYaml());
    const change = [{ op: 'replace', path: '/spec/predictors/0/replicas', value: 5 }];
    await server().api.call({
      method: 'PATCH',
      path: `${seldonPath(namespace)}/iris`,
      contentType: 'application/json-patch+json',
      query: { fieldManager: 'somebody' },
      body: change,
    });
    const finished = await sync(namespace, ['-', '--owner=one'], modelYaml());
    assert.match(finished.stdout, /iris configured$/m);
    assert.equal((await live(namespace))[0]?.spec?.predictors?.[0]?.replicas, 1);
    assert.match((await sync(namespace, ['-', '--owner=one'], modelYaml())).stdout, /iris unchanged$/m);
  });

  it('waits with --wait until all that the source wants is available, and says what cannot be', async () => {
    const namespace = await newNamespace(server());
    const sources = ['-', '--owner=waits', '--wait', '--timeout=2m'];
    const both = await sync(namespace, sources, `${modelYaml({ name: 'iris' })}---\n${modelYaml({ name: 'wine' })}`);
    assert.equal(both.exitCode, 0, both.stderr);
    for (const name of ['iris', 'wine']) {
      assert.match(
        both.stdout,
        new RegExp(`^seldondeployment\\.machinelearning\\.seldon\\.io/${name} condition met$`, 'm'),
      );
    }
    const broken = await sync(namespace, sources, modelYaml({ name: 'iris', tag: 'missing' }));
    assert.equal(broken.exitCode, 5, broken.stdout);
    assert.match(broken.stderr, /^error: seldondeployment "iris" in namespace "\S+" cannot become available: pod /m);
  });

  it('refuses --wait beside --watch or a dry run, and says that a source wants nothing', async () => {
    const namespace = await newNamespace(server());
    for (const flag of ['--watch', '--dry-run=server']) {
      const refused = await sync(namespace, ['-', '--owner=waits', '--wait', flag]);
      assert.equal(refused.exitCode, 2);
      assert.match(refused.stderr, /^error: --(wait|dry-run) and --(watch|wait) do not go together/m);
    }
    const nothing = await sync(namespace, ['-', '--owner=waits'], '{"items": []}');
    assert.match(nothing.stderr, /^Warning: the source lists no deployments$/m);
  });

  it('follows a directory, and puts back at once what somebody changes by hand', { timeout: 120_000 }, async (test) => {
    const namespace = await newNamespace(server());
    const directory = mkdtempSync(path.join(tmpdir(), 'sync-'));
    const put = (name: string, tag = '1.0') =>
      writeFileSync(path.join(directory, `${name}.yaml`), modelYaml({ name, tag }));
    const state = async () =>
      (await live(namespace)).map(({ metadata, spec }) => {
        const [predictor] = spec?.predictors ?? [];
        const image = predictor?.componentSpecs?.[0]?.spec?.containers?.[0]?.image;
        return `${metadata.name} ${image?.split(':')[1]} ${predictor?.replicas}`;
      });
    const is = (...states: string[]) =>
      seen(async () => (await state()).sort().join() === states.join(), states.join());
    put('iris');
    const broken = Promise.withResolvers<void>();
    const end = keep(test, namespace, [directory, '--owner=dir', '--prune', '--max-prune=100%', '-o', 'json'], {
      text: /tulip\.yaml:1:\d+: .*: trying again in 30 s/,
      act: broken.resolve,
    });
    try {
      await is('iris 1.0 1');
      put('rose');
      await is('iris 1.0 1', 'rose 1.0 1');
      const uid = (await versions(namespace))[0]?.[1];
      put('iris', '2.0');
      await is('iris 2.0 1', 'rose 1.0 1');
      await server().api.call({
        method: 'PATCH',
        path: `${seldonPath(namespace)}/iris`,
        contentType: 'application/json-patch+json',
        query: { fieldManager: 'somebody' },
        body: [{ op: 'replace', path: '/spec/predictors/0/replicas', value: 5 }],
      });
      await seen(async () => (await live(namespace)).some(({ metadata }) => metadata.generation === 4), 'put back');
      await is('iris 2.0 1', 'rose 1.0 1');
      assert.equal((await versions(namespace))[0]?.[1], uid);
      // A file that is broken prunes nothing, whatever else is gone by then.
      writeFileSync(path.join(directory, 'tulip.yaml'), 'kind: [');
      rmSync(path.join(directory, 'rose.yaml'));
      await broken.promise;
      await is('iris 2.0 1', 'rose 1.0 1');
      rmSync(path.join(directory, 'tulip.yaml'));
      await is('iris 2.0 1');
      assert.equal((await end()).exitCode, 130);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('prunes no more than it may, and an empty source only where that is said to be meant', async () => {
    const namespace = await newNamespace(server());
    const owner = ['-', '--owner=one', '--prune'];
    await sync(namespace, owner, ['a', 'b', 'c', 'd'].map((name) => modelYaml({ name })).join('---\n'));
    const many = await sync(namespace, owner, modelYaml({ name: 'a' }));
    assert.equal(many.exitCode, 1);
    assert.match(many.stderr, /3 of 4 owned deployments .* more than --max-prune=50%.*--max-prune=100%/);
    const empty = await sync(namespace, [...owner, '--max-prune=100%'], '{"items": []}');
    assert.equal(empty.exitCode, 1);
    assert.match(empty.stderr, /the source is empty.*--allow-empty/);
    assert.equal((await names(namespace)).length, 4);
    assert.equal((await sync(namespace, [...owner, '--max-prune=3'], modelYaml({ name: 'a' }))).exitCode, 0);
    assert.deepEqual(await names(namespace), ['a']);
    assert.equal((await sync(namespace, [...owner, '--allow-empty'], '{"items": []}')).exitCode, 0);
    assert.deepEqual(await names(namespace), []);
  });

  it('prunes nothing after an answer that is cut off, broken, refused or empty', async () => {
    const namespace = await newNamespace(server());
    await withSource(async (source, args) => {
      const items = [item('a'), item('b')];
      source.answers = [jsonList(items)];
      assert.equal((await sync(namespace, [...args, '--prune'])).exitCode, 0);
      source.answers = [status(503), cutOff([item('a')]), truncated([item('a')]), status(500), jsonList([])];
      const emptied = await sync(namespace, [...args, '--prune']);
      assert.equal(emptied.exitCode, 1, emptied.stderr);
      assert.match(emptied.stderr, /answered 503[\s\S]*the source is empty/);
      source.answers = [status(401)];
      const refused = await sync(namespace, [...args, '--prune']);
      assert.equal(refused.exitCode, 6);
      assert.match(refused.stderr, /authentication failed, check the token/);
      source.answers = [jsonList([item('a'), { id: 'b', deployment: {} }])];
      const bad = await sync(namespace, [...args, '--prune', '--max-prune=100%']);
      assert.equal(bad.exitCode, 1);
      assert.deepEqual(await names(namespace), ['a', 'b']);
    });
  });

  it('follows a list by its ETag, and tells the source when it is ready', async (test) => {
    const namespace = await newNamespace(server());
    await withSource(async (source, args) => {
      source.answers = [jsonList([item('a', { replicas: 2 })], '"1"')];
      const end = keep(test, namespace, [...args, '--prune', '--interval=200ms', `--report=${source.reportUrl}`]);
      await seen(() => source.reports.at(-1)?.items[0]?.phase === 'Ready', 'a report of Ready');
      const { owner, revision, items } = source.reports.at(-1) ?? {};
      assert.deepEqual([owner, revision, items?.[0]?.availableReplicas], ['source', '"1"', 2]);
      assert.ok(source.requests.some(({ headers }) => headers['if-none-match'] === '"1"'));
      source.answers = [jsonList([item('b')], '"2"')];
      await seen(
        () => source.reports.some(({ items: told }) => told.some(({ id, phase }) => id === 'a' && phase === 'Deleted')),
        'a report of Deleted',
      );
      assert.deepEqual(await names(namespace), ['b']);
      const { exitCode } = await end();
      assert.equal(exitCode, 130);
    });
  });

  for (const [type, text] of [
    ['text/event-stream', sse],
    ['application/x-ndjson', ndjson],
  ] as const) {
    it(`follows a stream of ${type} through cuts, and never prunes by half a snapshot`, async (test) => {
      const namespace = await newNamespace(server());
      await withSource(async (source, args) => {
        const half = text(snapshot([item('a')])).slice(0, -15);
        const open = (texts: string[]) => stream(() => source, type, texts);
        source.answers = [
          open([text(snapshot([item('a'), item('b')]), '1')]),
          open([half]),
          open([text(snapshot([item('b'), item('c')]), '2')]),
        ];
        const end = keep(test, namespace, [...args, '--prune']);
        await seen(async () => (await names(namespace)).length === 2, 'a and b');
        source.say(text({ type: 'upsert', item: item('a', { image: 'example/a:2.0' }) }, '1.1'));
        await seen(
          async () => (await live(namespace)).some(({ metadata }) => metadata.generation === 2),
          'the new image',
        );
        source.cut();
        await seen(() => source.requests.length === 2 && source.open.size === 1, 'the second connection');
        if (type === 'text/event-stream') assert.equal(source.requests[1]?.headers['last-event-id'], '1.1');
        source.cut();
        await sleep(100);
        assert.deepEqual(await names(namespace), ['a', 'b']);
        await seen(async () => (await names(namespace)).join() === 'b,c', 'b and c');
        source.say(text({ type: 'delete', id: 'c' }, '3'));
        await seen(async () => (await names(namespace)).join() === 'b', 'b alone');
        assert.equal((await end()).exitCode, 130);
      });
    });
  }

  it('sends the logs that the source asks for, of its own deployments only', async (test) => {
    const namespace = await newNamespace(server());
    await create(namespace, { name: 'foreign' });
    await withSource(async (source, args) => {
      source.answers = [stream(() => source, 'text/event-stream', [sse(snapshot([item('a', { replicas: 2 })]))])];
      const end = keep(test, namespace, [...args, `--report=${source.reportUrl}`]);
      await seen(() => source.reports.at(-1)?.items[0]?.phase === 'Ready', 'a report of Ready');
      source.say(sse({ type: 'logs', id: 'a', tx: 't1', tailLines: 5 }));
      await seen(() => source.logs.some(({ tx, eof }) => tx === 't1' && eof), 'the end of the logs');
      source.say(sse({ type: 'logs', id: 'foreign', tx: 't2' }));
      await seen(() => source.logs.some(({ tx, eof }) => tx === 't2' && eof), 'the end of no logs');
      assert.deepEqual(
        source.logs.filter(({ tx }) => tx === 't2').map(({ error }) => error),
        ['there is no such deployment here'],
      );
      await end();
    });
  });
}
