import { Api } from '../cluster/api.ts';
import { ClusterInspection } from '../cluster/inspection.ts';
import { type KubeconfigChoice, kubeconfigFromText, loadKubeconfig } from '../cluster/kubeconfig.ts';
import { discoverSeldon, type SeldonCluster } from '../cluster/seldon-cluster.ts';
import { ClusterNotReady } from '../failures.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';

export interface Connected {
  cluster: SeldonCluster;
  /** The namespace of the context, for when neither -n nor a file says one. */
  namespace: string;
}

export interface Inspected {
  inspection: ClusterInspection;
  /** As in Connected. */
  namespace: string;
}

/** For looking at a cluster, whether it has Seldon Core or not; nothing is asked yet. Throws ClusterNotReady or BadInput. */
export function inspect(choice: KubeconfigChoice, stop: AbortSignal): Inspected {
  const { kubeConfig, namespace } = loadKubeconfig(choice);
  return { inspection: new ClusterInspection(new Api(kubeConfig, stop)), namespace };
}

/**
 * Finds the cluster and, in it, the SeldonDeployment resource. Throws ClusterNotReady or BadInput. With the text of a
 * kubeconfig, a sandbox's, that one is used whatever the choice.
 */
export async function connect(
  choice: KubeconfigChoice,
  stop: AbortSignal,
  kubeconfigText?: string,
): Promise<Connected> {
  const { kubeConfig, namespace } =
    kubeconfigText === undefined ? loadKubeconfig(choice) : kubeconfigFromText(kubeconfigText, choice.userAgent);
  const cluster = await discoverSeldon(kubeConfig, stop).catch((error) =>
    explain(error, 'find the SeldonDeployment resource'),
  );
  if (!cluster) {
    throw new ClusterNotReady(`the server doesn't have a resource type "seldondeployments"`, {
      hint: 'Install Seldon Core (https://docs.seldon.io/projects/seldon-core/en/latest/workflow/install.html), or try the sandbox, which needs no cluster: --sandbox',
    });
  }
  return { cluster, namespace };
}
