import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BadInput, exitCodes, Failure } from '../../src/failures.ts';
import { DesiredState } from '../../src/sync/desired/desired-state.ts';
import { readHttpSource } from '../../src/sync/source/http-source.ts';
import { EventStreamParser } from '../../src/sync/source/server-sent-events.ts';
import { SourceConnection } from '../../src/sync/source/source-connection.ts';
import { FakeClock } from '../fake-clock.ts';
import { until } from '../until.ts';
import { type Answer, SourceServer, sse, stream } from './source-server.ts';

/** 100 MB, made as they are sent. */
const ALL = 100_000_000;
const record = (id: string | number) => `{"id":"r${id}","deployment":{"image":"a:1"}}`;

/** Answers in this type: a beginning, and then piece after piece, to the end of 100 MB. */
const large =
  (type: string, begin: string, piece: (index: number) => string, sent: { bytes: number }): Answer =>
  (_, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': type }).write(begin);
    let index = 0;
    const more = () => {
      while (!response.destroyed && sent.bytes < ALL) {
        const text = piece(index++);
        sent.bytes += text.length;
        if (!response.write(text)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  };

const some = (one: (index: number) => string, separator: string) => (index: number) =>
  Array.from({ length: 500 }, (_, of) => one(index * 500 + of) + separator).join('');

/** What it answers with, and what is said of it. */
const tooMuch: readonly [name: string, type: string, begin: string, piece: (index: number) => string, why: RegExp][] = [
  ['a list', 'application/json', '{"items":[', some(record, ','), /its answer is larger than 16 MiB$/],
  ['nothing but spaces', 'application/json', '', () => ' '.repeat(65_536), /its answer is larger than 16 MiB$/],
  ['one line', 'application/x-ndjson', '{"a":"', () => 'x'.repeat(65_536), /a line of more than 16 MiB/],
  [
    'one snapshot',
    'application/x-ndjson',
    '{"type":"snapshot","items":[',
    some(record, ','),
    /a line of more than 16 MiB/,
  ],
  ['one event', 'text/event-stream', 'data: [', () => `data: ${'1,'.repeat(5_000)}\n`, /an event of more than 16 MiB/],
  [
    'comments',
    'text/event-stream',
    '',
    () => ': alive\n\n'.repeat(5_000),
    /more than 32 MiB of lines without a message/,
  ],
  ['empty lines', 'application/x-ndjson', '', () => '\n'.repeat(20_000), /more than 32 MiB of lines without a message/],
  [
    'records and no snapshot',
    'application/x-ndjson',
    '',
    some(record, '\n'),
    /more than the maximum of 10000 deployments/,
  ],
];

/** The same in few letters, or in few bytes for each value. */
const unfolded: readonly [name: string, type: string, text: string, why: RegExp][] = [
  [
    'a list of YAML in which one record stands in many places',
    'application/yaml',
    `- &x {id: a, deployment: {image: ${'x'.repeat(1_000_000)}}}\n${'- *x\n'.repeat(20)}`,
    /:17:3: more than 16 MiB of text up to here, including expanded aliases$/,
  ],
  [
    'a list of YAML whose aliases double again and again',
    'application/yaml',
    `a0: &a0 x\n${Array.from({ length: 40 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]\n`).join('')}`,
    /: more than 1000000 values up to here, including expanded aliases$/,
  ],
  [
    'a list of JSON with very many values',
    'application/json',
    `{"items":[{"id":"a","deployment":{"image":"a"},"x":[${'0,'.repeat(1_000_000)}0]}]}`,
    /: more than 1000000 values up to here$/,
  ],
  [
    'a message with very many values',
    'application/x-ndjson',
    `{"type":"snapshot","items":[${'0,'.repeat(1_000_000)}0]}\n`,
    /: more than 1000000 values up to here$/,
  ],
  [
    'an event with very many values',
    'text/event-stream',
    `data: {"type":"snapshot","items":[${'0,'.repeat(1_000_000)}0]}\n\n`,
    /: more than 1000000 values up to here$/,
  ],
];

describe('A source that says more than is read', () => {
  let source: SourceServer;
  beforeEach(async () => {
    source = await SourceServer.start();
  });
  afterEach(() => source.close());

  const connection = (answerMs?: number) =>
    new SourceConnection({
      token: () => undefined,
      userAgent: 'test',
      env: {},
      authority: undefined,
      ...(answerMs !== undefined && { answerMs }),
    });

  /** Reads it once; answers what was wanted by then, and what went wrong. */
  async function readOnce(clock = new FakeClock()): Promise<{ wanted: number; error: Error }> {
    const desired = new DesiredState({ namespace: undefined, byDefault: 'ns' }, 'one', () => {});
    const reading = readHttpSource(
      {
        url: new URL(source.url),
        connection: connection(),
        intervalMs: 1_000,
        once: true,
        clock,
        signal: new AbortController().signal,
        random: () => 0,
      },
      { message: (message) => void desired.take(message), connected: () => {}, trouble: () => {} },
    );
    const error = await reading.then(
      () => assert.fail('it was read'),
      (reason) => reason,
    );
    return { wanted: desired.items.length, error };
  }

  for (const [name, type, begin, piece, why] of tooMuch) {
    it(`is bad input at once: ${name}`, async () => {
      const sent = { bytes: 0 };
      source.answers = [large(type, begin, piece, sent)];
      const { error, wanted } = await readOnce();
      assert.ok(error instanceof BadInput, String(error));
      assert.equal(error.exitCode, exitCodes.badInput);
      assert.match(error.message, /^cannot read the source http:\S+: /);
      assert.match(error.message, why);
      assert.ok(wanted <= 10_000);
      // Not tried again for the first records of a stream, of which a list may stand beside it.
      assert.ok(source.requests.length <= 2, `${source.requests.length} requests`);
      assert.ok(sent.bytes < ALL, `${sent.bytes} bytes were read`);
    });
  }

  for (const [name, type, text, why] of unfolded) {
    it(`is bad input, of which nothing is taken in: ${name}`, async () => {
      const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text) };
      source.answers = [(_, response) => void response.writeHead(200, headers).end(text)];
      const { error, wanted } = await readOnce();
      assert.ok(error instanceof BadInput, String(error));
      assert.match(error.message, why);
      assert.equal(wanted, 0);
      assert.ok(source.requests.length <= 2, `${source.requests.length} requests`);
    });
  }

  it('is given up after a minute where it drips, also as a stream that only keeps itself alive', async () => {
    for (const type of ['application/json', 'text/event-stream'] as const) {
      source.requests.length = 0;
      source.answers = [stream(() => source, 'text/event-stream', [': hello\n\n'])];
      if (type === 'application/json') source.answers = [(_, response) => response.writeHead(200).write(' ')];
      const clock = new FakeClock();
      const reading = readOnce(clock);
      await until(() => source.requests.length === 1);
      for (let second = 0; second < 59; second += 1) {
        source.say(':\n');
        await clock.advance(1_000);
      }
      await clock.advance(2_000);
      const { error } = await reading;
      assert.ok(error instanceof Failure && error.exitCode === exitCodes.failed);
      assert.match(error.message, /no complete state after 60s$/);
      assert.equal(clock.pending, 0);
    }
  });

  it('is not waited for where it stops in the middle of a list', async () => {
    source.answers = [(_, response) => response.writeHead(200).write('[')];
    const signal = AbortSignal.timeout(10_000);
    const answer = await connection(50).request({ method: 'GET', url: new URL(source.url), headers: {}, signal });
    await assert.rejects(answer.text(), /its answer did not arrive within 0\.05s/);
  });

  it('is not waited for where it answers that it will, again and again', async () => {
    source.answers = [
      (_, response) => {
        const more = setInterval(() => response.writeProcessing(), 5);
        response.on('close', () => clearInterval(more));
      },
    ];
    const signal = AbortSignal.timeout(10_000);
    const asked = connection(200).request({ method: 'GET', url: new URL(source.url), headers: {}, signal });
    await assert.rejects(asked, /^Error: no answer after 0\.2s$/);
  });

  it('ends with its status, although what it says of that never ends', async () => {
    for (const [status, why] of [
      [401, /answered 401/],
      [302, /redirects/],
    ] as const) {
      source.answers = [(_, response) => response.writeHead(status, { location: '/x' }).write('no')];
      const signal = AbortSignal.timeout(10_000);
      const asked = connection().request({ method: 'GET', url: new URL(source.url), headers: {}, signal });
      await assert.rejects(asked, why);
    }
  });

  it('goes on after an id that a header takes only as UTF-8', async () => {
    const stop = new AbortController();
    const clock = new FakeClock();
    source.answers = [
      (_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end(`${sse({ type: 'snapshot', items: [] }, '日本')}${sse({ type: 'heartbeat' }, 'bad\u001bid')}`),
    ];
    const reading = readHttpSource(
      {
        url: new URL(source.url),
        connection: connection(),
        intervalMs: 1_000,
        once: false,
        clock,
        signal: stop.signal,
        random: () => 0,
      },
      { message: () => {}, connected: () => {}, trouble: () => {} },
    );
    await until(() => clock.pending === 1);
    await clock.advance(1_000);
    await until(() => source.requests.length === 2);
    stop.abort();
    await reading;
    const said = source.requests[1]?.headers['last-event-id'] ?? '';
    assert.equal(Buffer.from(String(said), 'latin1').toString('utf8'), '日本');
  });
});

describe('What a stream may ask for', () => {
  it('is a pause of five minutes at most', () => {
    const parser = new EventStreamParser();
    parser.line(`retry: ${'9'.repeat(30)}`);
    assert.equal(parser.retryMs, 300_000);
  });

  it('is no event of millions of lines that say nothing', () => {
    const parser = new EventStreamParser();
    let lines = 0;
    assert.throws(() => {
      for (; lines < 4_000_000; lines += 1) parser.line('data:');
    }, /an event of more than 16 MiB/);
    assert.ok(lines > 100_000);
  });

  it('is no id that cannot be sent back', () => {
    const parser = new EventStreamParser('before');
    for (const id of ['a\u001b', 'x'.repeat(5_000), 'a\0']) parser.line(`id: ${id}`);
    parser.line('data: 1');
    assert.equal(parser.line('')?.lastEventId, 'before');
  });
});
