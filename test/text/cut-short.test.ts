import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutShort } from '../../src/text/cut-short.ts';

const cases: [what: string, text: string, most: number, expected: string][] = [
  ['is as it is where it is short enough', 'abcdefgh', 8, 'abcdefgh'],
  [
    'keeps its beginning and its end, and says how much is missing',
    'abcdefghi',
    8,
    'abcdef … [1 characters left out] … hi',
  ],
  ['has no halves of letters', `${'😀'.repeat(3)}${'a'.repeat(9)}`, 4, '😀\ufffd … [11 characters left out] … a'],
];

describe('A long text', () => {
  for (const [what, text, most, expected] of cases) it(what, () => assert.equal(cutShort(text, most), expected));
});
