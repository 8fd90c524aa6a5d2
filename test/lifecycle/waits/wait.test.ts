import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, done, failed, waiting } from '../../../src/lifecycle/waits/answer.ts';
import { type WaitEnd, wait } from '../../../src/lifecycle/waits/wait.ts';
import { FakeClock } from '../../fake-clock.ts';

/** A wait whose answer a test changes by hand. */
function waitingFor(first: Answer, timeoutMs = 10_000, settleMs = 0) {
  const clock = new FakeClock();
  const abort = new AbortController();
  const said: string[] = [];
  const listeners = new Set<() => void>();
  let answer = first;
  let asked = 0;
  const question = () => {
    asked += 1;
    return answer;
  };
  const end = wait(question, {
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onWaiting: (what) => said.push(what),
    clock,
    timeoutMs,
    settleMs,
    signal: abort.signal,
  });
  return {
    clock,
    abort,
    said,
    listeners,
    end: end as Promise<WaitEnd>,
    asked: () => asked,
    answerWith(next: Answer) {
      answer = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

describe('A wait', () => {
  it('ends at once when the answer is there already', async () => {
    assert.deepEqual(await waitingFor(done).end, { state: 'done' });
  });

  it('asks again only when something changed, however long it takes', async () => {
    const it = waitingFor(waiting('a pod'));
    await it.clock.advance(9_999);
    assert.equal(it.asked(), 1);
    it.answerWith(done);
    assert.deepEqual(await it.end, { state: 'done' });
    assert.equal(it.asked(), 2);
  });

  it('says what it waits for once, and again when that becomes something else', async () => {
    const it = waitingFor(waiting('a'));
    it.answerWith(waiting('a'));
    it.answerWith(waiting('b'));
    it.answerWith(waiting('b'));
    assert.deepEqual(it.said, ['a', 'b']);
  });

  it('ends with the reason when it cannot be done any more', async () => {
    const it = waitingFor(waiting('a'));
    it.answerWith(failed('gone'));
    assert.deepEqual(await it.end, { state: 'failed', why: 'gone' });
  });

  it('ends when its time is up, with what it waited for and since when', async () => {
    const it = waitingFor(waiting('a'), 10_000);
    await it.clock.advance(4_000);
    it.answerWith(waiting('b'));
    await it.clock.advance(6_000);
    assert.deepEqual(await it.end, { state: 'timed-out', waitedFor: 'b', sinceMs: 6_000 });
  });

  it('with no time at all asks once', async () => {
    const it = waitingFor(waiting('a'), 0);
    await it.clock.advance(0);
    assert.deepEqual(await it.end, { state: 'timed-out', waitedFor: 'a', sinceMs: 0 });
  });

  it('ends when it is interrupted', async () => {
    const it = waitingFor(waiting('a'));
    it.abort.abort();
    assert.deepEqual(await it.end, { state: 'interrupted', waitedFor: 'a', sinceMs: 0 });
  });

  describe('that has to settle', () => {
    it('ends when the answer has stayed the same for that long', async () => {
      const it = waitingFor(waiting('a'), 10_000, 1_000);
      it.answerWith(done);
      await it.clock.advance(999);
      assert.deepEqual(it.said, ['a', 'nothing to change for 1.0s']);
      assert.equal(it.listeners.size, 1);
      await it.clock.advance(1);
      assert.deepEqual(await it.end, { state: 'done' });
      assert.equal(it.listeners.size, 0);
      assert.equal(it.clock.pending, 0);
    });

    it('settles from the first time that it was done, not from the last change', async () => {
      const it = waitingFor(done, 10_000, 1_000);
      await it.clock.advance(600);
      it.answerWith(done);
      await it.clock.advance(400);
      assert.deepEqual(await it.end, { state: 'done' });
    });

    it('begins anew when it was not done in between', async () => {
      const it = waitingFor(done, 10_000, 1_000);
      await it.clock.advance(900);
      it.answerWith(waiting('a restart'));
      await it.clock.advance(900);
      assert.equal(it.said.at(-1), 'a restart');
      it.answerWith(done);
      await it.clock.advance(999);
      assert.equal(it.listeners.size, 1);
      await it.clock.advance(1);
      assert.deepEqual(await it.end, { state: 'done' });
    });

    it('asks once more at the end, for what no change has told', async () => {
      let answer: Answer = done;
      const clock = new FakeClock();
      const { signal } = new AbortController();
      const rest = { onChange: () => () => {}, onWaiting: () => {}, clock, signal };
      const end = wait(() => answer, { ...rest, timeoutMs: 10_000, settleMs: 1_000 });
      answer = waiting('a');
      await clock.advance(10_000);
      assert.deepEqual(await end, { state: 'timed-out', waitedFor: 'a', sinceMs: 9_000 });
    });

    it('fails at once', async () => {
      const it = waitingFor(done, 10_000, 1_000);
      it.answerWith(failed('gone'));
      assert.deepEqual(await it.end, { state: 'failed', why: 'gone' });
      assert.equal(it.clock.pending, 0);
    });

    it('is not done when its time is up before', async () => {
      const it = waitingFor(done, 500, 1_000);
      await it.clock.advance(500);
      const waitedFor = 'nothing to change for 1.0s';
      assert.deepEqual(await it.end, { state: 'timed-out', waitedFor, sinceMs: 500 });
    });
  });

  it('leaves no listener and no timer behind', async () => {
    const it = waitingFor(waiting('a'));
    it.answerWith(done);
    await it.end;
    assert.equal(it.listeners.size, 0);
    assert.equal(it.clock.pending, 0);
  });
});
