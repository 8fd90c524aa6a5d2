import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { builtFile, runProcess } from '../behaviour/built-file.ts';

for (const [version, exitCode] of [
  ['20.20.2', 1],
  ['22.18.0', 1],
  ['22.19.0', 0],
] as const) {
  it(`the built file ${exitCode === 0 ? 'runs on' : 'says that it cannot run on'} Node ${version}`, async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'node-version-'));
    const pretend = path.join(directory, 'pretend.cjs');
    writeFileSync(pretend, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
    const finished = await runProcess(process.execPath, ['--require', pretend, builtFile, '--version'], process.env);
    rmSync(directory, { recursive: true });
    assert.equal(finished.exitCode, exitCode, finished.stderr);
    if (exitCode !== 0)
      assert.match(finished.stderr, /^error: kubectl-seldon_lifecycle needs Node\.js 22\.19 or later; /);
  });
}
