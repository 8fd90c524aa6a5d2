import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { runInProcess } from './in-process.ts';
import { startServedSandbox } from './served-sandbox.ts';
import type { CommandOptions, Finished } from './server-under-test.ts';

/** What sandbox-server.ts runs beside the tests: a sandbox, and the program against it. Its kubeconfig is told first. */
export type ToThread = Command | 'stop';

export interface Command {
  kubeconfig: string;
  args: readonly string[];
  options: Omit<CommandOptions, 'interruptAfter' | 'onceSeen'>;
  /** Where what comes of it is told; any message from there interrupts it. */
  port: MessagePort;
  /** Whether standard output is told while it is written. */
  tellsOutput: boolean;
}

export type FromCommand = { wrote: string } | { finished: Finished } | { thrown: unknown };

const main = parentPort;
if (!main) throw new Error('this is a thread of sandbox-server.ts');
const sandbox = await startServedSandbox(workerData);
main.on('message', (message: ToThread) => {
  if (message === 'stop') void sandbox.stop().then(() => process.exit());
  else void run(message);
});
main.postMessage(sandbox.kubeconfig);

async function run({ kubeconfig, args, options, port, tellsOutput }: Command): Promise<void> {
  const tell = (message: FromCommand) => port.postMessage(message);
  try {
    const finished = await runInProcess(kubeconfig, args, {
      ...options,
      interruptAfter: once(port, 'message'),
      ...(tellsOutput && { tell: (wrote: string) => tell({ wrote }) }),
    });
    tell({ finished });
  } catch (thrown) {
    tell({ thrown });
  }
  port.close();
}
