import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WorkQueue } from '../../src/sandbox/work-queue.ts';
import { FakeClock } from '../fake-clock.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the work queue', () => {
  it('works on a key once, however often it was added', async () => {
    const done: string[] = [];
    const queue = new WorkQueue(new FakeClock(), async (key) => void done.push(key));
    for (const key of ['a', 'b', 'a']) queue.add(key);
    queue.start();
    await settled();
    assert.deepEqual(done, ['a', 'b']);
  });

  it('takes a key that is added during its work up again afterwards, never twice at a time', async () => {
    const log: string[] = [];
    const work = async (key: string) => {
      log.push(`begin ${key}`);
      if (log.length === 1) queue.add(key);
      await settled();
      log.push(`end ${key}`);
    };
    const queue = new WorkQueue(new FakeClock(), work, { workers: 4 });
    queue.start();
    queue.add('a');
    await settled();
    await settled();
    await settled();
    assert.deepEqual(log, ['begin a', 'end a', 'begin a', 'end a']);
  });

  it('retries after 5 ms, doubled up to 1000 s, and at 5 ms again after a success', async () => {
    const clock = new FakeClock();
    let fails = true;
    const queue = new WorkQueue(clock, async () => {
      if (fails) throw new Error('no');
    });
    queue.start();
    queue.add('a');
    const delays: (number | undefined)[] = [];
    for (let times = 0; times < 20; times++) {
      await settled();
      delays.push(clock.next);
      clock.turn(clock.next ?? 0);
    }
    assert.deepEqual(delays.slice(0, 5), [5, 10, 20, 40, 80]);
    assert.deepEqual(delays.slice(-2), [1_000_000, 1_000_000]);
    fails = false;
    await settled();
    clock.turn(clock.next ?? 0);
    await settled();
    fails = true;
    queue.add('a');
    await settled();
    assert.equal(clock.next, 5);
  });

  it('stops without waiting for retries', async () => {
    const clock = new FakeClock();
    const queue = new WorkQueue(clock, () => Promise.reject(new Error('no')));
    queue.start();
    queue.add('a');
    await settled();
    await queue.stop();
    assert.equal(clock.next, undefined);
  });

  it('takes nothing up that is added after its end', async () => {
    const clock = new FakeClock();
    const done: string[] = [];
    const queue = new WorkQueue(clock, (key) => void done.push(key)).start();
    await queue.stop();
    queue.add('a');
    queue.addAfter('b', 5);
    assert.deepEqual({ done, next: clock.next }, { done: [], next: undefined });
  });

  it('works on what is added after its reaction time, and on what is delayed when that is due', async () => {
    const clock = new FakeClock();
    const done: string[] = [];
    const queue = new WorkQueue(clock, (key) => void done.push(`${key} at ${clock.now()}`), { reactionMs: 2 }).start();
    const begin = clock.now();
    queue.addAfter('later', 10);
    queue.addAfter('sooner', 10);
    queue.addAfter('sooner', 20);
    queue.add('sooner');
    queue.addAfter('dropped', 5);
    queue.drop('dropped');
    await clock.advance(30);
    assert.deepEqual(done, [`sooner at ${begin + 2}`, `later at ${begin + 10}`]);
  });
});
