import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { modelYaml } from './models.ts';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');
/** Of util-linux, which gives a program a terminal of its own; that of other systems is another program. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

/** Runs the program on a terminal, and presses Enter once the screen shows `before`. */
function onTerminal(args: readonly string[], before: RegExp): Promise<{ exitCode: number; screen: string }> {
  const quoted = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
      env: { ...process.env, NO_COLOR: '1' },
    });
    let screen = '';
    let isPressed = false;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      screen += text;
      if (isPressed || !before.test(screen)) return;
      isPressed = true;
      child.stdin.write('\r');
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? -1, screen: screen.replaceAll('\r', '') }));
  });
}

describe('On a terminal', { skip: !hasScript && 'needs the script program of util-linux' }, () => {
  it('a run is held until Enter, and deletes then', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hold-'));
    try {
      const file = path.join(folder, 'model.yaml');
      writeFileSync(file, modelYaml());
      const { exitCode, screen } = await onTerminal(
        ['run', '-f', file, '--sandbox', '--hold'],
        /press Enter to delete it/,
      );
      assert.equal(exitCode, 0, screen);
      assert.match(
        screen,
        /^the model iris is up at http:\/\/iris-default\.default\S*:8000\/\S+ \(inside the cluster\)$/m,
      );
      assert.match(
        screen,
        /^to try it: kubectl seldon-lifecycle predict iris -d @payload\.json -n default --server=http:\/\/127\.0\.0\.1:\d+$/m,
      );
      const [before = '', after = ''] = screen.split(/press Enter to delete it\n/);
      assert.doesNotMatch(before, /deleted from/);
      assert.match(after, /iris held after .*\n[\s\S]*"iris" deleted from default namespace/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
