import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'clipanion';
import { shellWord } from '../advice/shell-word.ts';
import { BadInput, exitCodes } from '../failures.ts';
import { wholeNumber } from './flag-values.ts';
import { SeldonCommand } from './seldon-command.ts';

export class SandboxStartCommand extends SeldonCommand {
  static override paths = [['sandbox', 'start']];
  static override usage = Command.Usage({
    description: 'Keep a cluster in memory running, for this program and for kubectl',
    details: `
      Starts a Kubernetes API server in memory, with a stand-in for the Seldon operator and simulated workloads, writes a
      kubeconfig for it, and keeps it up until interrupted. Nothing is kept when it ends.
    `,
    examples: [
      ['Start it, and in another terminal look at it with kubectl', '$0 sandbox start --kubeconfig=sandbox.yaml'],
      ['On a port of your choice', '$0 sandbox start --kubeconfig=sandbox.yaml --port=8080'],
    ],
  });

  kubeconfig = Option.String('--kubeconfig', 'sandbox.yaml', { description: 'The kubeconfig file to write' });
  port = Option.String('--port', '0', { description: 'The port on 127.0.0.1 to listen on; 0 for any free one' });

  async execute(): Promise<number> {
    const { program } = this.context;
    const { startSandbox } = await import('../sandbox/start.ts');
    const sandbox = await startSandbox({ clock: program.clock, port: wholeNumber('--port', this.port) });
    try {
      this.#writeKubeconfig(sandbox.kubeconfig);
      program.stdout.write(
        `A cluster in memory is up. In another terminal:\n  export KUBECONFIG=${shellWord(path.resolve(this.kubeconfig))}\n`,
      );
      program.stdout.write('  kubectl get sdep\nIt ends with Ctrl-C, and nothing of it is kept.\n');
      await aborted(program.signal);
    } finally {
      await sandbox.stop();
    }
    rmSync(this.kubeconfig, { force: true });
    return exitCodes.done;
  }

  /** Only over a kubeconfig that an earlier sandbox left: never over anything else that the user has. */
  #writeKubeconfig(text: string): void {
    if (existsSync(this.kubeconfig) && !readFileSync(this.kubeconfig, 'utf8').startsWith(MARK)) {
      throw new BadInput(`the file ${this.kubeconfig} exists and is not a sandbox's kubeconfig: it is left as it is`, {
        hint: 'Name another one with --kubeconfig',
      });
    }
    writeFileSync(this.kubeconfig, `${MARK}\n${text}`, { mode: 0o600 });
  }
}

const MARK = '# The kubeconfig of a sandbox of kubectl-seldon-lifecycle';

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
