import { expectedDeployments } from './expected-deployments.ts';
import type { SeldonDeployment, SeldonSpec } from './seldon-deployment.ts';

/** One field that has to change so that Deployments get another number of replicas. */
export interface ReplicasChange {
  /** For people: spec.predictors[0].replicas */
  path: string;
  from: number | undefined;
  to: number;
}

export type ScalePlan =
  | {
      answer: 'change';
      /** The same spec with the changes made. */
      spec: SeldonSpec;
      changes: ReplicasChange[];
      /** Replicas below componentSpecs stand in the engine's environment, so changing them replaces every pod. */
      restartsPods: boolean;
    }
  | { answer: 'refused'; path: string; reason: string };

/**
 * The changes that give every model Deployment `replicas` replicas: to the field that governs each, because a less
 * specific one has no effect. Explainers and separate service orchestrators keep what their own fields say.
 */
export function planScale(deployment: SeldonDeployment, replicas: number): ScalePlan {
  const spec = structuredClone(deployment.spec ?? {});
  const changes = new Map<string, ReplicasChange>();
  for (const { role, replicas: expected } of expectedDeployments(deployment)) {
    if (role !== 'model') continue;
    if (expected.governedBy === 'autoscaler') {
      const scaler = expected.path.endsWith('kedaSpec') ? 'KEDA' : 'a HorizontalPodAutoscaler';
      return {
        answer: 'refused',
        path: expected.path,
        reason: `${expected.path} is set: ${scaler} decides how many replicas there are, and a number set elsewhere has no effect`,
      };
    }
    const path = expected.governedBy === 'field' ? expected.path : 'spec.replicas';
    const from = expected.governedBy === 'field' ? expected.count : undefined;
    if (from !== replicas) changes.set(path, { path, from, to: replicas });
  }
  for (const { path, to } of changes.values()) setReplicas(spec, path, to);
  return {
    answer: 'change',
    spec,
    changes: [...changes.values()],
    restartsPods: [...changes.keys()].some((path) => path.includes('.componentSpecs[')),
  };
}

function setReplicas(spec: SeldonSpec, path: string, count: number): void {
  const [predictorIndex, componentIndex] = [...path.matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index));
  if (predictorIndex === undefined) {
    spec.replicas = count;
    return;
  }
  const predictor = spec.predictors?.[predictorIndex];
  const holder = componentIndex === undefined ? predictor : predictor?.componentSpecs?.[componentIndex];
  if (holder) holder.replicas = count;
}
