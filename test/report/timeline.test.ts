import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failedWith, POD, step, timelineOf, wentWell } from './sample-reports.ts';

describe('The timeline of a command', () => {
  const whole = timelineOf(wentWell);
  const [iris] = whole.deployments;
  const since = (time: number) => time - whole.start;

  it('has each step from its beginning to its end', () => {
    assert.deepEqual(
      iris?.steps.map(({ step: name, state, from, to }) => [name, state, since(from), since(to)]),
      [
        ['apply', 'succeeded', 0, 10],
        ['wait-available', 'succeeded', 10, 1_000],
        ['delete', 'succeeded', 1_000, 1_010],
      ],
    );
  });

  it('has the life of each pod, one state after the other until it is gone', () => {
    assert.equal(iris?.pods.length, 1);
    const [pod] = iris?.pods ?? [];
    assert.equal(pod?.name, POD);
    assert.deepEqual(
      pod?.spans.map(({ status, ready, from, to }) => [status, ready, since(from), since(to)]),
      [
        ['Pending', false, 200, 1_000],
        ['Running', true, 1_000, 1_500],
        ['Terminating', false, 1_500, 2_000],
      ],
    );
  });

  it('has the replicas whenever they changed, and when the Deployment went', () => {
    const [line] = iris?.replicas ?? [];
    assert.deepEqual(
      line?.points.map(({ desired, available, time }) => [desired, available, since(time)]),
      [
        [1, 0, 100],
        [1, 1, 1_000],
      ],
    );
    assert.equal(since(line?.gone ?? 0), 2_000);
  });

  it('has an Event once, as it was last, with each time that it was told', () => {
    assert.deepEqual(
      iris?.events.map(({ event, times }) => [event.count, times.map(since)]),
      [[2, [500, 500]]],
    );
  });

  it('ends what has not ended with the last that was told', () => {
    const cut = timelineOf(wentWell.slice(0, 7));
    const [one] = cut.deployments;
    assert.deepEqual(
      one?.steps.map(({ state, to }) => [state, to - cut.start]),
      [
        ['succeeded', 10],
        ['unfinished', 500],
      ],
    );
    assert.deepEqual(
      one?.pods[0]?.spans.map(({ to }) => to - cut.start),
      [500],
    );
    assert.deepEqual([cut.outcome, one?.outcome], ['unfinished', 'unfinished']);
  });

  it('keeps two steps of one name apart', () => {
    const [one] = timelineOf([
      step(0, 'scale', 'started'),
      step(1, 'scale', 'succeeded'),
      step(2, 'scale', 'started'),
      step(4, 'scale', 'failed'),
    ]).deployments;
    assert.deepEqual(
      one?.steps.map(({ state, from, to }) => [state, to - from]),
      [
        ['succeeded', 1_000],
        ['failed', 2_000],
      ],
    );
  });

  it('knows a deployment that was told of only in the summary', () => {
    const [one] = timelineOf(failedWith('broken').slice(-1)).deployments;
    assert.deepEqual([one?.name, one?.outcome], ['iris', 'failed']);
  });
});
