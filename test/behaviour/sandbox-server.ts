import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { runInProcess } from './in-process.ts';
import type { ServerUnderTest } from './server-under-test.ts';

export interface SandboxUnderTest extends ServerUnderTest {
  stop(): Promise<void>;
}

/** A sandbox, with the program run in this process against it. */
export async function startSandboxUnderTest(options: { streamingLists?: boolean } = {}): Promise<SandboxUnderTest> {
  const sandbox = await startSandbox({ clock: systemClock, ...options });
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
