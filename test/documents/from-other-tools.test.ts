import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { programCommands } from '../../src/cli/program-commands.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/from-other-tools.md'), 'utf8');
const [, ...sections] = text.split(/^## /m);
const flags = new Set(
  (await programCommands()).flatMap((command) => command.flags.flatMap(({ names }) => names as string[])),
);
/** The last cells of the rows: what does it here. */
const cells = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(/(?<!\\)\|/).at(-2) ?? '');

describe('docs/from-other-tools.md', () => {
  it('has one table for each of the five tools', () => {
    assert.deepEqual(
      sections.map((section) => section.split('\n')[0]),
      [
        'seldon-deploy-custom-resource',
        'seldon-mlops-task',
        'The client-go controller with an instruction list',
        'seldon-deployment',
        'Dotscience Deployer',
      ],
    );
    for (const section of sections) assert.equal([...section.matchAll(/^\| there \| here \|$/gm)].length, 1);
  });

  const named = new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`(--?[a-z][a-z-]*)/g)].map(([, flag = '']) => flag)),
  );
  it('names flags', () => assert.ok(named.size > 10, [...named].join(' ')));
  for (const flag of named) {
    it(`names a flag that there is: ${flag}`, () => assert.ok(flags.has(flag)));
  }
});
