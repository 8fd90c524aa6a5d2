import type { Deployment, DeploymentCondition } from '../../operator/kubernetes-objects.ts';
import type { SeldonDeploymentStatus } from '../../operator/seldon-deployment.ts';
import { ownValue } from '../../own-values.ts';
import type { Conditions } from './conditions.ts';
import { deepEqual } from './differences.ts';

/**
 * How the operator computes a status: from the one before, changed in memory as the reconcile goes on. It looks only at
 * ready and unavailable counts of Deployments, never at spec.replicas, updatedReplicas or observedGeneration, so after
 * a change it can call the old pods Available: https://github.com/SeldonIO/seldon-core/issues/4269
 * Source: createDeployments and Reconcile in operator/controllers/seldondeployment_controller.go, v1.18.2.
 */

/** What one reconcile has seen of the Deployments so far. */
export interface Rollout {
  ready: boolean;
  progressing: boolean;
  /** The Available condition that changed last; it becomes DeploymentsReady when all are ready. */
  lastAvailable: DeploymentCondition | undefined;
}

export const newRollout = (): Rollout => ({ ready: true, progressing: true, lastAvailable: undefined });

/** A Deployment that exists with the wanted pod spec, as the API server last gave it: its status may be an old one. */
export function observeDeployment(
  status: SeldonDeploymentStatus,
  conditions: Conditions,
  rollout: Rollout,
  deployment: Deployment,
  isFirst: boolean,
): void {
  const { name } = deployment.metadata;
  const { replicas = 0, availableReplicas = 0, readyReplicas = 0, unavailableReplicas = 0 } = deployment.status ?? {};
  const known = ownValue(status.deploymentStatus, name);
  // A Deployment that never had a pod gets no entry here, and so is not found again when its predictor goes.
  if ((known?.replicas ?? 0) !== replicas || (known?.availableReplicas ?? 0) !== availableReplicas) {
    status.deploymentStatus = {
      ...status.deploymentStatus,
      [name]: { ...(replicas && { replicas }), ...(availableReplicas && { availableReplicas }) },
    };
    if (isFirst) setReplicas(status, replicas);
  }
  const available = conditionOf(deployment, 'Available');
  if (readyReplicas === 0 || unavailableReplicas > 0) {
    // Only the first Deployment that is not ready is looked at: one that is dead hides behind one that is slow.
    if (rollout.ready) {
      setDeploymentsReady(conditions, available);
      const stuck = conditionOf(deployment, 'Progressing')?.status === 'False' && available?.status === 'False';
      if (stuck) rollout.progressing = false;
    }
    rollout.ready = false;
  }
  if (!rollout.ready || !available) return;
  const last = rollout.lastAvailable?.lastTransitionTime ?? '';
  if (!rollout.lastAvailable || last < (available.lastTransitionTime ?? '')) rollout.lastAvailable = available;
}

export function concludeRollout(conditions: Conditions, rollout: Rollout): void {
  if (!rollout.ready) return;
  if (rollout.lastAvailable) setDeploymentsReady(conditions, rollout.lastAvailable);
  else conditions.markUnknown('DeploymentsReady', {});
}

export function setState(status: SeldonDeploymentStatus, rollout: Rollout, othersReady: boolean): void {
  delete status.description;
  if (rollout.ready && othersReady) {
    status.state = 'Available';
  } else if (!rollout.ready && !rollout.progressing) {
    status.state = 'Failed';
    status.description = 'Deployment is no longer progressing and not available.';
  } else {
    status.state = 'Creating';
  }
}

/** Conditions keep saying what they said before the error, so Failed with Ready=True is possible. */
export function setFailed(status: SeldonDeploymentStatus, error: Error): void {
  status.state = 'Failed';
  status.description = error.message;
}

/** Times of conditions do not count (knative's VolatileTime), so a status that differs in them alone is not written. */
export function sameStatus(a: SeldonDeploymentStatus | undefined, b: SeldonDeploymentStatus | undefined): boolean {
  return deepEqual(withoutTimes(a), withoutTimes(b));
}

function withoutTimes(status: SeldonDeploymentStatus | undefined): unknown {
  const conditions = status?.conditions?.map(({ lastTransitionTime: _, ...condition }) => condition);
  return { ...status, conditions };
}

function setReplicas(status: SeldonDeploymentStatus, replicas: number): void {
  if (replicas === 0) delete status.replicas;
  else status.replicas = replicas;
}

function conditionOf(deployment: Deployment, type: string): DeploymentCondition | undefined {
  return deployment.status?.conditions?.find((condition) => condition.type === type);
}

/** A copy of a Deployment's Available condition; one that is not there yet changes nothing. */
function setDeploymentsReady(conditions: Conditions, available: DeploymentCondition | undefined): void {
  if (available?.status === 'True') conditions.markTrue('DeploymentsReady', available);
  if (available?.status === 'False') conditions.markFalse('DeploymentsReady', available);
  if (available?.status === 'Unknown') conditions.markUnknown('DeploymentsReady', available);
}
