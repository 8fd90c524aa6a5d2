import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { it } from 'node:test';

const script = resolve('scripts/run-tests.ts');

/** Runs files of tests, by name, together: a program for each would take as long as a hundred other cases. */
function runFiles(texts: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'run-tests-'));
  const imports = `import { it, before } from 'node:test'; import { existsSync, writeFileSync } from 'node:fs';\n`;
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), imports + text);
  // Tests that are run by a test would report to it.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [script, ...args, join(folder, '*.test.mjs')], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  const end = stdout.slice(stdout.lastIndexOf('duration_ms')).split('\n').slice(1).join('\n');
  return { exitCode: status, end: end.replaceAll(folder, ''), stdout };
}

/** Fails the first time that any process comes here. */
const failsOnce = (mark: string) =>
  `if (!existsSync('${mark}')) { writeFileSync('${mark}', ''); throw new Error('at first'); }`;

const late = {
  'late.test.mjs': `it('is [late]', () => { ${failsOnce('late')} });\nit('is right', () => {});`,
  'shared.mjs': `export const cases = () => it('is late as others are', () => { ${failsOnce('shared')} });`,
  'shared.test.mjs': "import { cases } from './shared.mjs';\ncases();",
};

const wrong = {
  'wrong.test.mjs': "it('is wrong', () => { throw new Error(); });",
  'shared-wrong.mjs': "export const cases = () => it('is wrong as others are', () => { throw new Error(); });",
  'shared-wrong.test.mjs': "import { cases } from './shared-wrong.mjs';\ncases();",
};

for (const flags of [[], ['--isolation=none']]) {
  it(`A case that fails once is run again and named, also one of a file that is shared ${flags}`, () => {
    const { exitCode, end, stdout } = runFiles(late, ...flags);
    assert.equal(exitCode, 0, stdout);
    assert.equal(end, 'Passed only when run again: 2\n  is [late]\n  is late as others are\n');
    assert.equal(stdout.match(/is right/g)?.length, 1, 'what passed is not run again');
  });

  it(`A case that fails twice has failed, also one of a file that is shared ${flags}`, () => {
    const { exitCode, end } = runFiles(wrong, ...flags);
    assert.equal(exitCode, 1);
    assert.ok(end.endsWith('Failed twice: 2\n  is wrong as others are\n  is wrong\n'), end);
  });
}

it('What fails before the cases is a failure of all of them: they are run again', () => {
  const once = `before(() => { ${failsOnce('before')} });\nit('comes after it', () => {});`;
  const { exitCode, end } = runFiles({ 'one.test.mjs': once });
  assert.equal(exitCode, 0, end);
  const broken = runFiles({ 'one.test.mjs': "throw new Error('cannot be read');" });
  assert.equal(broken.exitCode, 1);
  assert.match(broken.end, /\nFailed twice: 1\n {2}.*one\.test\.mjs\n$/);
});

it('A case that waits for what never comes has failed, and holds no case after it', () => {
  const waits = `it('waits', ({ signal }) => new Promise(() => {
    const timer = setInterval(() => {}, 1000);
    signal.onabort = () => clearInterval(timer);
  }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  it('comes after it', () => {});`;
  const { exitCode, end, stdout } = runFiles({ 'waits.test.mjs': waits }, '--time-limit=0.2');
  assert.equal(exitCode, 1);
  assert.ok(end.endsWith('Failed twice: 1\n  waits\n'), end);
  assert.match(stdout, /✔ comes after it/);
});

it('No file is a failure', () => {
  assert.equal(runFiles({ 'one.test.mjs': '' }, '--concurrency=2').exitCode, 0);
  assert.equal(runFiles({}).exitCode, 1);
});
