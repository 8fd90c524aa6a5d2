import path from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { Option } from 'clipanion';
import { shellWord } from '../advice/shell-word.ts';
import type { Context } from '../context.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { wholeNumber } from './flag-values.ts';
import { commonFlags, takes, verbOf } from './verb.ts';

const BY_DEFAULT = 'sandbox.yaml';

const declared = {
  ...commonFlags,
  kubeconfig: takes(
    'files',
    Option.String('--kubeconfig', BY_DEFAULT, { description: 'The kubeconfig file to write' }),
  ),
  port: Option.String('--port', '0', { description: 'Port on 127.0.0.1 to listen on; 0 means any free port' }),
};

type Given = typeof declared;

export const verb = verbOf({
  names: ['sandbox start'],
  description: 'Start a simulated cluster in memory, for this plugin and for kubectl',
  details: `
    Starts a simulated cluster: a Kubernetes API server in memory, with a simulated Seldon operator and simulated
    workloads. It writes a kubeconfig, and runs until you stop it. Nothing is kept afterwards.
  `,
  examples: [
    ['Start it, then use kubectl in another terminal', '$0 sandbox start --kubeconfig=sandbox.yaml'],
    ['Choose the port', '$0 sandbox start --kubeconfig=sandbox.yaml --port=8080'],
  ],
  flags: declared,
  run,
});

async function run(given: Given, program: Context): Promise<number> {
  const file = given.kubeconfig || BY_DEFAULT;
  const port = wholeNumber('--port', given.port);
  if (port > LARGEST_PORT) {
    throw new BadInput(`invalid argument "${given.port}" for "--port": expected a port from 0 to ${LARGEST_PORT}`);
  }
  const { startSandbox } = await import('../sandbox/start.ts');
  const { refuseForeignFile, writeKubeconfig } = await import('../sandbox/kubeconfig-file.ts');
  refuseForeignFile(file);
  const sandbox = await startSandbox({ clock: program.clock, port, podMetrics: true }).catch((error) =>
    cannotListen(error, port),
  );
  try {
    const remove = writeKubeconfig(file, sandbox.kubeconfig);
    try {
      program.stdout.write(
        `The sandbox is running. In another terminal:\n  export KUBECONFIG=${shellWord(path.resolve(file))}\n`,
      );
      program.stdout.write('  kubectl get sdep\nPress Ctrl-C to stop it. Nothing is kept.\n');
      await aborted(program.signal);
    } finally {
      const whyLeft = remove();
      if (whyLeft) program.stderr.write(`warning: ${file} was not removed: ${whyLeft}\n`);
    }
  } finally {
    await sandbox.stop();
  }
  return exitCodes.done;
}

const LARGEST_PORT = 65_535;

/** Throws BadInput where the port is another's, or not for everybody. */
function cannotListen(error: unknown, port: number): never {
  const { syscall, errno } = error as NodeJS.ErrnoException;
  if (syscall !== 'listen' || errno === undefined) throw error;
  throw new BadInput(`cannot listen on port ${port} of 127.0.0.1: ${getSystemErrorMessage(errno)}`, {
    hint: 'Choose another port with --port, or omit --port to use any free one',
    cause: error,
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
