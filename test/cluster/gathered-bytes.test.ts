import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatheredBytes } from '../../src/cluster/gathered-bytes.ts';

describe('Bytes that come in pieces', () => {
  it('are whole, and take about as much memory as they are, however small the pieces', () => {
    const bytes = new GatheredBytes();
    for (let count = 0; count < 300_000; count += 1) bytes.add(Buffer.from([count % 251]));
    const whole = bytes.whole();
    assert.equal(whole.length, 300_000);
    assert.ok(whole.every((byte, index) => byte === index % 251));
    assert.ok(whole.buffer.byteLength <= 2 * whole.length);
  });

  it('are none at first', () => assert.equal(new GatheredBytes().whole().length, 0));
});
