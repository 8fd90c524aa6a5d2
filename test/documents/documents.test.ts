import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { asksForHelp, checkedLine, readCommandLine } from '../../src/cli/command-line.ts';
import { programCommands } from '../../src/cli/program-commands.ts';
import { anchorsIn } from './anchors.ts';
import { callsIn } from './command-lines.ts';

const root = path.resolve(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));
const text = (name: string) => readFileSync(path.join(root, name), 'utf8');
/** What was asked for, and what was measured: no reader types anything of these. */
const withoutCalls = new Set(['docs/mission.md', 'docs/figures.md']);
const commands = await programCommands();

describe('Every command line in', () => {
  for (const name of documents) {
    const calls = callsIn(text(name));
    describe(name, () => {
      if (name === 'README.md' || (name.startsWith('docs/') && !withoutCalls.has(name)))
        it('is found', () => assert.ok(calls.length > 0));
      for (const words of calls) {
        it(`is one that the program takes: ${words.join(' ')}`, () => {
          if (['options', 'help', '--version', '--help', '__complete'].includes(words[0] ?? '--help')) return;
          const line = readCommandLine(words, commands);
          assert.ok(line.command, `no command in ${words.join(' ')}`);
          if (!asksForHelp(line)) checkedLine(line.command, line);
        });
      }
    });
  }
});

describe('Every link in', () => {
  for (const name of documents) {
    it(`${name} leads to something`, () => {
      for (const [, target = ''] of text(name).matchAll(/\]\(([^)]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [file = '', anchor] = target.split('#');
        const whole = file === '' ? path.join(root, name) : path.join(root, path.dirname(name), file);
        assert.ok(existsSync(whole), `${name}: ${target}`);
        if (anchor) assert.ok(anchorsIn(readFileSync(whole, 'utf8')).has(anchor), `${name}: ${target}`);
      }
    });
  }
});

describe('What npm run … in documents and workflows asks for', () => {
  const { scripts } = JSON.parse(text('package.json'));
  for (const name of [...documents, '.github/workflows/test.yml', '.github/workflows/release.yml', '.ci/run']) {
    it(`is there: ${name}`, () => {
      for (const [, script = ''] of text(name).matchAll(/\bnpm run ([a-z][a-z:-]*)/g)) {
        assert.ok(scripts[script], `${name}: npm run ${script}`);
      }
    });
  }
});

describe('The GitHub action', () => {
  it('calls run with flags that it has', () => {
    const { runs, inputs } = parse(text('action.yml'));
    const script: string = runs.steps.find(({ run }: { run?: string }) => run)?.run;
    const [, call = ''] = /kubectl-seldon_lifecycle\.cjs" (run [\s\S]*?)"\$\{in_namespace/.exec(script) ?? [];
    const words = call
      .replaceAll(/\\\n/g, ' ')
      .replaceAll(/"\$([A-Z]+)"/g, (_, name) => inputs[name.toLowerCase()].default ?? 'x')
      .replaceAll(/"\$work(.*?)"/g, 'x$1');
    const line = readCommandLine([...words.trim().split(/\s+/), '--namespace=x', '--create-namespace'], commands);
    assert.equal(line.command?.name, 'run');
    checkedLine(line.command, line);
  });

  it('knows the inputs that docs/ci-smoke-test.md gives', () => {
    const { inputs } = parse(text('action.yml'));
    const [, given = ''] =
      /seldon-lifecycle@v\S+\n {8}with:\n((?: {10}.*\n)+)/.exec(text('docs/ci-smoke-test.md')) ?? [];
    for (const key of Object.keys(parse(given))) assert.ok(inputs[key], key);
  });
});
