import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unifiedDiff } from '../../src/diff/unified-diff.ts';

const lines = (text: string) =>
  text
    .split('')
    .map((letter) => `${letter}\n`)
    .join('');

describe('The unified diff of two texts', () => {
  // What diff -u of GNU diffutils 3.8 prints, below its first two lines.
  for (const [sentence, from, to, expected] of [
    ['is empty when they are the same', 'abc', 'abc', ''],
    ['is empty when both are', '', '', ''],
    ['adds all lines to an empty text', '', 'ab', '@@ -0,0 +1,2 @@|+a|+b|'],
    ['takes all lines away', 'ab', '', '@@ -1,2 +0,0 @@|-a|-b|'],
    ['says of one line only where it is', 'a', 'b', '@@ -1 +1 @@|-a|+b|'],
    ['shows three lines around a change', 'abcdXefgh', 'abcdYefgh', '@@ -2,7 +2,7 @@| b| c| d|-X|+Y| e| f| g|'],
    [
      'shows changes in one hunk whose surroundings touch',
      'X123456Y',
      'x123456y',
      '@@ -1,8 +1,8 @@|-X|+x| 1| 2| 3| 4| 5| 6|-Y|+y|',
    ],
    [
      'shows changes in two hunks that are further apart',
      'X1234567Y',
      'x1234567y',
      '@@ -1,4 +1,4 @@|-X|+x| 1| 2| 3|@@ -6,4 +6,4 @@| 5| 6| 7|-Y|+y|',
    ],
    ['adds behind a line that is repeated', 'abc', 'abbc', '@@ -1,3 +1,4 @@| a| b|+b| c|'],
    ['keeps an addition together that begins like what follows it', 'maz', 'mbaaz', '@@ -1,3 +1,5 @@| m|+b|+a| a| z|'],
    ['takes the last away of what is repeated', 'abab', 'ab', '@@ -1,4 +1,2 @@| a| b|-a|-b|'],
    ['puts an addition beside the removal that it replaces', 'axbxc', 'aybxc', '@@ -1,5 +1,5 @@| a|-x|+y| b| x| c|'],
  ] as const) {
    it(sentence, () => assert.equal(unifiedDiff(lines(from), lines(to)).replaceAll('\n', '|'), expected));
  }

  it('leads from the one to the other where too much has changed to compare it', () => {
    const numbered = (name: string) => Array.from({ length: 2_500 }, (_, index) => `${name} ${index}\n`).join('');
    const from = `begin\n${numbered('before')}end\n`;
    const to = `begin\n${numbered('after')}end\n`;
    const diff = unifiedDiff(from, to);
    assert.equal(patched(from, diff), to);
    assert.match(diff, /^@@ -1,2502 \+1,2502 @@\n begin\n-before 0\n[\s\S]*\+after 2499\n end\n$/);
  });

  it('leads from the one to the other', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const word = () => Array.from({ length: random(25) }, () => 'abcde'[random(5)]).join('');
    for (let count = 0; count < 300; count += 1) {
      const [from, to] = [lines(word()), lines(word())];
      assert.equal(patched(from, unifiedDiff(from, to)), to);
    }
  });
});

/** What patch makes of it; every line that a hunk shows has to be there. */
function patched(from: string, diff: string): string {
  const before = from.split('\n').slice(0, -1);
  const after: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(0, -1)) {
    const [, start, count] = /^@@ -(\d+)(?:,(\d+))? /.exec(line) ?? [];
    if (start !== undefined) {
      const begin = count === '0' ? Number(start) : Number(start) - 1;
      after.push(...before.slice(at, begin));
      at = begin;
      continue;
    }
    if (!line.startsWith('+')) {
      assert.equal(before[at], line.slice(1));
      at += 1;
    }
    if (!line.startsWith('-')) after.push(line.slice(1));
  }
  after.push(...before.slice(at));
  return after.map((line) => `${line}\n`).join('');
}
