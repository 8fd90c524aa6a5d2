import { spawn, spawnSync } from 'node:child_process';
import { ownEnvironment } from './own-environment.ts';

/** Of util-linux, which gives a program a terminal of its own; that of other systems is another program. */
export const hasTerminal =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

/** What is typed once the screen shows something, in this order. */
export type Typing = [once: RegExp, keys: string][];

/** Runs a program on a terminal, and types. `env` beside ownEnvironment's. */
export function onTerminal(
  command: readonly string[],
  typing: Typing,
  env: Record<string, string> = {},
): Promise<{ exitCode: number; screen: string }> {
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const rest = [...typing];
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
      env: ownEnvironment({ NO_COLOR: '1', ...env }),
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
