import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { latencies } from '../../src/predict/predict-repeatedly.ts';

describe('Latencies', () => {
  const to = (count: number) => Array.from({ length: count }, (_, index) => count - index);
  for (const [sentence, durations, expected] of [
    ['are all the same of one', [7], { min: 7, median: 7, p99: 7 }],
    ['are durations that were measured, not means of two', [1, 10], { min: 1, median: 1, p99: 10 }],
    ['leave out the slowest of a hundred', to(100), { min: 1, median: 50, p99: 99 }],
    ['leave out ten of a thousand', to(1000), { min: 1, median: 500, p99: 990 }],
  ] as const) {
    it(sentence, () => assert.deepEqual(latencies(durations), expected));
  }
});
