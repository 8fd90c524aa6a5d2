import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { runCli, verbosityOf } from './cli/run-cli.ts';
import { systemClock } from './clock.ts';
import type { Context } from './context.ts';
import { Ending } from './ending/ending.ts';
import { fileOutput } from './ending/file-output.ts';
import { exitCodes } from './failures.ts';
import { version } from './version.ts';

/** The only file that touches the process: arguments, streams, signals, exit code. */

const args = process.argv.slice(2);
const stdout = outputTo(process.stdout);
const stderr = outputTo(process.stderr);
const ending = new Ending({ tell: (line) => stderr.write(`${line}\n`), verbosity: verbosityOf(args) });

/**
 * Node says of FORCE_COLOR that it counts more than NO_COLOR as soon as a library asks it for colours, which is not so
 * here. Everything else that it warns of is shown as ever.
 */
function keepQuietOfColours(): void {
  const shown = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (/ env is ignored due to the 'FORCE_COLOR' env /.test(warning.message)) return;
    for (const show of shown) show(warning);
  });
}

/** The first signal ends the command in order; the second ends the process at once. */
function endOn(signal: NodeJS.Signals, exitCode: typeof exitCodes.interrupted | typeof exitCodes.terminated): void {
  process.on(signal, () => {
    if (!ending.interrupt(exitCode)) process.exit(exitCode);
  });
}

/** Terminals and pipes are sockets; with all others Node's stream would lose what a full disk does not take. */
function outputTo(stream: Writable & { fd: number }): Writable {
  return stream instanceof Socket ? stream : fileOutput(stream.fd);
}

/** Resolves when all that was written has arrived, or cannot. */
function through(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    // The error of a write is told of after its callback.
    const done = () => setImmediate(resolve);
    // Where nothing is under way, nobody has to be there to read it.
    if (output.writableLength === 0) done();
    else output.write('', done);
  });
}

async function main(): Promise<void> {
  keepQuietOfColours();
  endOn('SIGINT', exitCodes.interrupted);
  endOn('SIGTERM', exitCodes.terminated);
  endOn('SIGHUP', exitCodes.terminated);
  stdout.on('error', (error) => ending.outputFailed('standard output', error));
  stderr.on('error', (error) => ending.outputFailed('standard error', error));
  process.on('uncaughtException', (error) => ending.unexpected(error));
  process.on('unhandledRejection', (error) => ending.unexpected(error));
  // Only while the command has not ended: its end is an exit.
  process.on('beforeExit', () => {
    process.exitCode = exitCodes.failed;
    ending.ranDry();
  });
  const context: Context = {
    // Node takes 3 ms to open it, which few commands need.
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env: process.env,
    clock: systemClock,
    signal: ending.signal,
    userAgent: `kubectl-seldon-lifecycle/${version} (${process.platform}/${process.arch})`,
  };
  const exitCode = await runCli(args, context).catch((error) => {
    ending.unexpected(error);
    return exitCodes.failed;
  });
  // An error of the last write is heard of by then; what is said of one is written too.
  await through(stdout);
  await through(stderr);
  process.exit(ending.exitCode(exitCode));
}

void main();
