import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { namedCases, whatIsWrongWith } from './named-cases.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/mission.md'), 'utf8');
const rows = [...text.matchAll(/^\| (\d+) \| ([^|]+) \| (.+) \|$/gm)].map(([, number, what, held = '']) => ({
  number: Number(number),
  what,
  held,
  cases: namedCases(held),
}));

describe('The table of docs/mission.md', () => {
  it('has each row from 1 to 73 once, in order', () => {
    assert.deepEqual(
      rows.map(({ number }) => number),
      Array.from({ length: 73 }, (_, index) => index + 1),
    );
  });

  for (const { number, what, held, cases } of rows) {
    it(`names for row ${number} the cases that hold it, or says that there are none: ${what}`, () => {
      assert.ok(cases.length > 0 || held.startsWith('not held yet: '), held);
      assert.equal([...held.matchAll(/[“”]/g)].length, cases.length * 2, 'each case has its file');
      assert.deepEqual(
        cases.map((one) => whatIsWrongWith(one)).filter((wrong) => wrong !== undefined),
        [],
      );
    });
  }

  it('would say so of a case that has another name or another file', () => {
    const [first] = rows.flatMap(({ cases }) => cases);
    assert.ok(first);
    assert.match(whatIsWrongWith({ ...first, name: `${first.name} once more` }) ?? '', /has no case of that name$/);
    assert.match(whatIsWrongWith({ ...first, file: 'behaviour/nowhere.ts' }) ?? '', /^there is no test\/behaviour/);
  });
});
