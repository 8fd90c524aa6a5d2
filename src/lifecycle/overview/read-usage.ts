import { advice, kubectl } from '../../advice/advice.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { deployments, pods, replicaSets, seldonDeployments } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { ClusterNotReady } from '../../failures.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';
import { snapshot } from '../snapshot.ts';
import { observe } from '../waits/wait-on.ts';
import { isNotServed, listUsage, type PodUsage, type UsageOfPods, type UsedPlace } from './pod-usage.ts';
import { type TreeNode, treeOf } from './tree.ts';

/** A pod of a deployment, and what it uses: undefined if the server has no figures of it. */
export interface UsedPod {
  /** Undefined of a pod of a Deployment that is not in the spec. */
  predictor: string | undefined;
  name: string;
  usage: PodUsage | undefined;
}

export interface DeploymentUsage {
  deployment: SeldonDeployment;
  /** By predictor, in the order of the spec, then by name. */
  pods: UsedPod[];
}

const LOOK = kubectl(['get', 'apiservice', 'v1beta1.metrics.k8s.io']);

/** What the pods of these deployments use now. Throws Failure where the server does not tell it. */
export async function readUsage(
  cluster: SeldonCluster,
  found: readonly SeldonDeployment[],
  namespaces: readonly (string | undefined)[],
): Promise<DeploymentUsage[]> {
  const kinds = [seldonDeployments(cluster.resource), deployments, replicaSets, pods];
  const places = await Promise.all(
    namespaces.map(async (namespace) => ({ namespace, cache: await snapshot(cluster, namespace, kinds, undefined) })),
  );
  const usage = await listUsage(cluster, places).catch(explainUsage);
  return found.map((deployment) => ({ deployment, pods: podsOf(deployment, places, usage) }));
}

function podsOf(deployment: SeldonDeployment, places: readonly UsedPlace[], usage: UsageOfPods): UsedPod[] {
  const { uid = '', namespace } = deployment.metadata;
  const place = places.find(({ cache }) => cache.get(uid));
  // It has gone since it was found.
  if (!place) return [];
  const { children } = treeOf(deployment, observe(place.cache, uid), () => undefined);
  return children.flatMap((child) =>
    podsBelow(child)
      .sort()
      .map((name) => ({
        predictor: child.kind === 'Predictor' ? child.name : undefined,
        name,
        usage: usage(namespace, name),
      })),
  );
}

function podsBelow({ kind, name, children }: TreeNode): string[] {
  return kind === 'Pod' ? [name] : children.flatMap(podsBelow);
}

/** The first lines as kubectl top has them. */
function explainUsage(error: unknown): never {
  if (isNotServed(error)) {
    throw new ClusterNotReady('Metrics API not available: the server does not serve metrics.k8s.io', {
      hint: 'Install metrics-server in the cluster (https://github.com/kubernetes-sigs/metrics-server), or ask its administrator for it',
      cause: error,
    });
  }
  if (error instanceof ApiFailure && error.status === 503) {
    throw new ClusterNotReady(`Metrics API not available: ${error.message}`, {
      hint: advice`Check why metrics-server does not answer: ${LOOK}`,
      cause: error,
    });
  }
  return explainAsKubectl(error, 'list pods.metrics.k8s.io');
}
