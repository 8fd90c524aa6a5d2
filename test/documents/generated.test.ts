import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { generatedParts } from '../../scripts/generated-parts.ts';
import { optionParagraphs } from '../../src/cli/help.ts';
import { programCommands } from '../../src/cli/program-commands.ts';
import { PLAN } from '../../src/plan/language.ts';
import type { Fields } from '../../src/steps/fields.ts';
import { STEP_WORDS } from '../../src/steps/step-table.ts';
import { anchorOf } from './anchors.ts';

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

describe('docs/commands.md', () => {
  const text = read('docs/commands.md');
  const part = (name: string) => text.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? '';
  const paragraphsOf = (written: string) => written.match(/^ {4}-.*:\n\t.*$/gm) ?? [];
  const shared = paragraphsOf(part('shared options'));

  for (const command of commands) {
    it(`lets one find each option of ${command.name} as its help has it, in full or by its name`, () => {
      const written = part(`options: ${command.name}`);
      const own = paragraphsOf(written);
      const named = [...(/^Also .*/m.exec(written)?.[0].matchAll(/`(--[^`]*)`/g) ?? [])].map(([, name]) => name);
      const found = shared.filter((paragraph) => named.some((name) => paragraph.includes(` ${name}=`)));
      const options = command.flags.filter(({ common, hidden }) => !common && !hidden);
      const expected = options.map((flag) => optionParagraphs([flag]));
      assert.deepEqual([...own, ...found].toSorted(), expected.toSorted());
    });
  }

  it('says an option more than twice only where its name means something else elsewhere', () => {
    const counts = new Map<string, number>();
    for (const paragraph of paragraphsOf(text)) counts.set(paragraph, (counts.get(paragraph) ?? 0) + 1);
    const nameOf = (paragraph: string) => /(--[\w-]+)=/.exec(paragraph)?.[1];
    const meanings = (name: string | undefined) => [...counts.keys()].filter((other) => nameOf(other) === name);
    const often = [...counts].filter(([paragraph, count]) => count > 2 && meanings(nameOf(paragraph)).length === 1);
    assert.deepEqual(often, []);
  });
});

describe('README.md', () => {
  it('is read in ten minutes: at most 1,700 words outside of what a terminal shows', () => {
    const prose = read('README.md').replaceAll(/^```console\n[\s\S]*?^```$/gm, '');
    assert.ok(prose.split(/\s+/).length <= 1_700, `${prose.split(/\s+/).length} words`);
  });
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
