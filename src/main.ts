import { runCli } from './cli.ts';
import { systemClock } from './clock.ts';
import type { Context } from './context.ts';
import { exitCodes, Interrupted } from './failures.ts';
import { version } from './version.ts';

/** The only file that touches the process: arguments, streams, signals, exit code. */

const stop = new AbortController();

/** The first signal ends the command in order; the second ends the process at once. */
function endOn(signal: NodeJS.Signals, exitCode: typeof exitCodes.interrupted | typeof exitCodes.terminated): void {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(exitCode);
    stop.abort(new Interrupted(exitCode));
  });
}

/**
 * Whoever read our output has gone, as head does. The command ends as if it had been interrupted: in order, because
 * something of it may be in the cluster, and that is said on stderr.
 */
function endWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop.abort(new Interrupted(exitCodes.interrupted));
  });
}

async function main(): Promise<void> {
  endOn('SIGINT', exitCodes.interrupted);
  endOn('SIGTERM', exitCodes.terminated);
  endOn('SIGHUP', exitCodes.terminated);
  endWithoutReader(process.stdout);
  endWithoutReader(process.stderr);
  const context: Context = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    clock: systemClock,
    signal: stop.signal,
    userAgent: `kubectl-seldon-lifecycle/${version} (${process.platform}/${process.arch})`,
  };
  const exitCode = await runCli(process.argv.slice(2), context);
  // Output to a pipe may not be written yet: exit when both streams are through with it.
  process.exitCode = exitCode;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}

void main();
