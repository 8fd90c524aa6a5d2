import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');
const contributing = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
const [, traps = ''] = contributing.split(/^## Traps, .*$/m);
const [section = ''] = traps.split(/^## /m);
/** “the name of a case” (`file`). */
const named = [...section.matchAll(/“([^”]+)” \(`([^`]+)`\)/g)].map(([, name = '', file = '']) => ({ name, file }));

describe('The table of traps in CONTRIBUTING.md', () => {
  it('is there', () => assert.ok(named.length > 50, `${named.length} cases`));

  it('has nothing in quotation marks without a file', () => {
    assert.equal([...section.matchAll(/[“”]/g)].length, named.length * 2);
  });

  for (const { name, file } of named) {
    it(`names a case that is in ${file}: ${name}`, () => {
      const full = path.join(root, 'test', file);
      assert.ok(existsSync(full), `there is no test/${file}`);
      assert.ok(readFileSync(full, 'utf8').includes(`'${name}'`), `test/${file} has no case of that name`);
    });
  }
});
