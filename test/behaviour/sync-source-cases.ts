import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import {
  type Answer,
  closedEnd,
  cutOff,
  jsonList,
  lost,
  ndjson,
  SourceServer,
  snapshot,
  sse,
  status,
  text,
  truncated,
} from '../sync/source-server.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const item = (id: string, tag = '1.0') => ({ id, name: id, deployment: { image: `example/${id}:${tag}` } });
const events = (...messages: string[]) => text(200, messages.join(''), { 'content-type': 'text/event-stream' });
const lines = (...messages: string[]) => text(200, messages.join(''), { 'content-type': 'application/x-ndjson' });
const half = (message: string) => message.slice(0, -12);
const yaml = 'id: a\nname: a\ndeployment: {image: "example/a:1.0"}\n';

/** What is no whole state of the source, whatever it looks like. */
const TROUBLES: readonly [name: string, answer: Answer][] = [
  ['500', status(500)],
  ['503', status(503)],
  ['404', status(404)],
  ['429', status(429)],
  ['204, no content', status(204)],
  ['304, although nothing was known before', status(304)],
  ['a redirect', text(302, '', { location: 'http://127.0.0.1:9/' })],
  ['no answer, but a lost connection', lost()],
  ['nothing, with 200', text(200, '')],
  ['a comment and no list', text(200, '# nothing\n', { 'content-type': 'application/yaml' })],
  ['a page for people', text(200, '<!doctype html><html><body>Log in: <a href="/">here</a></body></html>')],
  ['a list that is cut off', cutOff([item('a')])],
  ['a list that says it is whole and is not', truncated([item('a')])],
  ['YAML that ends with the connection', closedEnd(yaml)],
  ['YAML whose last part has not come', lost(yaml)],
  ['null', text(200, 'null')],
  ['a text', text(200, '"maintenance"')],
  ['a List without items', text(200, '{"kind":"List","items":null}')],
  ['an error of Kubernetes, with 200', text(200, '{"kind":"Status","status":"Failure","code":500}')],
  ['items that say nothing of what they are', text(200, '{"items":[{}]}')],
  ['a stream of events that ends at once', events()],
  ['half a snapshot as an event', events(half(sse(snapshot([item('a')]))))],
  ['an event that is no JSON', events('data: {"type":"snap\n\n')],
  ['a snapshot without items', events(sse({ type: 'snapshot' }))],
  ['a message of an unknown type', lines(ndjson({ type: 'reset' }))],
  ['half a snapshot as a line', lines(half(ndjson(snapshot([item('a')]))))],
  ['only heartbeats', lines(ndjson({ type: 'heartbeat' }))],
  ['a deletion before any snapshot, where no list is to be had', lines(ndjson({ type: 'delete', id: 'b' }))],
];

/** What can be read, but says nothing of what is wanted, is told of the record, not of the connection. */
const tellsTrouble = (name: string) => !/^(null|a text|a List|an error of|items that|a page)/.test(name);

/** What a source can answer, and what the cluster holds after it. CONTRIBUTING.md has the table. */
export function syncSourceCases(server: () => ServerUnderTest): void {
  const live = async (namespace: string) => await list<SeldonDeployment>(server(), seldonPath(namespace));
  const names = async (namespace: string) =>
    (await live(namespace))
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name)
      .sort()
      .join();
  const sync = (namespace: string, args: readonly string[], options = {}) =>
    server().run(['sync', ...args, '--insecure-http', '--owner=one', '-n', namespace], options);

  it('prunes nothing after what is no whole state, before the first one and after it, and goes on with the next', {
    timeout: 240_000,
    concurrency: 6,
  }, async (test) => {
    await Promise.all(
      TROUBLES.map(([name, trouble]) =>
        test.test(name, async () => {
          const namespace = await newNamespace(server());
          const source = await SourceServer.start();
          const stop = Promise.withResolvers<void>();
          const held: string[] = [];
          const look =
            (answer: Answer): Answer =>
            async (request, response) => {
              held.push(await names(namespace));
              await answer(request, response);
            };
          try {
            source.answers = [jsonList([item('a'), item('b')])];
            assert.equal((await sync(namespace, [source.url])).exitCode, 0);
            // Asked for beside a stream, the list fails too.
            const twice = /deletion before/.test(name) ? [trouble, status(500)] : [trouble];
            source.answers = [
              ...twice,
              look(jsonList([item('a'), item('b')])),
              ...twice,
              look(jsonList([item('a', '2.0')])),
            ];
            // Everything that could be in the way of pruning too much is switched off.
            const careless = ['--prune', '--max-prune=100%', '--allow-empty', '--watch', '--interval=50ms'];
            const ended = sync(namespace, [source.url, ...careless], { interruptAfter: stop.promise });
            await seen(async () => (await names(namespace)) === 'a', 'b pruned by a whole state without it', 60_000);
            stop.resolve();
            const { exitCode, stderr } = await ended;
            assert.equal(exitCode, 130, stderr);
            assert.deepEqual(held.slice(0, 2), ['a,b', 'a,b'], stderr);
            if (tellsTrouble(name)) assert.equal(stderr.match(/: trying again in \d+ s/g)?.length, 2, stderr);
          } finally {
            stop.resolve();
            await source.close();
          }
        }),
      ),
    );
  });

  for (const code of [401, 403]) {
    it(`ends with exit code 6 after ${code}, and has pruned nothing`, async () => {
      const namespace = await newNamespace(server());
      const source = await SourceServer.start();
      try {
        source.answers = [jsonList([item('a'), item('b')])];
        assert.equal((await sync(namespace, [source.url])).exitCode, 0);
        source.answers = [jsonList([item('a'), item('b')]), status(code)];
        const args = [source.url, '--prune', '--max-prune=100%', '--allow-empty'];
        const watched = await sync(namespace, [...args, '--watch', '--interval=50ms']);
        assert.equal(watched.exitCode, 6, watched.stderr);
        assert.match(watched.stderr, /authentication failed, check the token/);
        assert.equal((await sync(namespace, args)).exitCode, 6);
        assert.equal(await names(namespace), 'a,b');
        assert.equal(source.requests.length, 4, 'it is not tried again');
      } finally {
        await source.close();
      }
    });
  }

  it('keeps everything after an empty list, unless that is said to be meant, also while it watches', async () => {
    const namespace = await newNamespace(server());
    const source = await SourceServer.start();
    const stop = Promise.withResolvers<void>();
    try {
      source.answers = [jsonList([item('a'), item('b')], '"1"')];
      const args = [source.url, '--prune', '--watch', '--interval=50ms', '-o', 'json'];
      const ended = sync(namespace, args, { interruptAfter: /the source is empty/ });
      await seen(async () => (await names(namespace)) === 'a,b', 'both');
      source.answers = [jsonList([], '"2"')];
      assert.equal((await ended).exitCode, 130);
      assert.equal(await names(namespace), 'a,b');
      const meant = sync(namespace, [...args, '--allow-empty'], { interruptAfter: stop.promise });
      await seen(async () => (await names(namespace)) === '', 'nothing');
      stop.resolve();
      await meant;
    } finally {
      stop.resolve();
      await source.close();
    }
  });

  it('takes the whole state from a list where a stream begins without one', async () => {
    const namespace = await newNamespace(server());
    const source = await SourceServer.start();
    const stop = Promise.withResolvers<void>();
    try {
      source.answers = [lines(ndjson({ type: 'upsert', item: item('a', '2.0') })), jsonList([item('a'), item('b')])];
      const ended = sync(namespace, [source.url, '--prune', '--watch'], { interruptAfter: stop.promise });
      await seen(async () => (await names(namespace)) === 'a,b', 'a and b');
      assert.match(source.requests[1]?.headers.accept ?? '', /^application\/json/);
      stop.resolve();
      await ended;
    } finally {
      stop.resolve();
      await source.close();
    }
  });
}
