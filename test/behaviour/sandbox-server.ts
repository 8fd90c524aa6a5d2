import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import type { ServiceBackend } from '../../src/sandbox/api-server/service-proxy.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { startModelServer } from '../model-server.ts';
import { runInProcess } from './in-process.ts';
import type { ServerUnderTest } from './server-under-test.ts';

export interface SandboxUnderTest extends ServerUnderTest {
  stop(): Promise<void>;
}

/** A sandbox, with the program run in this process against it. */
export async function startSandboxUnderTest(options: { streamingLists?: boolean } = {}): Promise<SandboxUnderTest> {
  const model = await startModelServer();
  const serviceBackend = behind(model.port);
  const sandbox = await startSandbox({ clock: systemClock, serviceBackend, ...options });
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
      await model.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Passes on to a server on this machine what pods are asked. */
function behind(port: number): ServiceBackend {
  return async ({ method, path: asked, body }) => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${port}${asked}`, { method, body, headers });
    return { code: answer.status, contentType: answer.headers.get('content-type') ?? '', body: await answer.text() };
  };
}
