import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const contributing = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
/** Of the tables that say by which cases something is held. */
const sections = contributing.split(/^## /m).filter((part) => /^.*, and the cases that hold (them|it)\n/.test(part));
const section = sections.join('');
/** “the name of a case” (`file`). */
const named = [...section.matchAll(/“([^”]+)” \(`([^`]+)`\)/g)].map(([, name = '', file = '']) => ({ name, file }));

describe('The tables of what is held, in CONTRIBUTING.md', () => {
  it('are there', () => {
    assert.equal(sections.length, 2);
    assert.ok(named.length > 50, `${named.length} cases`);
  });

  it('have nothing in quotation marks without a file', () => {
    assert.equal([...section.matchAll(/[“”]/g)].length, named.length * 2);
  });

  for (const { name, file } of named) {
    it(`name a case that is in ${file}: ${name}`, () => {
      const full = path.join(root, 'test', file);
      assert.ok(existsSync(full), `there is no test/${file}`);
      const text = readFileSync(full, 'utf8');
      assert.ok(text.includes(`'${name}'`) || text.includes(`\`${name}\``), `test/${file} has no case of that name`);
    });
  }
});
