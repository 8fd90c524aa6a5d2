import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sleep } from '../src/clock.ts';
import { FakeClock } from './fake-clock.ts';

describe('sleep', () => {
  it('lasts as long as it should', async () => {
    const clock = new FakeClock();
    let awake = false;
    void sleep(clock, 500).then(() => {
      awake = true;
    });
    await clock.advance(499);
    assert.equal(awake, false);
    await clock.advance(1);
    assert.equal(awake, true);
  });

  it('ends at once when the signal aborts, and leaves no timer', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const asleep = sleep(clock, 500, stop.signal);
    stop.abort();
    await asleep;
    assert.equal(clock.pending, 0);
  });

  it('does not begin when the signal is aborted already', async () => {
    const clock = new FakeClock();
    await sleep(clock, 500, AbortSignal.abort());
    assert.equal(clock.pending, 0);
  });
});
