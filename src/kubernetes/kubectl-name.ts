import { ownValue } from '../own-values.ts';
import type { KubernetesObject } from './objects.ts';

/** The API group of each kind that a deployment can own, as far as it is watched. */
const groups: Readonly<Record<string, string>> = {
  SeldonDeployment: 'machinelearning.seldon.io',
  Deployment: 'apps',
  ReplicaSet: 'apps',
  HorizontalPodAutoscaler: 'autoscaling',
  PodDisruptionBudget: 'policy',
};

/** As kubectl names objects, and takes them: deployment.apps/x, pod/y. */
export function kubectlName({ kind = '', metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  const group = ownValue(groups, kind);
  return `${kind.toLowerCase()}${group ? `.${group}` : ''}/${metadata.name}`;
}
