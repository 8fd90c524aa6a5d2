import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { linkedSignal } from '../src/linked-signal.ts';

const listeners = (...signals: AbortSignal[]) => signals.map((signal) => getEventListeners(signal, 'abort').length);

describe('A linked signal', () => {
  it('aborts with the first of the others, for its reason, and is done with all of them then', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const { signal } = linkedSignal(one.signal, undefined, other.signal);
    assert.equal(signal.aborted, false);
    other.abort('why');
    assert.equal(signal.reason, 'why');
    assert.deepEqual(listeners(one.signal, other.signal), [0, 0]);
  });

  it('is aborted from the beginning where one of the others is', () => {
    const { signal } = linkedSignal(new AbortController().signal, AbortSignal.abort('before'));
    assert.equal(signal.reason, 'before');
  });

  it('does not abort any more once it is released, and leaves nothing behind', () => {
    const one = new AbortController();
    const links = Array.from({ length: 1_000 }, () => linkedSignal(one.signal));
    assert.deepEqual(listeners(one.signal), [1_000]);
    for (const { release } of links) release();
    assert.deepEqual(listeners(one.signal), [0]);
    one.abort();
    assert.equal(links.filter(({ signal }) => signal.aborted).length, 0);
  });
});
