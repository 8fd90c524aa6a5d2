import type { KubernetesObject } from '../cluster/objects.ts';
import type { Observation } from './observation.ts';

/** The API group of each kind that can be left, as kubectl names objects: deployment.apps/x, pod/y. */
const groups: Readonly<Record<string, string>> = {
  SeldonDeployment: 'machinelearning.seldon.io',
  Deployment: 'apps',
  ReplicaSet: 'apps',
  HorizontalPodAutoscaler: 'autoscaling',
  PodDisruptionBudget: 'policy',
};

/** What of a deployment is still in the cluster, owner first. */
export function leftovers({ deployment, owned }: Observation): string[] {
  const objects: KubernetesObject[] = [...owned.deployments, ...owned.replicaSets, ...owned.pods, ...owned.others];
  if (deployment) objects.unshift({ ...deployment, kind: 'SeldonDeployment' });
  return objects.map(({ kind = '', metadata }) => {
    const group = groups[kind];
    return `${kind.toLowerCase()}${group ? `.${group}` : ''}/${metadata.name}`;
  });
}
