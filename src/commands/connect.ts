import { Api } from '../cluster/api.ts';
import { ClusterInspection } from '../cluster/inspection.ts';
import type { LoadedKubeconfig } from '../cluster/kubeconfig.ts';
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

/** For looking at a cluster, whether it has Seldon Core or not; nothing is asked yet. */
export function inspect(
  { connection, namespace }: LoadedKubeconfig,
  stop: AbortSignal,
  options: TransportOptions,
): Inspected {
  return { inspection: new ClusterInspection(new Api(connection, stop, options)), namespace };
}

/** Finds the SeldonDeployment resource in the cluster. Throws ClusterNotReady. */
export async function connect(
  { connection, namespace, context }: LoadedKubeconfig,
  stop: AbortSignal,
  options: TransportOptions,
): Promise<Connected> {
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

/** As `connect`, without asking yet whether the cluster has SeldonDeployments, and in which version. */
export function connectUnasked(
  { connection, namespace, context }: LoadedKubeconfig,
  stop: AbortSignal,
  options: TransportOptions,
): Connected {
  return { cluster: assumedSeldon(connection, stop, options), namespace, context };
}
