import type { KubernetesObject } from '../kubernetes/objects.ts';
import { withDefaults } from './defaulting.ts';
import { type DesiredObjects, desiredObjects } from './desired-objects.ts';
import type { Deployment } from './kubernetes-objects.ts';
import type { SeldonDeployment } from './seldon-deployment.ts';
import type { OperatorSettings } from './settings.ts';

/**
 * One object that the operator makes, as it sends it but for its owner. Of a Deployment, how many pods it is to have, and
 * the Deployment itself.
 */
export interface MadeObject {
  object: KubernetesObject & { apiVersion: string; kind: string };
  pods?: { of: Deployment; replicas: MadeReplicas };
}

/**
 * `unset` where nothing says a number: the Deployment is made with one, and keeps the number that it has later. An
 * autoscaler keeps it between `least` and `most`.
 */
export type MadeReplicas =
  | { by: 'field'; count: number }
  | { by: 'unset' }
  | { by: 'autoscaler'; least: number; most: number };

/**
 * All that the operator makes of a SeldonDeployment: Deployments, Services, autoscalers, PodDisruptionBudgets, in this
 * order. Throws Error, with the operator's words, where it gives up.
 */
export function madeObjects(deployment: SeldonDeployment, settings: OperatorSettings): MadeObject[] {
  const made = desiredObjects(withDefaults(deployment, settings), settings);
  const others = [made.services, made.horizontalPodAutoscalers, made.scaledObjects, made.podDisruptionBudgets];
  return [
    ...made.deployments.map((object) => ({
      object: named(object),
      pods: { of: object, replicas: replicasOf(object, made) },
    })),
    ...others.flat().map((object) => ({ object: named(object) })),
  ];
}

function replicasOf({ metadata: { name }, spec: { replicas } }: Deployment, made: DesiredObjects): MadeReplicas {
  const ofThatName = (objects: DesiredObjects['scaledObjects']) =>
    objects.find(({ metadata }) => metadata.name === name)?.spec as Record<string, number> | undefined;
  const autoscaler = ofThatName(made.horizontalPodAutoscalers);
  if (autoscaler) {
    return { by: 'autoscaler', least: autoscaler.minReplicas ?? 1, most: autoscaler.maxReplicas ?? 1 };
  }
  // https://keda.sh/docs/2.7/concepts/scaling-deployments/
  const scaled = ofThatName(made.scaledObjects);
  if (scaled) return { by: 'autoscaler', least: scaled.minReplicaCount ?? 0, most: scaled.maxReplicaCount ?? 100 };
  return replicas === undefined ? { by: 'unset' } : { by: 'field', count: replicas };
}

function named(object: KubernetesObject): MadeObject['object'] {
  const { apiVersion = '', kind = '' } = object;
  return { ...object, apiVersion, kind };
}
