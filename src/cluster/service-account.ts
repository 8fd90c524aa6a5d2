import { existsSync, readFileSync, statSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import path from 'node:path';
import type { ConnectionSettings } from './connection-settings.ts';

/** Where every pod finds its service account: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether this runs in a pod that may talk to its API server. */
export function inCluster(env: Environment, folder: string): boolean {
  const token = statSync(path.join(folder, 'token'), { throwIfNoEntry: false });
  return Boolean(env.KUBERNETES_SERVICE_HOST && env.KUBERNETES_SERVICE_PORT && token?.isFile());
}

export function serviceAccountSettings(env: Environment, folder: string): ConnectionSettings {
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const authority = path.join(folder, 'ca.crt');
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT}`,
    tls: { ...(existsSync(authority) && { authority: { file: authority } }), insecure: false },
    credentials: { kind: 'token-file', file: path.join(folder, 'token') },
  };
}

/** The namespace of the pod, 'default' when nothing says it. client-go asks POD_NAMESPACE first, too. */
export function podNamespace(env: Environment, folder: string): string {
  if (env.POD_NAMESPACE) return env.POD_NAMESPACE;
  try {
    return readFileSync(path.join(folder, 'namespace'), 'utf8').trim() || 'default';
  } catch {
    return 'default';
  }
}
