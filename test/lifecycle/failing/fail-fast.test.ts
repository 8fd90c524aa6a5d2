import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { FailFast } from '../../../src/lifecycle/failing/fail-fast.ts';
import { done, waiting } from '../../../src/lifecycle/waits/answer.ts';
import { FakeClock } from '../../fake-clock.ts';
import { observed } from '../observed.ts';

const pods = (reason: string) =>
  `[{kind: Pod, metadata: {name: x, uid: u-p}, status: {containerStatuses: [{name: c, restartCount: 0, state: {waiting: {reason: ${reason}}}}]}}]`;
const transient = observed({ pods: pods('ErrImagePull') });
const final = observed({ pods: pods('InvalidImageName') });
const healthy = observed({});

describe('Failing fast, with 10 s of grace', () => {
  let clock: FakeClock;
  let failFast: FailFast;
  let asked: number;

  beforeEach(() => {
    clock = new FakeClock();
    failFast = new FailFast(10_000, clock);
    asked = 0;
    failFast.onDue(() => {
      asked += 1;
    });
  });

  const judge = (seen: typeof healthy) => failFast.judge(waiting('a pod'), seen).state;

  it('lets a wait without blockers go on', () => assert.equal(judge(healthy), 'waiting'));

  it('ends at once for what no time mends', () => {
    assert.equal(judge(final), 'failed');
    assert.equal(failFast.found?.pod?.container, 'c');
  });

  it('bears what pods lack that were there before a change, for 10 s, whatever the grace; others end it at once', async () => {
    const after = new FailFast(0, clock, { isChanged: true });
    const judgeAfter = (seen: typeof healthy) => after.judge(waiting('a pod'), seen).state;
    assert.equal(judgeAfter(final), 'waiting');
    await clock.advance(9_999);
    assert.equal(judgeAfter(final), 'waiting');
    await clock.advance(1);
    assert.equal(judgeAfter(final), 'failed');
    const later = new FailFast(0, clock, { isChanged: true });
    assert.equal(later.judge(waiting('a pod'), healthy).state, 'waiting');
    const another = observed({ pods: pods('InvalidImageName').replace('u-p', 'u-new') });
    assert.equal(later.judge(waiting('a pod'), another).state, 'failed');
  });

  it('never overrules an answer', () => assert.equal(failFast.judge(done, final).state, 'done'));

  it('ends when a blocker has been there for the grace time, without anything having changed', async () => {
    assert.equal(judge(transient), 'waiting');
    await clock.advance(9_999);
    assert.equal(asked, 0);
    await clock.advance(1);
    assert.equal(asked, 1);
    assert.equal(judge(transient), 'failed');
  });

  it('ends too when it is woken late: nobody looks between changes', () => {
    judge(transient);
    clock.turn(10_500);
    assert.equal(asked, 1);
    assert.equal(judge(transient), 'failed');
  });

  it('counts one blocker through its ups and downs', async () => {
    judge(transient);
    await clock.advance(4_000);
    judge(healthy);
    await clock.advance(4_000);
    judge(transient);
    await clock.advance(2_000);
    assert.equal(judge(transient), 'failed');
  });

  it('begins anew with one that had gone away for longer', async () => {
    judge(transient);
    judge(healthy);
    await clock.advance(10_001);
    assert.equal(judge(transient), 'waiting');
  });

  it('does not wake anybody for a blocker that is gone', async () => {
    judge(transient);
    judge(healthy);
    await clock.advance(60_000);
    assert.equal(asked, 0);
  });
});
