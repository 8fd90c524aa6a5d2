import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { SourceServer, snapshot, sse, stream } from '../sync/source-server.ts';
import { model } from './models.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const SIX = ['a', 'b', 'c', 'd', 'e', 'f'];
/** Everything that could be in the way of pruning too much is switched off. */
const CARELESS = ['--owner=one', '--prune', '--max-prune=100%'];

type Fields = Record<string, unknown>;
const item = (name: string, tag = '1.0'): Fields => ({ id: name, name, deployment: { image: `example/iris:${tag}` } });

/** What becomes of the record of one of the six, which nobody can take for well. */
const POISONS: readonly [name: string, poison: (name: string) => unknown][] = [
  ['a field that is missing', (name) => ({ id: name, name })],
  ['a key that every object has, and a mistake', (name) => ({ ...item(name), constructor: {}, labels: 7 })],
  ['a kind in other letters', (name) => ({ ...model({ name }), kind: 'Seldondeployment' })],
  ['a group that is nearly ours', (name) => ({ ...model({ name }), apiVersion: 'machinelearning.seldon.oi/v1' })],
  ['a new id, and a mistake', (name) => ({ ...item(name), id: 'new', deployment: {} })],
  ['a new id and a new name, and a mistake', () => ({ ...item('new'), deployment: {} })],
  ['an id of another', (name) => ({ ...item(name), id: name === 'a' ? 'b' : 'a' })],
  ['a name of another', (name) => ({ ...item(name), name: name === 'a' ? 'b' : 'a' })],
  ['all of another', (name) => item(name === 'a' ? 'b' : 'a')],
  ['another namespace', (name) => ({ ...item(name), namespace: 'kube-system' })],
  ['nothing', () => null],
  ['an error in its place', () => ({ kind: 'Status', status: 'Failure' })],
];

/** A sync never takes what it cannot understand for what is not wanted. */
export function syncPoisonCases(server: () => ServerUnderTest): void {
  const names = async (namespace: string) =>
    (await list<SeldonDeployment>(server(), seldonPath(namespace)))
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name)
      .sort()
      .join('');
  const sync = (namespace: string, args: readonly string[], options = {}) =>
    server().run(['sync', ...CARELESS, ...args, '-n', namespace], options);

  it('keeps all six where the record of one has gone bad, at each place of the list, with --allow-empty and without', {
    timeout: 300_000,
  }, async () => {
    const namespace = await newNamespace(server());
    const all = SIX.map((name) => item(name));
    assert.equal((await sync(namespace, ['-'], { stdin: JSON.stringify(all) })).exitCode, 0);
    for (const [index, [what, poison]] of POISONS.entries()) {
      for (const round of [0, 1]) {
        // Each poison at two places, each place with each flag.
        const place = (index + 3 * round) % SIX.length;
        const flags = (index + round + Math.floor(index / SIX.length)) % 2 === 0 ? ['--allow-empty'] : [];
        const records: unknown[] = [...all];
        records[place] = poison(SIX[place] ?? '');
        const finished = await sync(namespace, ['-', ...flags], { stdin: JSON.stringify(records) });
        assert.equal(finished.exitCode, 1, `${what} at place ${place}: ${finished.stderr}`);
        assert.equal(await names(namespace), 'abcdef', `${what} at place ${place}: ${finished.stderr}`);
      }
    }
    // It is not that nothing is ever pruned.
    assert.equal((await sync(namespace, ['-'], { stdin: JSON.stringify(all.slice(1)) })).exitCode, 0);
    assert.equal(await names(namespace), 'bcdef');
  });

  it('keeps all six where a seventh record has a key that every object has, wherever it stands', async () => {
    const namespace = await newNamespace(server());
    const all = SIX.map((name) => item(name));
    assert.equal((await sync(namespace, ['-'], { stdin: JSON.stringify(all) })).exitCode, 0);
    for (const [place, key] of ['constructor', 'toString', '__proto__', 'valueOf'].entries()) {
      for (const flags of [[], ['--allow-empty']]) {
        const poison = `{"id":"p","name":"p","${key}":{"a":1},"deployment":{"image":"example/iris:1.0","replicas":-1}}`;
        const records = all.map((record) => JSON.stringify(record));
        records.splice(2 * place, 0, poison);
        const finished = await sync(namespace, ['-', ...flags], { stdin: `[${records.join()}]` });
        assert.equal(finished.exitCode, 1, finished.stderr);
        assert.equal(await names(namespace), 'abcdef', `${key}: ${finished.stderr}`);
      }
    }
  });

  it('goes on with a stream after a record that it cannot understand, and prunes again when that is well', {
    timeout: 120_000,
  }, async () => {
    const namespace = await newNamespace(server());
    const source = await SourceServer.start();
    const stop = Promise.withResolvers<void>();
    try {
      const whole = snapshot(SIX.map((name) => item(name)));
      source.answers = [stream(() => source, 'text/event-stream', [sse(whole, '1')])];
      const ended = sync(namespace, [source.url, '--insecure-http', '--watch', '--allow-empty'], {
        interruptAfter: stop.promise,
      });
      await seen(async () => (await names(namespace)) === 'abcdef', 'all six');
      const throwing =
        '{"type":"upsert","item":{"id":"a","name":"a","constructor":{"a":1},"deployment":{"image":"i"}}}';
      source.say(`id: 2\ndata: ${throwing}\n\n`);
      source.say(
        sse(snapshot([{ id: 'a', constructor: {}, deployment: 7 }, ...SIX.slice(2).map((name) => item(name))]), '3'),
      );
      // Only b is known not to be wanted any more; a is what the bad record is about.
      await seen(async () => (await names(namespace)) === 'acdef', 'b pruned');
      source.say(sse({ type: 'upsert', item: { id: 'x', name: 'y', deployment: {} } }, '4'));
      source.say(sse(snapshot([{}, ...SIX.slice(3).map((name) => item(name))]), '5'));
      source.say(sse({ type: 'upsert', item: item('g') }, '6'));
      await seen(async () => (await names(namespace)) === 'acdefg', 'g made, and nothing pruned for what nobody knows');
      assert.equal(source.requests.length, 1, 'the stream is not opened again');
      source.say(sse(snapshot(SIX.slice(3).map((name) => item(name))), '7'));
      await seen(async () => (await names(namespace)) === 'def', 'the rest pruned');
      stop.resolve();
      assert.equal((await ended).exitCode, 130);
    } finally {
      stop.resolve();
      await source.close();
    }
  });

  it('keeps what files are about that cannot be understood, while it watches them', { timeout: 120_000 }, async () => {
    const namespace = await newNamespace(server());
    const folder = mkdtempSync(path.join(tmpdir(), 'poison-'));
    const put = (name: string, text: string) => writeFileSync(path.join(folder, `${name}.json`), text);
    const stop = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    try {
      for (const name of SIX) put(name, JSON.stringify(item(name)));
      const ended = sync(namespace, [folder, '--watch', '--allow-empty', '--interval=1s', '-o', 'json'], {
        interruptAfter: stop.promise,
        onceSeen: { text: /a\.json:1:1: expected an object: the file is empty/, act: told.resolve },
      });
      await seen(async () => (await names(namespace)) === 'abcdef', 'all six');
      // As when it is written by a program that has failed.
      put('a', '');
      await told.promise;
      put('b', '{"id":"b","name":"b","constructor":{"a":1},"deployment":{}}');
      put('g', JSON.stringify(item('g')));
      await seen(async () => (await names(namespace)) === 'abcdefg', 'g made, and all six kept');
      rmSync(path.join(folder, 'a.json'));
      await seen(async () => (await names(namespace)) === 'bcdefg', 'a pruned');
      stop.resolve();
      assert.equal((await ended).exitCode, 130);
    } finally {
      stop.resolve();
      rmSync(folder, { recursive: true });
    }
  });

  it('does not take what holds nothing for a source that wants nothing', async () => {
    const namespace = await newNamespace(server());
    const folder = mkdtempSync(path.join(tmpdir(), 'poison-'));
    const file = path.join(folder, 'models.yaml');
    try {
      assert.equal((await sync(namespace, ['-'], { stdin: JSON.stringify([item('a'), item('b')]) })).exitCode, 0);
      for (const text of ['', '\n', '# nothing\n', '---\n']) {
        writeFileSync(file, text);
        for (const [source, name] of [
          ['-', 'standard input'],
          [file, file],
          [folder, folder],
        ] as const) {
          const { exitCode, stderr } = await sync(namespace, [source, '--allow-empty'], { stdin: text });
          assert.equal(exitCode, 2, stderr);
          assert.ok(stderr.includes(`${name} is empty`), stderr);
        }
      }
      const other = '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}';
      const foreign = await sync(namespace, ['-', '--allow-empty', '--max-prune=50%'], { stdin: other });
      assert.deepEqual([foreign.exitCode, await names(namespace)], [1, 'ab'], foreign.stderr);
      assert.match(foreign.stderr, /2 of 2 owned deployments .* more than --max-prune=50%/);
      assert.equal((await sync(namespace, ['-', '--allow-empty', '--max-prune=0'], { stdin: '[]' })).exitCode, 0);
      assert.equal(await names(namespace), '');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
