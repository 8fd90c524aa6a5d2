import { deleteObject } from '../api-server/delete-object.ts';
import { ensureNewest, type ReplicaSets, revisionOf } from './replicaset-revisions.ts';
import type { RolloutContext } from './rollout-context.ts';
import { maxUnavailable, newReplicaCount, totalAvailable, totalReplicas } from './rollout-limits.ts';
import { scaleReplicaSet } from './rollout-scaling.ts';
import type { Deployment, ReplicaSet } from './workload-objects.ts';

export type Rollout = { current: Deployment; sets: ReplicaSets };

/**
 * One step of a rollout: the newest ReplicaSet grows, or else the old ones shrink.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/rolling.go and recreate.go
 */
export function rollOut(controller: RolloutContext, deployment: Deployment, owned: ReplicaSets): Rollout {
  if (deployment.spec.strategy.type === 'Recreate') return recreate(controller, deployment, owned);
  const rollout = ensureNewest(controller, deployment, owned);
  const { current, sets } = rollout;
  if (growNewest(controller, current, sets)) return rollout;
  if (shrinkOld(controller, current, sets)) return rollout;
  if (isComplete(current)) dropOldRevisions(controller, current, sets);
  return rollout;
}

function recreate(controller: RolloutContext, deployment: Deployment, owned: ReplicaSets): Rollout {
  const active = owned.old.filter(({ spec }) => spec.replicas > 0);
  for (const replicaSet of active) scaleReplicaSet(controller, deployment, replicaSet, 0);
  const isRunning = owned.old.some(({ status }) => status.replicas > 0 || (status.terminatingReplicas ?? 0) > 0);
  if (active.length > 0 || isRunning) return { current: deployment, sets: owned };
  const rollout = ensureNewest(controller, deployment, owned);
  growNewest(controller, rollout.current, rollout.sets);
  return rollout;
}

function growNewest(controller: RolloutContext, deployment: Deployment, { newest, all }: ReplicaSets): boolean {
  if (!newest) return false;
  const { replicas } = deployment.spec;
  if (newest.spec.replicas === replicas) return false;
  const wanted = newest.spec.replicas > replicas ? replicas : newReplicaCount(deployment, all, newest.spec.replicas);
  return scaleReplicaSet(controller, deployment, newest, wanted);
}

function shrinkOld(controller: RolloutContext, deployment: Deployment, { newest, old, all }: ReplicaSets): boolean {
  if (totalReplicas(old) === 0 || !newest) return false;
  const leastAvailable = deployment.spec.replicas - maxUnavailable(deployment);
  const notYetAvailable = newest.spec.replicas - (newest.status.availableReplicas ?? 0);
  const mostToDrop = totalReplicas(all) - leastAvailable - notYetAvailable;
  if (mostToDrop <= 0) return false;
  const sizes = new Map(old.map((replicaSet) => [replicaSet, replicaSet.spec.replicas]));
  dropUnhealthy(sizes, mostToDrop);
  dropAvailable(sizes, totalAvailable(all) - leastAvailable);
  let hasShrunk = false;
  for (const [replicaSet, size] of sizes)
    hasShrunk = scaleReplicaSet(controller, deployment, replicaSet, size) || hasShrunk;
  return hasShrunk;
}

/** Pods that are not available anyhow go first. */
function dropUnhealthy(sizes: Map<ReplicaSet, number>, most: number): void {
  let left = most;
  for (const [replicaSet, size] of sizes) {
    const count = Math.min(left, size - (replicaSet.status.availableReplicas ?? 0));
    if (size === 0 || count <= 0) continue;
    sizes.set(replicaSet, size - count);
    left -= count;
  }
}

function dropAvailable(sizes: Map<ReplicaSet, number>, most: number): void {
  let left = most;
  for (const [replicaSet, size] of sizes) {
    const count = Math.min(left, size);
    if (count <= 0) continue;
    sizes.set(replicaSet, size - count);
    left -= count;
  }
}

export function isComplete({ metadata, spec, status }: Deployment): boolean {
  return (
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function dropOldRevisions({ store, types }: RolloutContext, deployment: Deployment, { old }: ReplicaSets): void {
  const limit = deployment.spec.revisionHistoryLimit ?? Number.POSITIVE_INFINITY;
  const removable = old.filter(
    ({ metadata, spec, status }) => !metadata.deletionTimestamp && spec.replicas === 0 && status.replicas === 0,
  );
  if (removable.length <= limit) return;
  removable.sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const { metadata } of removable.slice(0, removable.length - limit)) {
    deleteObject(store, types.replicaSets, metadata.namespace, metadata.name, { propagationPolicy: 'Background' });
  }
}
