import type { Clock } from '../clock.ts';
import type { SeldonDeployment } from '../operator/seldon-deployment.ts';
import type { KubernetesObject } from './api-server/objects.ts';
import type { ServiceBackend } from './api-server/service-proxy.ts';
import { startApiServer } from './api-server/start.ts';
import { modelServer } from './model-server.ts';
import { seldonDeploymentCrd } from './operator/crd.ts';
import { startOperator } from './operator/start.ts';
import { storeClient } from './operator/store-client.ts';
import { refusalOf, webhookConfiguration } from './operator/webhook.ts';
import { startWorkloads } from './workloads/start.ts';

export interface Sandbox {
  /** The text of a kubeconfig that this program and kubectl can use. */
  kubeconfig: string;
  stop(): Promise<void>;
}

export interface SandboxOptions {
  clock: Clock;
  port?: number;
  /** False: as servers before Kubernetes 1.32, which cannot list and watch in one request. */
  streamingLists?: boolean;
  /** Whether it serves metrics.k8s.io, as a cluster with metrics-server. False if it is not said. */
  podMetrics?: boolean;
  /** What the models in the pods answer; a model that predicts what it is given, if it is not said. */
  serviceBackend?: ServiceBackend;
}

/**
 * A cluster in memory: an API server on a port of 127.0.0.1 (0 for any free one), the controllers of Deployments and
 * their like, and the stand-in for the Seldon operator.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, port = 0, streamingLists = true, podMetrics = false, serviceBackend = modelServer } = options;
  const server = await startApiServer({
    crds: [seldonDeploymentCrd],
    webhooks: [seldonWebhook],
    clock,
    port,
    streamingLists,
    podMetrics,
    serviceBackend,
  });
  const workloads = startWorkloads(server.store);
  const operator = await startOperator(storeClient(server.store), { clock });
  return {
    kubeconfig: kubeconfigOf(server.url),
    async stop() {
      await operator.stop();
      workloads.stop();
      await server.close();
    },
  };
}

const seldonWebhook = {
  ...webhookConfiguration,
  refusalOf: (object: KubernetesObject) => refusalOf(object as unknown as SeldonDeployment),
};

function kubeconfigOf(server: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: sandbox
  cluster: {server: '${server}', insecure-skip-tls-verify: true}
users:
- {name: sandbox, user: {}}
contexts:
- {name: sandbox, context: {cluster: sandbox, user: sandbox}}
current-context: sandbox
`;
}
