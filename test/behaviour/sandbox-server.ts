import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { runInProcess } from './in-process.ts';
import { type ServedSandboxOptions, startServedSandbox } from './served-sandbox.ts';
import type { ServerUnderTest } from './server-under-test.ts';

export interface SandboxUnderTest extends ServerUnderTest {
  stop(): Promise<void>;
}

/**
 * A sandbox, with the program run in this process against it. `ownThread`: for very many cases. The test runner follows every
 * promise of the main thread, which costs the sandbox a third of its time; a thread takes a second to begin.
 */
export async function startSandboxUnderTest({
  ownThread = false,
  ...options
}: ServedSandboxOptions & { ownThread?: boolean } = {}): Promise<SandboxUnderTest> {
  const sandbox = await (ownThread ? startOnThread(options) : startServedSandbox(options));
  const directory = mkdtempSync(path.join(tmpdir(), 'sandbox-'));
  const kubeconfig = path.join(directory, 'config');
  writeFileSync(kubeconfig, sandbox.kubeconfig);
  return {
    name: 'sandbox',
    kubeconfig,
    api: new Api(kubeconfigFromText(sandbox.kubeconfig, 'test').connection),
    run: (args, runOptions) => runInProcess(kubeconfig, args, runOptions),
    async stop() {
      await sandbox.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

async function startOnThread(options: ServedSandboxOptions): Promise<Sandbox> {
  const thread = new Worker(new URL('./sandbox-thread.ts', import.meta.url), { workerData: options });
  const [kubeconfig] = (await once(thread, 'message')) as [string];
  return {
    kubeconfig,
    async stop() {
      const ended = once(thread, 'exit');
      thread.postMessage('stop');
      await ended;
    },
  };
}
