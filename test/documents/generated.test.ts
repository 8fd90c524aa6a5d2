import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { generatedParts } from '../../scripts/generated-parts.ts';
import { programCommands } from '../../src/cli/program-commands.ts';
import { PLAN } from '../../src/plan/language.ts';
import type { Fields } from '../../src/steps/fields.ts';
import { STEP_WORDS } from '../../src/steps/step-table.ts';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../..', file), 'utf8');

const commands = await programCommands();

describe('What stands in the code too, and in', () => {
  for (const [file, generated] of Object.entries(generatedParts)) {
    it(`${file}, is the same (if not: npm run readme)`, async () =>
      assert.equal(read(file), await generated(read(file))));
  }
});

describe('Every command', () => {
  for (const { name } of commands) {
    it(`has its section in docs/commands.md, and a link to it in README.md: ${name}`, () => {
      const heading = [...read('docs/commands.md').matchAll(/^## (.*)$/gm)].find(([, text = '']) =>
        new RegExp(`\\b${name}\\b`).test(text),
      );
      assert.ok(heading);
      assert.ok(read('README.md').includes(`(docs/commands.md#${anchorOf(heading[1] ?? '')})`), heading[1]);
    });
  }
});

describe('The table of steps in docs/plans.md', () => {
  const rows = [...read('docs/plans.md').matchAll(/^\| `(\w+)` \|.*$/gm)].map(([row, word]) => ({ row, word }));
  const { steps } = PLAN.fields;
  const fields = steps?.shape.is === 'list' ? (steps.shape.of as Fields).fields : {};

  it('has the steps that there are', () =>
    assert.deepEqual(rows.map(({ word }) => word).toSorted(), [...STEP_WORDS].toSorted()));

  for (const { row, word = '' } of rows) {
    it(`names what can be told to ${word}`, () => {
      const shape = fields[word]?.shape;
      const names = shape?.is === 'fields' ? Object.keys(shape.fields) : [];
      const missing = names.filter((name) => !new RegExp(`\`${name}\\b`).test(row));
      assert.deepEqual(missing, []);
    });
  }
});

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');
}
