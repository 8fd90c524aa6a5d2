import type { Api } from '../../src/cluster/api.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { WITHOUT_WEBHOOK } from '../../src/sandbox/operator/webhook.ts';

/** The signals that end the program in order. */
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface CommandOptions {
  stdin?: string | Uint8Array;
  /** The program is told to end as soon as standard output matches this, or this is fulfilled. */
  interruptAfter?: RegExp | Promise<unknown>;
  /** By which signal: Ctrl-C, if it is not said. */
  signal?: EndingSignal;
  /** It is told again as soon as standard output matches this. Only for a process: that it then ends at once is its own doing. */
  interruptAgainAfter?: RegExp;
  /** Standard output leads to a full disk. Only for a process: /dev/full stands for the disk. */
  fullDisk?: boolean;
  /** Something happens once standard output matches this: the program is then known to look. */
  onceSeen?: { text: RegExp; act(): unknown };
  /** Instead of the server's own. */
  kubeconfig?: string;
  /** Beside KUBECONFIG. */
  env?: Readonly<Record<string, string>>;
}

export interface Finished {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A cluster to try the behaviour on, and the way to run this program against it. */
export interface ServerUnderTest {
  name: string;
  /** The path of its kubeconfig. */
  kubeconfig: string;
  /** For looking at the cluster, and for preparing it. */
  api: Api;
  run(args: readonly string[], options?: CommandOptions): Promise<Finished>;
}

let namespaces = 0;

/** Labels of a namespace whose deployments Seldon's webhook is not asked about. */
export const withoutWebhook = { [WITHOUT_WEBHOOK]: '' };

/** A namespace of its own for one case. */
export async function newNamespace({ api }: ServerUnderTest, labels: Record<string, string> = {}): Promise<string> {
  namespaces += 1;
  const name = `case-${namespaces}`;
  await api.call({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
  });
  return name;
}

/** What the server holds in a collection, asked directly. */
export async function list<T extends KubernetesObject>({ api }: ServerUnderTest, path: string): Promise<T[]> {
  return (await api.call<{ items: T[] }>({ method: 'GET', path })).body.items;
}

export const seldonPath = (namespace: string) =>
  `/apis/machinelearning.seldon.io/v1/namespaces/${namespace}/seldondeployments`;
