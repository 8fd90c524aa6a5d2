import { Api } from '../cluster/api.ts';
import { ClusterInspection } from '../cluster/inspection.ts';
import { type KubeconfigChoice, kubeconfigFromText, loadKubeconfig } from '../cluster/kubeconfig.ts';
import { assumedSeldon, discoverSeldon, type SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { TransportOptions } from '../cluster/transport.ts';
import { ClusterNotReady } from '../failures.ts';
import { explainConnecting } from '../lifecycle/errors/api-errors.ts';

export interface Connected {
  cluster: SeldonCluster;
  /** The namespace of the context, for when neither -n nor a file says one. */
  namespace: string;
  /** The name of the context; undefined where none is used. */
  context: string | undefined;
}

export interface Inspected {
  inspection: ClusterInspection;
  /** As in Connected. */
  namespace: string;
}

/** For looking at a cluster, whether it has Seldon Core or not; nothing is asked yet. Throws ClusterNotReady or BadInput. */
export function inspect(choice: KubeconfigChoice, stop: AbortSignal, options: TransportOptions): Inspected {
  const { connection, namespace } = loadKubeconfig(choice);
  return { inspection: new ClusterInspection(new Api(connection, stop, options)), namespace };
}

/**
 * Finds the cluster and, in it, the SeldonDeployment resource. Throws ClusterNotReady or BadInput. With the text of a
 * kubeconfig, a sandbox's, that one is used whatever the choice.
 */
export async function connect(
  choice: KubeconfigChoice,
  stop: AbortSignal,
  options: TransportOptions,
  kubeconfigText?: string,
): Promise<Connected> {
  const { connection, namespace, context } =
    kubeconfigText === undefined ? loadKubeconfig(choice) : kubeconfigFromText(kubeconfigText, choice.userAgent);
  const cluster = await discoverSeldon(connection, stop, options).catch((error) =>
    explainConnecting(error, 'find the SeldonDeployment resource'),
  );
  if (!cluster) {
    throw new ClusterNotReady(`the server doesn't have a resource type "seldondeployments"`, {
      hint: 'Install Seldon Core (https://docs.seldon.io/projects/seldon-core/en/latest/workflow/install.html), or try the sandbox, which needs no cluster: --sandbox',
    });
  }
  return { cluster, namespace, context };
}

/** As `connect`, without asking yet whether the cluster has SeldonDeployments, and in which version. Throws BadInput. */
export function connectUnasked(choice: KubeconfigChoice, stop: AbortSignal, options: TransportOptions): Connected {
  const { connection, namespace, context } = loadKubeconfig(choice);
  return { cluster: assumedSeldon(connection, stop, options), namespace, context };
}
