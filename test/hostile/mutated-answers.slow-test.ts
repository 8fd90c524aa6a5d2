import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { linesByCommand, MutatedAnswers } from './mutated-answers.ts';

/** A sample; all are tried by `npm run mutate`, which takes half an hour. */
const OF_EACH_LINE = 8;
const SEED = 1;

describe('Answers in which one value is another', { concurrency: 1 }, async () => {
  let answers: MutatedAnswers;
  before(async () => {
    answers = await MutatedAnswers.start();
  });
  after(() => answers.stop());

  for (const line of [...(await linesByCommand()).values()].flat()) {
    it(`never surprise ${line.args.join(' ')}`, async () => {
      const surprises: (string | undefined)[] = [];
      for (const mutation of await answers.mutationsFor(line, OF_EACH_LINE, SEED)) {
        surprises.push(await answers.surprise(line, mutation));
      }
      assert.deepEqual(
        surprises.filter((surprise) => surprise !== undefined),
        [],
        `with seed ${SEED}`,
      );
    });
  }
});
