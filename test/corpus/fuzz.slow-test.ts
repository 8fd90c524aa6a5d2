import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fuzz } from './fuzz.ts';

it('neither crashes nor hangs on mutations of the corpus', async (test) => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
  const { inputs, failure } = await fuzz(
    Number(process.env.FUZZ_SECONDS ?? 3),
    seed,
    Number(process.env.FUZZ_INDEX ?? 0),
  );
  test.diagnostic(`${inputs} inputs, FUZZ_SEED=${seed}`);
  assert.equal(failure, undefined, failure);
  assert.ok(inputs > 20);
});
