import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { concurrencyLimiter } from '../src/concurrency-limiter.ts';

describe('Taking turns', () => {
  it('lets so many go at a time, and the others in the order of their coming', async () => {
    const inTurn = concurrencyLimiter(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const works = [0, 1, 2, 3].map((number) =>
      inTurn(async () => {
        begun.push(number);
        await new Promise<void>((resolve) => {
          ends[number] = resolve;
        });
        return number;
      }),
    );
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.();
    await setImmediate();
    assert.deepEqual(begun, [0, 1, 2]);
    ends[0]?.();
    await setImmediate();
    assert.deepEqual(begun, [0, 1, 2, 3]);
    ends[2]?.();
    ends[3]?.();
    assert.deepEqual(await Promise.all(works), [0, 1, 2, 3]);
  });

  it('goes on after one that failed', async () => {
    const inTurn = concurrencyLimiter(1);
    const failing = inTurn(() => Promise.reject(new Error('broken')));
    const next = inTurn(() => Promise.resolve('next'));
    await assert.rejects(failing, /broken/);
    assert.equal(await next, 'next');
  });
});
