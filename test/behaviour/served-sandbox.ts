import { systemClock } from '../../src/clock.ts';
import type { ServiceBackend } from '../../src/sandbox/api-server/service-proxy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { startModelServer } from '../model-server.ts';

export interface ServedSandboxOptions {
  streamingLists?: boolean;
  /** Whether it serves metrics.k8s.io. */
  podMetrics?: boolean;
}

/** A sandbox in which a model that can be asked is behind each Service. */
export async function startServedSandbox(options: ServedSandboxOptions): Promise<Sandbox> {
  const model = await startModelServer();
  const sandbox = await startSandbox({ clock: systemClock, serviceBackend: behind(model.port), ...options });
  return {
    kubeconfig: sandbox.kubeconfig,
    async stop() {
      await sandbox.stop();
      await model.close();
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
