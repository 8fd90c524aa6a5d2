import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { platformHere } from '../../krew/platforms.ts';
import { buildExecutables } from '../../scripts/executables.ts';
import { version } from '../../src/version.ts';
import { ownEnvironment } from '../own-environment.ts';

const platform = platformHere();

describe('The single executable', {
  skip: platform === undefined && 'it has to be signed, or is not made for this',
}, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'executable-'));
  const required = path.join(folder, 'required.cjs');
  const mark = path.join(folder, 'was-required');
  let file: string;
  before(async () => {
    if (platform === undefined) return;
    const [made] = await buildExecutables([platform], folder, () => {});
    file = made?.file ?? '';
    writeFileSync(required, `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`);
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}, input = '') => {
    const { stdout, stderr, status } = spawnSync(file, args, {
      env: ownEnvironment({ HOME: folder, ...env }),
      cwd: folder,
      encoding: 'utf8',
      input,
    });
    return { stdout, stderr, status };
  };

  it('runs a whole lifecycle', () => {
    const { stdout } = run(['run', '-f', '-', '--sandbox'], {}, run(['sample']).stdout);
    assert.match(stdout, /^succeeded in /m);
  });

  const options = [
    '--require ./required.cjs',
    '--require ./not-there.cjs',
    '--import ./not-there.mjs',
    '--inspect=127.0.0.1:0',
    '--max-old-space-size=1',
    '--trace-warnings --trace-exit',
    '--no-such-flag',
    '"an open quote',
  ];
  for (const NODE_OPTIONS of options) {
    it(`does not listen to what is for other programs: NODE_OPTIONS=${NODE_OPTIONS}`, () => {
      assert.deepEqual(run(['--version'], { NODE_OPTIONS }), { stdout: `${version}\n`, stderr: '', status: 0 });
      assert.ok(!existsSync(mark), 'it was required');
    });
  }

  it('says nothing of Node’s where both NO_COLOR and FORCE_COLOR are set', () => {
    const sample = run(['sample']).stdout;
    const { stderr, status } = run(['run', '-f', '-', '--sandbox'], { NO_COLOR: '1', FORCE_COLOR: '1' }, sample);
    assert.equal(status, 0);
    assert.doesNotMatch(stderr, /Warning/);
  });

  for (const flag of ['--inspect', '--require=./required.cjs', '--node-options=--inspect']) {
    it(`takes flags of Node for its own, which it does not know: ${flag}`, () => {
      const { stderr, status } = run([flag]);
      assert.match(stderr, /^error: unknown flag/);
      assert.equal(status, 2);
      assert.ok(!existsSync(mark), 'it was required');
    });
  }
});
