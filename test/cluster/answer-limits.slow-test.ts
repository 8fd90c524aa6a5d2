import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { answerLimits } from '../../src/cluster/answer-limits.ts';
import { ApiFailure, Unreachable } from '../../src/cluster/api-failure.ts';
import { listObjects } from '../../src/cluster/list-objects.ts';
import { plainPath } from '../../src/cluster/plain-path.ts';
import { listAndWatch } from '../../src/cluster/reflector.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { StandInApiServer } from './stand-in-api-server.ts';
import { WatchRecord } from './watch-record.ts';

const PODS = '/api/v1/namespaces/default/pods';

describe('answers that nobody needs', () => {
  let server: StandInApiServer;
  beforeEach(async () => {
    server = await StandInApiServer.start();
  });
  afterEach(() => server.close());

  const answers = (text: string) => server.answer(PODS, (response) => response.writeHead(200).end(text));

  it('an answer without end is given up, with a true error', async () => {
    const piece = Buffer.alloc(4 * 1024 * 1024, ' ');
    let sent = 0;
    server.answer(PODS, (response) => {
      const more = () => {
        while (!response.destroyed && response.write(piece)) sent += piece.length;
      };
      response.writeHead(200).on('drain', more);
      more();
    });
    await assert.rejects(listObjects(server.api(), resourceKinds.pod, 'default'), (error: Error) => {
      assert.ok(error instanceof Unreachable);
      assert.match(error.message, /the answer is larger than 256 MiB/);
      return true;
    });
    assert.ok(sent < 2 * answerLimits.bytes);
  });

  it('a small answer that unpacks to more than anybody needs is given up in the same way', async () => {
    // 280 MiB, whose packed form is repeated: gzip is a row of members.
    const member = gzipSync(Buffer.alloc(4 * 1024 * 1024, ' '));
    const bomb = Buffer.concat(Array(70).fill(member));
    assert.ok(bomb.length < 1024 * 1024);
    server.answer(PODS, (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    await assert.rejects(listObjects(server.api(), resourceKinds.pod, 'default'), {
      constructor: Unreachable,
      code: 'TOO_LARGE',
    });
  });

  for (const [how, token, requests] of [
    ['the same each time', () => 'more', 2],
    ['another one each time', (asked: number) => `more-${asked}`, 2_000],
  ] as const) {
    it(`a list that says for ever that it goes on ends, with a token that is ${how}`, async () => {
      server.answer(PODS, (response) => {
        response.end(JSON.stringify({ items: [], metadata: { continue: token(server.received.length) } }));
      });
      await assert.rejects(
        listObjects(server.api(), resourceKinds.pod, 'default'),
        /its list of pods in namespace "default" does not end/,
      );
      assert.equal(server.received.length, requests);
    });
  }

  for (const [what, text] of [
    ['no list', '{"kind":"Pod","metadata":{"name":"a"}}'],
    ['a number', '7'],
    ['nothing', 'null'],
    ['a list of nothing', '{"items":[null]}'],
    ['a list of numbers', '{"items":[1]}'],
    ['items that are no list', '{"items":{"length":1}}'],
    ['an object without metadata', '{"items":[{"kind":"Pod"}]}'],
  ] as const) {
    it(`a list that is ${what}`, async () => {
      answers(text);
      await assert.rejects(listObjects(server.api(), resourceKinds.pod, 'default'), Unreachable);
    });
  }

  it('a list of more items than fit into a call', async () => {
    answers(`{"items":[${Array(200_000).fill('{"metadata":{"name":"a"}}').join(',')}]}`);
    assert.equal((await listObjects(server.api(), resourceKinds.pod, 'default')).length, 200_000);
  });

  for (const line of [
    'null',
    '7',
    '[]',
    '{}',
    '{"type":"ADDED"}',
    '{"type":"ADDED","object":null}',
    '{"type":{},"object":{"metadata":{}}}',
  ]) {
    it(`a watch that says ${line} is as good as broken off`, async () => {
      const clock = new FakeClock();
      const stop = new AbortController();
      const record = new WatchRecord();
      const pods = server.collection(PODS);
      pods.put({ metadata: { name: 'a' } });
      await listAndWatch(server.api(), { kind: resourceKinds.pod, namespace: 'default' }, record, {
        clock,
        signal: stop.signal,
      });
      await until(() => pods.openWatches === 1 && record.lines.length === 1);
      pods.say(line);
      await until(() => server.received.length > 1);
      pods.put({ metadata: { name: 'b' } });
      await until(() => record.lines.some((told) => told.includes('b')));
      stop.abort();
    });
  }

  it('an answer of more values than anybody needs is given up before they are in memory', async () => {
    answers(`{"items":[${'{},'.repeat(10_000_000)}{}]}`);
    await assert.rejects(listObjects(server.api(), resourceKinds.pod, 'default'), {
      constructor: Unreachable,
      code: 'TOO_LARGE',
      message: 'the answer holds more than 10000000 values, the maximum',
    });
  });

  it('an error of more words and causes than anybody reads is told in part', () => {
    const causes = Array(5_000).fill({ field: 'spec', message: 'wrong' });
    const failure = new ApiFailure(
      422,
      JSON.stringify({ kind: 'Status', message: 'x'.repeat(10e6), details: { causes } }),
    );
    assert.match(failure.message, /^x{65536}… \(10000000 characters\)$/);
    assert.equal(failure.causes.length, 1_000);
    assert.equal(new ApiFailure(502, 'y'.repeat(10e6)).message, `502 ${'y'.repeat(500)}`);
  });

  it('a Status of wrong types is an error all the same', () => {
    for (const text of [
      '{"kind":"Status","message":{"toString":null},"reason":[],"details":{"causes":{"a":1},"kind":7}}',
      '{"kind":"Status","details":{"causes":[null,7,{"message":{"a":1}}]}}',
      '{"kind":"Status","details":7}',
    ]) {
      const failure = new ApiFailure(500, text);
      assert.doesNotMatch(failure.message, /\[object/);
      assert.equal(typeof failure.reason, 'string');
    }
  });
});

describe('a path on the server', () => {
  for (const path of ['/version', '/api/v1/pods', '/apis/a.b/v1/namespaces/x/y/z:http/proxy/v1/models/a%20b:predict']) {
    it(`is ${path}`, () => assert.equal(plainPath(path), path));
  }
  for (const path of [
    '/api/v1/namespaces/../secrets',
    '/api/v1/./secrets',
    '/api/v1/%2e%2e/secrets',
    '/api/v1/.%2E/secrets',
    '/api/v1/a%2fb',
    '/api/v1/a%5cb',
    '/api/v1/a\\b',
    '/api/v1/a?b=c',
    '/api/v1/a#b',
    '/api/v1/a b',
    '/api/v1//b',
    '/api/v1/',
    '/api/v1/a\nb',
    '/api/v1/\u202ea',
  ]) {
    it(`is not ${JSON.stringify(path)}`, () => assert.throws(() => plainPath(path), /is not a valid name/));
  }
});
