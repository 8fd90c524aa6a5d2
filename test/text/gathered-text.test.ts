import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatheredText } from '../../src/text/gathered-text.ts';

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
