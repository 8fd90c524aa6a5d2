import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TooLarge } from '../../src/cluster/answer-limits.ts';
import { GatheredText, type LineOptions, linesOf } from '../../src/text/lines.ts';

async function read(options: Partial<LineOptions>, ...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const stream = (async function* () {
    yield* chunks.map((chunk) => (typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk));
  })();
  const found: string[] = [];
  for await (const { line, ended } of linesOf(stream, { most: 100, ...options })) found.push(`${line} ${ended}`);
  return found;
}

describe('Lines of a stream', () => {
  it('come whole, however they are cut', async () => {
    const [head, tail] = [new TextEncoder().encode('é').slice(0, 1), new TextEncoder().encode('é').slice(1)];
    assert.deepEqual(await read({}, 'a', '\nb\r\nc', head, tail, '\nd'), ['a true', 'b\r true', 'cé true', 'd false']);
  });

  it('may be ended by carriage returns, of which one before a line feed is no other end', async () => {
    const found = await read({ carriageReturns: true }, 'a\r', '\nb\n', 'c', 'é\rd');
    assert.deepEqual(found, ['a true', 'b true', 'cé true', 'd false']);
  });

  it('without end come in pieces, where that does no harm', async () => {
    assert.deepEqual(await read({ most: 5 }, 'aaa', 'bbb', 'c\nd', '\n'), ['aaabbb true', 'c true', 'd true']);
  });

  it('without end are refused elsewhere', async () => {
    const tooLong = () => new TooLarge('a line', 5);
    await assert.rejects(read({ most: 5, tooLong }, 'a\n', 'aaa', 'bbb'), /a line is larger than/);
  });
});

describe('Text that comes in pieces', () => {
  it('is whole and in order, however many there are', () => {
    const text = new GatheredText();
    for (let count = 0; count < 10_000; count += 1) text.add(String(count % 10));
    assert.equal(text.length, 10_000);
    assert.equal(text.take(), '0123456789'.repeat(1_000));
  });

  it('is another one after it was taken', () => {
    const text = new GatheredText();
    text.add('first');
    text.take();
    assert.deepEqual([text.length, text.take()], [0, '']);
    text.add('second');
    assert.equal(text.take(), 'second');
  });
});
