import { Readable } from 'node:stream';
import { runCli } from '../../src/cli/run-cli.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { exitCodes, Interrupted } from '../../src/failures.ts';
import { CapturedOutput } from '../captured-output.ts';
import { assertPrintsDescribed } from '../printed-json.ts';
import { type AtSight, SeenOutput } from './seen-output.ts';
import type { CommandOptions, EndingSignal, Finished } from './server-under-test.ts';

interface OptionsInProcess extends CommandOptions, AtSight {
  clock?: Clock;
}

/** Runs the program in this process, as main.ts would. Throws AssertionError for JSON that `schema` does not describe. */
export async function runInProcess(
  kubeconfig: string,
  args: readonly string[],
  options: OptionsInProcess = {},
): Promise<Finished> {
  const stop = new AbortController();
  const stdout = new SeenOutput(options, () => stop.abort(new Interrupted(exitCodeOf(options.signal))));
  const stderr = new CapturedOutput();
  const exitCode = await runCli(args, {
    stdin: Readable.from([options.stdin ?? '']),
    stdout,
    stderr,
    env: { KUBECONFIG: options.kubeconfig ?? kubeconfig, ...options.env },
    clock: options.clock ?? systemClock,
    signal: stop.signal,
    userAgent: 'kubectl-seldon-lifecycle/test',
  });
  assertPrintsDescribed(args, stdout.text);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** As main.ts has it. */
function exitCodeOf(signal: EndingSignal = 'SIGINT') {
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
}
