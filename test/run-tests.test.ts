import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { it, type TestContext } from 'node:test';

const script = resolve('scripts/run-tests.ts');

/** Runs one file of tests; beside it is shared.mjs with what is `shared`. */
function runFile(t: TestContext, text: string, flags: readonly string[] = [], shared = '') {
  const folder = mkdtempSync(join(tmpdir(), 'run-tests-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const imports = `import { it, before } from 'node:test'; import { existsSync, writeFileSync } from 'node:fs';\n`;
  writeFileSync(join(folder, 'one.test.mjs'), imports + text);
  writeFileSync(join(folder, 'shared.mjs'), imports + shared);
  // Tests that are run by a test would report to it.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [script, ...flags, join(folder, '*.test.mjs')], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return {
    exitCode: status,
    end: stdout.slice(stdout.lastIndexOf('duration_ms')).split('\n').slice(1).join('\n'),
    stdout,
  };
}

const failsOnce = `if (!existsSync('seen')) { writeFileSync('seen', ''); throw new Error('at first'); }`;

for (const flags of [[], ['--isolation=none']]) {
  it(`A case that fails once is run again, alone, and named ${flags}`, (t) => {
    const { exitCode, end, stdout } = runFile(
      t,
      `it('is [late]', () => { ${failsOnce} });\nit('is right', () => {});`,
      flags,
    );
    assert.equal(exitCode, 0);
    assert.equal(end, 'Passed only when run again: 1\n  is [late]\n');
    assert.equal(stdout.match(/is right/g)?.length, 1);
  });
}

for (const flags of [[], ['--isolation=none']]) {
  const importing = "import { cases } from './shared.mjs';\ncases();";

  it(`A case of a file that is shared is found again ${flags}`, (t) => {
    const late = runFile(t, importing, flags, `export const cases = () => it('is late', () => { ${failsOnce} });`);
    assert.equal(late.exitCode, 0);
    assert.ok(late.end.endsWith('Passed only when run again: 1\n  is late\n'), late.end);
    const wrong = runFile(
      t,
      importing,
      flags,
      `export const cases = () => it('is wrong', () => { throw new Error(); });`,
    );
    assert.equal(wrong.exitCode, 1);
    assert.ok(wrong.end.endsWith('Failed twice: 1\n  is wrong\n'), wrong.end);
  });
}

it('A case that fails twice has failed', (t) => {
  const { exitCode, end } = runFile(t, `it('is wrong', () => { throw new Error(); });`);
  assert.equal(exitCode, 1);
  assert.ok(end.endsWith('Failed twice: 1\n  is wrong\n'), end);
});

it('What fails before the cases is a failure of all of them: they are run again', (t) => {
  const { exitCode, end } = runFile(t, `before(() => { ${failsOnce} });\nit('comes after it', () => {});`);
  assert.equal(exitCode, 0, end);
  const broken = runFile(t, `throw new Error('cannot be read');`);
  assert.equal(broken.exitCode, 1);
  assert.match(broken.end, /\nFailed twice: 1\n {2}.*one\.test\.mjs\n$/);
});

it('No file is a failure', (t) => {
  assert.equal(runFile(t, '', ['--concurrency=2']).exitCode, 0);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  assert.equal(spawnSync(process.execPath, [script, 'no-such-*.ts'], { env }).status, 1);
});
