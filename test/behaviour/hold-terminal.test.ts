import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { modelYaml } from './models.ts';

const main = path.resolve(import.meta.dirname, '../../src/main.ts');
/** Of util-linux, which gives a program a terminal of its own; that of other systems is another program. */
const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

/** What is typed once the screen shows something, in this order. */
type Typing = [once: RegExp, keys: string][];

const ENTER = '\r';
const CTRL_D = '\x04';
const QUESTION = /press Enter to delete it/;

/** Runs the program on a terminal, and types. */
function onTerminal(args: readonly string[], typing: Typing): Promise<{ exitCode: number; screen: string }> {
  const quoted = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  const rest = [...typing];
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
      env: { ...process.env, NO_COLOR: '1' },
      timeout: 120_000,
    });
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      screen += text;
      for (let next = rest[0]; next?.[0].test(screen); next = rest[0]) {
        child.stdin.write(next[1]);
        rest.shift();
      }
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? -1, screen: screen.replaceAll('\r', '') }));
  });
}

describe('On a terminal, a run that is held', { skip: !hasScript && 'needs the script program of util-linux' }, () => {
  let folder: string;
  let hold: string[];
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hold-'));
    const file = path.join(folder, 'model.yaml');
    writeFileSync(file, modelYaml());
    hold = ['run', '-f', file, '--sandbox', '--hold'];
  });
  after(() => rmSync(folder, { recursive: true }));

  it('goes on at Enter, and deletes then', async () => {
    const { exitCode, screen } = await onTerminal(hold, [[QUESTION, ENTER]]);
    assert.equal(exitCode, 0, screen);
    assert.match(
      screen,
      /^the model iris is up at http:\/\/iris-default\.default\S*:8000\/\S+ \(inside the cluster\)$/m,
    );
    assert.match(screen, /^to reach it from here: kubectl port-forward -n default service\/iris-default 8000:8000, /m);
    const [before = '', after = ''] = screen.split(/press Enter to delete it\n/);
    assert.doesNotMatch(before, /deleted from/);
    assert.match(after, /iris held after .*\n[\s\S]*"iris" deleted from default namespace/);
  });

  for (const [what, typed] of [
    ['an Enter', ENTER],
    ['several Enters and words', `${ENTER}yes${ENTER}${ENTER}delete it${ENTER}`],
  ] as const) {
    it(`is not ended by ${what} that was typed before it asked`, async () => {
      const { exitCode, screen } = await onTerminal(hold, [
        [/"?iris"? serverside-applied/, typed],
        [QUESTION, CTRL_D],
      ]);
      assert.equal(exitCode, 130, screen);
      assert.doesNotMatch(screen, /held after|deleted from/);
      assert.match(screen, /^to remove it: kubectl delete seldondeployment iris -n default$/m);
    });
  }

  for (const [when, once] of [
    ['when it has asked', QUESTION],
    ['before it asked', /"?iris"? serverside-applied/],
  ] as const) {
    it(`leaves the model standing at Ctrl-D ${when}, and says how to remove it`, async () => {
      const { exitCode, screen } = await onTerminal(hold, [[once, CTRL_D]]);
      assert.equal(exitCode, 130, screen);
      assert.doesNotMatch(screen, /held after|deleted from/);
      assert.match(screen, /^error: the input of the terminal ended while waiting for Enter, to delete it$/m);
      assert.match(screen, /^left in namespace default: seldondeployment\S*\/iris, /m);
      assert.match(screen, /^to remove it: kubectl delete seldondeployment iris -n default$/m);
    });
  }
});
