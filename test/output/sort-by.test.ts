import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exitCodes, Failure } from '../../src/failures.ts';
import { sortedBy } from '../../src/output/sort-by.ts';

const values = (...all: unknown[]) => all.map((x, index) => (x === undefined ? { index } : { index, x }));
const order = (objects: readonly { index: number }[], path = '.x') =>
  sortedBy(objects, path, (one) => one).map(({ index }) => index);

describe('Sorted by a field', () => {
  for (const [what, given, sorted] of [
    ['numbers', [10, 9, -1], [2, 1, 0]],
    ['texts, by their bytes', ['b', 'B', 'ä', 'a'], [1, 3, 0, 2]],
    ['texts that are quantities, by how much they are', ['1Gi', '500Mi', '2G', '100m', '1e3'], [3, 4, 1, 0, 2]],
    ['a quantity beside another text, as text', ['9', 'a', '10'], [0, 2, 1]],
    [
      'what has no such field first, as it was, and null before values',
      ['a', undefined, null, undefined],
      [1, 3, 2, 0],
    ],
    ['what is the same, as it was', ['b', 'a', 'b', 'a'], [1, 3, 0, 2]],
  ] as const) {
    it(`stand ${what}`, () => assert.deepEqual(order(values(...given)), sorted));
  }

  it('take the first of several values, and a path in any of its forms', () => {
    const objects = [
      { index: 0, list: [{ a: 2 }, { a: 0 }] },
      { index: 1, list: [{ a: 1 }] },
    ];
    for (const path of ['.list[*].a', 'list[*].a', '{.list[*].a}']) assert.deepEqual(order(objects, path), [1, 0]);
  });

  it('are as they were where there is nothing', () => assert.deepEqual(order([]), []));

  for (const [what, given, error] of [
    ['that nobody has', [undefined, undefined], `couldn't find any field with path "{.x}" in the list of objects`],
    ['of objects', [{}, {}], 'cannot sort by field {.x}: it is an object'],
    ['of lists', [[], []], 'cannot sort by field {.x}: it is a list'],
    ['of truth', [true, false], 'cannot sort by field {.x}: it is true or false'],
    ['of both', [1, 'a'], 'cannot sort by field {.x}: it is a number in one object and a text in another'],
  ] as const) {
    it(`are refused by a field ${what}`, () => {
      assert.throws(
        () => order(values(...given)),
        (failure) => failure instanceof Failure && failure.exitCode === exitCodes.failed && failure.message === error,
      );
    });
  }
});
