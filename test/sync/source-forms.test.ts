import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backoffMs } from '../../src/sync/backoff.ts';
import { derivedOwner } from '../../src/sync/derived-owner.ts';
import { parseList } from '../../src/sync/desired/list-text.ts';
import { givenOwner } from '../../src/sync/ownership.ts';
import { logsAddress } from '../../src/sync/report/answer-logs.ts';
import { checkedAddress } from '../../src/sync/source/address.ts';
import { parseMessage } from '../../src/sync/source/message.ts';
import { EventStreamParser } from '../../src/sync/source/server-sent-events.ts';

describe('Server-sent events', () => {
  it('end with an empty line; ids and comments are no data', () => {
    const parser = new EventStreamParser('0');
    const lines = [': hello', 'retry: 250', 'id: 7', 'data: {"a":', 'data: 1}', '', 'data: half'];
    const events = lines.flatMap((line) => parser.line(line) ?? []);
    assert.deepEqual(events, [{ data: '{"a":\n1}', lastEventId: '7' }]);
    assert.equal(parser.retryMs, 250);
  });
});

describe('Messages', () => {
  for (const text of [
    '{',
    '[]',
    '{"type":"snapshot"}',
    '{"type":"upsert"}',
    '{"type":"delete"}',
    '{"type":"other"}',
    '{"type":"logs"}',
  ]) {
    it(`are not ${text}`, () => assert.throws(() => parseMessage(text, 'stream')));
  }
});

describe('A list', () => {
  const count = (text: string) => parseList(text, 'list').records.length;
  it('is an array, an object with items, JSON lines, YAML documents or one record', () => {
    assert.equal(count('[{"id":"a"},{"id":"b"}]'), 2);
    assert.equal(count('{"items":[]}'), 0);
    assert.equal(count('{"id":"a"}\n{"id":"b"}\n'), 2);
    assert.equal(count('id: a\n---\nid: b\n'), 2);
    assert.equal(count('{"id":"a"}'), 1);
    assert.equal(parseList('{"revision":7,"items":[]}', 'list').revision, '7');
  });
  for (const text of ['', '\n', '# nothing\n', '---\n---\n']) {
    it(`does not even say that nothing is wanted: ${JSON.stringify(text)}`, () =>
      assert.equal(parseList(text, 'list').isBlank, true));
  }
  for (const text of ['[]', '{"items":[]}', 'items: []\n']) {
    it(`says that nothing is wanted: ${JSON.stringify(text)}`, () => {
      const { isBlank, records } = parseList(text, 'list');
      assert.deepEqual([isBlank, records], [false, []]);
    });
  }
  for (const text of ['null', '~', '--- null\n', 'id: a\n---\nnull\n---\nid: b\n', '{"id":"a"}\nnull\n']) {
    it(`is none where null stands for a record: ${JSON.stringify(text)}`, () =>
      assert.throws(() => count(text), /^Error: list:\d+:\d+: expected records, each an object, found nothing$/));
  }
  it('is not one that is cut off', () => assert.throws(() => count('{"items":[{"id":"a"},{"id')));
});

describe('Waiting between tries', () => {
  it('doubles from 1 s to 30 s, less up to half by chance', () => {
    assert.deepEqual(
      [1, 2, 3, 5, 6, 50].map((failures) => backoffMs(failures, 0)),
      [1_000, 2_000, 4_000, 16_000, 30_000, 30_000],
    );
    assert.equal(backoffMs(1, 1), 500);
  });
});

describe('Addresses', () => {
  for (const [text, why] of [
    ['http://source.example/x', /not https/],
    ['https://user:secret@source.example/x', /--token-file/],
    ['https://source.example/x?token=abc', /--token-file/],
    ['ftp://source.example', /expected an https address/],
  ] as const) {
    it(`are not ${text}, and the refusal holds no secret`, () => {
      assert.throws(
        () => checkedAddress('SOURCE', text, false),
        (error: Error) => why.test(error.message) && !/secret@|abc/.test(error.message),
      );
    });
  }

  it('give an owner that no token and no query changes', () => {
    const owner = derivedOwner(['https://source.example/team/desired']);
    assert.match(owner, /^source-example-[0-9a-f]{8}$/);
    assert.equal(derivedOwner(['https://source.example/team/desired?since=3']), owner);
    assert.notEqual(derivedOwner(['https://source.example/team']), owner);
    assert.throws(() => derivedOwner(['-']), /standard input/);
    assert.throws(() => givenOwner('a b'), /--owner/);
  });

  it('of logs stand beside those of reports', () => {
    assert.equal(logsAddress(new URL('https://s.example/team/status?x=1')).href, 'https://s.example/team/logs?x=1');
  });
});
