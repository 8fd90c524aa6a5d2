import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { takeJson } from '../../src/reading/json-values.ts';
import { ReadingBudget } from '../../src/reading/reading-budget.ts';

/** How many a text is counted for. */
function counted(text: string): number {
  const budget = new ReadingBudget();
  const before = budget.left('values');
  takeJson(text, budget);
  return before - budget.left('values');
}

/** As many as JSON.parse makes, or an empty list or object more for each one that there is. */
const cases: readonly [text: string, values: number][] = [
  ['1', 1],
  ['"text"', 1],
  ['[1]', 2],
  ['[1, 2, 3]', 4],
  ['{"a": 1, "b": [2, 3]}', 5],
  ['{"a": {"b": {"c": 1}}}', 4],
  ['[]', 2],
  ['"a, [b], {c}"', 1],
  ['["a\\", [", "\\\\", 3]', 4],
  ['"\\u0022,"', 1],
  ['"no end, [[[[', 1],
  ['', 1],
];

describe('JSON is counted before it is made', () => {
  for (const [text, values] of cases) it(text || 'nothing', () => assert.equal(counted(text), values));

  it('and refused as soon as there is too much of it', () => {
    const budget = new ReadingBudget({ values: 10 });
    assert.equal(takeJson('[1,2,3]', budget), undefined);
    assert.equal(takeJson('[1,2,3,4]', budget), undefined);
    assert.equal(takeJson('[1]', budget), 'more than 10 values up to here');
  });
});
