import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterEach, sleep } from '../src/clock.ts';
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

describe('afterEach', () => {
  const called = (clock: FakeClock, stopAt?: number) => {
    const times: number[] = [];
    const start = clock.now();
    const cancel = afterEach(
      clock,
      [500, 1_000, 1_000, 60_000].map((milliseconds) => [
        milliseconds,
        () => {
          times.push(clock.now() - start);
          if (times.length === stopAt) cancel();
        },
      ]),
    );
    return { times, cancel };
  };

  it('calls back each at its time, with one timer at a time', async () => {
    const clock = new FakeClock();
    const { times } = called(clock);
    assert.equal(clock.pending, 1);
    await clock.advance(999);
    assert.deepEqual(times, [500]);
    await clock.advance(60_000);
    assert.deepEqual(times, [500, 1_000, 1_000, 60_000]);
    assert.equal(clock.pending, 0);
  });

  it('is late no longer than what holds it up', async () => {
    const clock = new FakeClock();
    const { times } = called(clock);
    clock.turn(900); // As when something else is being done just then.
    await clock.advance(100);
    assert.deepEqual(times, [900, 1_000, 1_000]);
  });

  it('calls back none any more once it is cancelled, be it by one of them', async () => {
    const clock = new FakeClock();
    const { times, cancel } = called(clock);
    await clock.advance(500);
    cancel();
    const byItself = called(clock, 2);
    assert.equal(clock.pending, 1);
    await clock.advance(60_000);
    assert.deepEqual([times, byItself.times], [[500], [500, 1_000]]);
    assert.equal(clock.pending, 0);
  });
});
