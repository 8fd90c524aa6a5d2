import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { standInCases } from './stand-in-cases.ts';

it('Each case that only the stand-in plays is one of the behaviour, and says why', () => {
  const cases = globSync('test/behaviour/*-cases.ts').map((file) => readFileSync(file, 'utf8'));
  for (const { name, why } of standInCases) {
    assert.ok(
      cases.some((text) => text.includes(name)),
      name,
    );
    assert.ok(why.length > 20, name);
  }
});
