import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fuzzSync } from '../../corpus/fuzz.ts';
import { forms } from './forms.ts';
import { healthySync, LEFT_OVER } from './poisoned-sync.ts';

/** The fuzzer, npm run fuzz, tries many more. */
const RUNS = 500;
const SEED = 1;

describe('A record that has gone bad', () => {
  it(`deletes nothing, whatever is wrong with it, wherever it stands and however it comes: ${RUNS} of them`, async () => {
    const { inputs, failure } = await fuzzSync(RUNS, Number.POSITIVE_INFINITY, SEED);
    assert.equal(failure, undefined, failure);
    assert.equal(inputs, RUNS);
  });

  for (const [index, { name }] of forms.entries()) {
    it(`is what keeps the rest: without one, what is left over is deleted, from ${name}`, async () => {
      assert.deepEqual(await healthySync(index, SEED), [LEFT_OVER]);
    });
  }
});
