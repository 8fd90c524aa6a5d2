import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UsageOfPods } from '../../../src/lifecycle/overview/pod-usage.ts';
import { PolledUsage } from '../../../src/lifecycle/overview/polled-usage.ts';
import { FakeClock } from '../../fake-clock.ts';

const using =
  (nanocores: number): UsageOfPods =>
  () => ({ nanocores, bytes: 0, containers: [] });

function polled(answers: readonly (number | 'refused')[]) {
  const clock = new FakeClock();
  const stop = new AbortController();
  const told: string[] = [];
  let reads = 0;
  let changes = 0;
  const usage = new PolledUsage(
    async (tell) => {
      const answer = answers[Math.min(reads, answers.length - 1)];
      reads += 1;
      if (typeof answer === 'number') return using(answer);
      tell('refused');
      return undefined;
    },
    { changed: () => (changes += 1), tell: (text) => told.push(text) },
    { clock, signal: stop.signal },
  );
  return { usage, clock, stop, told, counts: () => [reads, changes] };
}

describe('What pods use, while it is watched', () => {
  it('is read every 15 seconds until the end', async () => {
    const { usage, clock, stop, counts } = polled([1, 2]);
    await usage.open();
    assert.deepEqual([usage.known?.('ns', 'p')?.nanocores, counts()], [1, [1, 0]]);
    await clock.advance(14_000);
    assert.deepEqual(counts(), [1, 0]);
    await clock.advance(1_000);
    assert.deepEqual([usage.known?.('ns', 'p')?.nanocores, counts()], [2, [2, 1]]);
    stop.abort();
    await clock.advance(60_000);
    assert.deepEqual(counts(), [2, 1]);
  });

  it('is not known any more where it may not be read any more, which is told once', async () => {
    const { usage, clock, told } = polled([1, 'refused']);
    await usage.open();
    await clock.advance(15_000);
    await clock.advance(15_000);
    assert.ok(usage.known);
    assert.deepEqual([usage.known('ns', 'p'), told], [undefined, ['refused']]);
  });

  it('is nothing where it never could be read', async () => {
    const { usage, clock } = polled(['refused']);
    await usage.open();
    await clock.advance(15_000);
    assert.equal(usage.known, undefined);
  });
});
