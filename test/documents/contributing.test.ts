import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { namedCases, whatIsWrongWith } from './named-cases.ts';

const contributing = readFileSync(path.resolve(import.meta.dirname, '../../CONTRIBUTING.md'), 'utf8');
/** Of the tables that say by which cases something is held. */
const sections = contributing.split(/^## /m).filter((part) => /^.*, and the cases that hold (them|it)\n/.test(part));
const section = sections.join('');
const named = namedCases(section);

describe('The tables of what is held, in CONTRIBUTING.md', () => {
  it('are there', () => {
    assert.equal(sections.length, 2);
    assert.ok(named.length > 50, `${named.length} cases`);
  });

  it('have nothing in quotation marks without a file', () => {
    assert.equal([...section.matchAll(/[“”]/g)].length, named.length * 2);
  });

  for (const one of named) {
    it(`name a case that is in ${one.file}: ${one.name}`, () => assert.equal(whatIsWrongWith(one), undefined));
  }
});
