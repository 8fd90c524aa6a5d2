import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Unreachable } from '../../src/cluster/api-failure.ts';
import { BadInput, exitCodes, Failure, Interrupted } from '../../src/failures.ts';
import { NoSuccess, type Prediction } from '../../src/predict/predict.ts';
import { type Asking, latencies, type Outcome, predictMany } from '../../src/predict/predict-many.ts';
import { FakeClock } from '../fake-clock.ts';

describe('Latencies', () => {
  const to = (count: number) => Array.from({ length: count }, (_, index) => count - index);
  for (const [sentence, durations, expected] of [
    ['are all the same of one', [7], { p50: 7, p90: 7, p99: 7, max: 7 }],
    ['are durations that were measured, not means of two', [1, 10], { p50: 1, p90: 10, p99: 10, max: 10 }],
    ['leave out the slowest of a hundred', to(100), { p50: 50, p90: 90, p99: 99, max: 100 }],
    ['leave out ten of a thousand', to(1000), { p50: 500, p90: 900, p99: 990, max: 1000 }],
  ] as const) {
    it(sentence, () => assert.deepEqual(latencies(durations), expected));
  }
});

async function* numbers(count: number, read: (item: number) => void = () => {}) {
  for (let item = 0; item < count; item += 1) {
    read(item);
    yield item;
  }
}

const prediction = (pod?: string): Prediction => ({ body: '{}', status: 200, pod, durationMs: 0 }) as Prediction;

describe('Many that are asked for', () => {
  const asking = (more: Partial<Omit<Asking, 'clock'>> = {}) => ({
    atATime: 1,
    retries: 0,
    clock: new FakeClock(),
    signal: new AbortController().signal,
    ...more,
  });
  const busy = new NoSuccess(503, undefined, 'cannot ask', {});
  const broken = new NoSuccess(500, '{}', 'answered 500', {});
  const slow = new Failure(exitCodes.timedOut, 'has not answered');
  const gone = new Failure(exitCodes.clusterNotReady, 'gone', {
    cause: new Unreachable('https://server', new Error('reset')),
  });

  it('are no more at a time than is said, and none is read before its turn', async () => {
    let [underWay, most, read] = [0, 0, 0];
    const ask = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      assert.ok(read <= 10);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      read -= 1;
      return prediction('a');
    };
    const all = await predictMany(
      numbers(100, () => (read += 1)),
      asking({ atATime: 7 }),
      ask,
      () => {},
    );
    assert.deepEqual([most, all.asked, all.durations.length, all.failed], [7, 100, 100, 0]);
    assert.deepEqual([...all.pods], [['a', 100]]);
  });

  it('go on after one that fails, and say the first', async () => {
    const failures = [undefined, broken, slow, new BadInput('no input'), undefined];
    const told: (number | undefined)[] = [];
    const ask = async (item: number) => {
      const failure = failures[item];
      if (failure) throw failure;
      return prediction();
    };
    const tell = (_: number, { failure }: Outcome) => told.push(failure?.exitCode);
    const all = await predictMany(numbers(5), asking(), ask, tell);
    assert.deepEqual([all.asked, all.durations.length, all.failed, all.firstFailure], [5, 2, 3, broken]);
    assert.deepEqual(told, [undefined, 5, 4, 2, undefined]);
    assert.equal(all.error, undefined);
  });

  for (const [what, failure, attempts] of [
    ['nobody there', busy, 3],
    ['no answer in time', slow, 3],
    ['a lost connection', gone, 3],
    ['an error of the model’s own', broken, 1],
    ['what is no input', new BadInput('no input'), 1],
  ] as const) {
    it(`are asked again after ${what}${attempts === 1 ? ' never' : ', later each time'}`, async () => {
      const how = asking({ retries: 2 });
      const begun = how.clock.now();
      const times: number[] = [];
      const ask = async () => {
        times.push(how.clock.now() - begun);
        if (times.length < 3) throw failure;
        return prediction();
      };
      const outcomes: Outcome[] = [];
      const done = predictMany(numbers(1), how, ask, (_, outcome) => outcomes.push(outcome));
      for (const wait of [500, 1000]) {
        await new Promise((resolve) => setImmediate(resolve));
        how.clock.turn(wait);
      }
      const all = await done;
      assert.deepEqual(times, [0, 500, 1500].slice(0, attempts));
      assert.deepEqual([all.failed, outcomes[0]?.attempts], [attempts === 1 ? 1 : 0, attempts]);
    });
  }

  it('end with what is wrong with all of them, and begin no other', async () => {
    const ask = async (item: number) => {
      if (item === 2) throw gone;
      return prediction();
    };
    const all = await predictMany(numbers(10), asking(), ask, () => {});
    assert.deepEqual([all.asked, all.durations.length, all.failed, all.error], [3, 2, 0, gone]);
  });

  it('end when the user wants it, with what was asked by then', async () => {
    const stop = new AbortController();
    const reason = new Interrupted(exitCodes.interrupted);
    const ask = async (item: number) => {
      if (item === 3) stop.abort(reason);
      stop.signal.throwIfAborted();
      return prediction();
    };
    const all = await predictMany(numbers(10), asking({ signal: stop.signal }), ask, () => {});
    assert.deepEqual([all.asked, all.durations.length, all.failed, all.error], [4, 3, 0, reason]);
  });

  it('begin no more often than the rate allows', async () => {
    const how = asking({ atATime: 10, aSecond: 4 });
    const begun = how.clock.now();
    const times: number[] = [];
    const ask = async () => {
      times.push(how.clock.now() - begun);
      return prediction();
    };
    const done = predictMany(numbers(4), how, ask, () => {});
    for (let wait = 0; wait < 4; wait += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      how.clock.turn(250);
    }
    await done;
    assert.deepEqual(times, [0, 250, 500, 750]);
  });
});
