import { Readable } from 'node:stream';
import { runCli } from '../../src/cli.ts';
import { systemClock } from '../../src/clock.ts';
import { exitCodes, Interrupted } from '../../src/failures.ts';
import { CapturedOutput } from '../captured-output.ts';
import type { CommandOptions, Finished } from './server-under-test.ts';

/** Runs the program in this process, as main.ts would. */
export async function runInProcess(
  kubeconfig: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Finished> {
  const stop = new AbortController();
  const stdout = new OutputThatStops(stop, options.interruptAfter);
  const stderr = new CapturedOutput();
  const exitCode = await runCli(args, {
    stdin: Readable.from([options.stdin ?? '']),
    stdout,
    stderr,
    env: { KUBECONFIG: options.kubeconfig ?? kubeconfig },
    clock: systemClock,
    signal: stop.signal,
    userAgent: 'kubectl-seldon-lifecycle/test',
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

class OutputThatStops extends CapturedOutput {
  readonly #stop: AbortController;
  readonly #after: RegExp | undefined;

  constructor(stop: AbortController, after: RegExp | undefined) {
    super();
    this.#stop = stop;
    this.#after = after;
  }

  override write(text: string): true {
    super.write(text);
    if (this.#after?.test(this.text)) this.#stop.abort(new Interrupted(exitCodes.interrupted));
    return true;
  }
}
