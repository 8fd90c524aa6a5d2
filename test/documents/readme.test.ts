import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { withGeneratedParts } from '../../scripts/readme-parts.ts';

it('the README says what the code says (if not: npm run readme)', async () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  assert.equal(readme, await withGeneratedParts(readme));
});
