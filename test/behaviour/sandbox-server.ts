import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { runInProcess } from './in-process.ts';
import type { Command, FromCommand, ToThread } from './sandbox-thread.ts';
import { SeenOutput } from './seen-output.ts';
import { type ServedSandboxOptions, startServedSandbox } from './served-sandbox.ts';
import type { CommandOptions, Finished, ServerUnderTest } from './server-under-test.ts';

export interface SandboxUnderTest extends ServerUnderTest {
  stop(): Promise<void>;
}

/**
 * A sandbox, and the program against it. `ownThread`: both on a thread of their own, for very many cases. The test runner follows
 * every promise of the main thread, which costs a tenth of the time, and the sandbox a third; a thread takes a second to begin.
 */
export async function startSandboxUnderTest({
  ownThread = false,
  ...options
}: ServedSandboxOptions & { ownThread?: boolean } = {}): Promise<SandboxUnderTest> {
  const sandbox = await (ownThread ? startOnThread(options) : startHere(options));
  const directory = mkdtempSync(path.join(tmpdir(), 'sandbox-'));
  const kubeconfig = path.join(directory, 'config');
  writeFileSync(kubeconfig, sandbox.kubeconfig);
  return {
    name: 'sandbox',
    kubeconfig,
    api: new Api(kubeconfigFromText(sandbox.kubeconfig, 'test').connection),
    run: (args, runOptions) => sandbox.run(kubeconfig, args, runOptions),
    async stop() {
      await sandbox.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

interface SandboxAndProgram extends Sandbox {
  run(kubeconfig: string, args: readonly string[], options?: CommandOptions): Promise<Finished>;
}

async function startHere(options: ServedSandboxOptions): Promise<SandboxAndProgram> {
  return { ...(await startServedSandbox(options)), run: runInProcess };
}

async function startOnThread(options: ServedSandboxOptions): Promise<SandboxAndProgram> {
  const thread = new Worker(new URL('./sandbox-thread.ts', import.meta.url), { workerData: options });
  const [kubeconfig] = (await once(thread, 'message')) as [string];
  return {
    kubeconfig,
    run: (kubeconfig, args, options) => runOnThread(thread, kubeconfig, args, options),
    async stop() {
      const ended = once(thread, 'exit');
      thread.postMessage('stop' satisfies ToThread);
      await ended;
    },
  };
}

/** Throws what the thread throws, whose class is lost on the way. */
async function runOnThread(
  thread: Worker,
  kubeconfig: string,
  args: readonly string[],
  given: CommandOptions = {},
): Promise<Finished> {
  const { port1: here, port2: port } = new MessageChannel();
  const { interruptAfter, onceSeen, ...options } = given;
  const output = new SeenOutput(given, () => here.postMessage('interrupt'));
  const tellsOutput = interruptAfter instanceof RegExp || onceSeen !== undefined;
  const command = { kubeconfig, args, options, port, tellsOutput } satisfies Command;
  thread.postMessage(command, [port]);
  return await new Promise((resolve, reject) => {
    here.on('message', (message: FromCommand) => {
      if ('wrote' in message) output.write(message.wrote);
      else if ('finished' in message) resolve(message.finished);
      else reject(message.thrown);
    });
    here.on('close', () => reject(new Error('the thread of the sandbox has ended')));
    // The thread keeps the tests running; once it has ended, nothing does.
    here.unref();
  });
}
