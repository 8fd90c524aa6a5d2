import { Readable } from 'node:stream';
import { runCli } from '../../src/cli/run-cli.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { exitCodes, Interrupted } from '../../src/failures.ts';
import { CapturedOutput } from '../captured-output.ts';
import { assertPrintsDescribed } from '../printed-json.ts';
import type { CommandOptions, EndingSignal, Finished } from './server-under-test.ts';

/** Runs the program in this process, as main.ts would. Throws AssertionError for JSON that `schema` does not describe. */
export async function runInProcess(
  kubeconfig: string,
  args: readonly string[],
  options: CommandOptions & { clock?: Clock } = {},
): Promise<Finished> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Interrupted(exitCodeOf(options.signal)));
  const { interruptAfter } = options;
  const stdout = new OutputThatStops(
    interrupt,
    interruptAfter instanceof RegExp ? interruptAfter : undefined,
    options.onceSeen,
  );
  if (interruptAfter instanceof Promise) void interruptAfter.then(interrupt);
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

class OutputThatStops extends CapturedOutput {
  readonly #stop: () => void;
  readonly #after: RegExp | undefined;
  #onceSeen: CommandOptions['onceSeen'];

  constructor(stop: () => void, after: RegExp | undefined, onceSeen: CommandOptions['onceSeen']) {
    super();
    this.#onceSeen = onceSeen;
    this.#stop = stop;
    this.#after = after;
  }

  override write(text: string): true {
    super.write(text);
    const seen = this.#onceSeen;
    if (seen?.text.test(this.text)) {
      this.#onceSeen = undefined;
      seen.act();
    }
    if (this.#after?.test(this.text)) this.#stop();
    return true;
  }
}
