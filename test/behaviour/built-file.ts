import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { ownEnvironment } from '../own-environment.ts';
import { assertPrintsDescribed } from '../printed-json.ts';
import { SeenOutput } from './seen-output.ts';
import type { CommandOptions, Finished } from './server-under-test.ts';

/** What `npm run build` makes. */
export const builtFile = path.resolve(import.meta.dirname, '../../dist/kubectl-seldon_lifecycle.cjs');

/**
 * Runs the built file as a process of its own, as a user's shell would. Throws AssertionError for JSON that `schema` does not
 * describe.
 */
export async function runBuiltFile(
  kubeconfig: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Finished> {
  const env = ownEnvironment({ KUBECONFIG: options.kubeconfig ?? kubeconfig, ...options.env });
  const finished = await runProcess(process.execPath, [builtFile, ...args], env, options);
  assertPrintsDescribed(args, finished.stdout);
  return finished;
}

/** Runs any program and keeps what it writes. */
export function runProcess(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  options: CommandOptions = {},
): Promise<Finished> {
  const { interruptAgainAfter, signal = 'SIGINT' } = options;
  return new Promise((resolve, reject) => {
    const full = options.fullDisk ? openSync('/dev/full', 'w') : undefined;
    const child = spawn(program, [...args], { env, stdio: ['pipe', full ?? 'pipe', 'pipe'] });
    if (full !== undefined) closeSync(full);
    const stdout = new SeenOutput(options, () => child.kill(signal));
    let stderr = '';
    let isSentAgain = false;
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout.write(text);
      if (!isSentAgain && interruptAgainAfter?.test(stdout.text)) isSentAgain = child.kill(signal);
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    // A program that refuses its flags does not read its input.
    child.stdin?.on('error', () => {});
    child.on('close', (code) => resolve({ exitCode: code ?? -1, stdout: stdout.text, stderr }));
    child.stdin?.end(options.stdin ?? '');
  });
}
