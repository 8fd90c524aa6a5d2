import { ownValue } from '../../own-values.ts';
import type { KubernetesObject } from '../api-server/objects.ts';
import { updateObject } from '../api-server/update-object.ts';
import { desiredAnnotation, type ReplicaSets, sizeAnnotations } from './replicaset-revisions.ts';
import { deploymentManager, type RolloutContext } from './rollout-context.ts';
import { surgeAndUnavailable, totalReplicas } from './rollout-limits.ts';
import type { Deployment, ReplicaSet } from './workload-objects.ts';

/** Whether the Deployment's size has changed since its ReplicaSets were last sized: then that comes before any rollout. */
export function isScaling(deployment: Deployment, { all }: ReplicaSets): boolean {
  return all.some(({ metadata, spec }) => {
    const desired = metadata.annotations?.[desiredAnnotation];
    return spec.replicas > 0 && desired !== undefined && Number(desired) !== deployment.spec.replicas;
  });
}

/** Writes a ReplicaSet's size, and tells it as an event; false where nothing changes. */
export function scaleReplicaSet(
  { store, types, recorder }: RolloutContext,
  deployment: Deployment,
  replicaSet: ReplicaSet,
  replicas: number,
): boolean {
  const { name, namespace } = replicaSet.metadata;
  const before = replicaSet.spec.replicas;
  const annotations = sizeAnnotations(deployment);
  const isNoted = Object.entries(annotations).every(
    ([key, value]) => ownValue(replicaSet.metadata.annotations, key) === value,
  );
  if (before === replicas && isNoted) return false;
  const change = (copy: KubernetesObject) => {
    const changed = copy as ReplicaSet;
    changed.spec.replicas = replicas;
    changed.metadata.annotations = { ...changed.metadata.annotations, ...annotations };
    return changed;
  };
  updateObject(store, types.replicaSets, namespace, name, change, { manager: deploymentManager });
  if (before === replicas) return false;
  const direction = replicas > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`;
  recorder.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  return true;
}

/**
 * Spreads a changed size over the ReplicaSets there are: all on one, or in proportion in the middle of a rollout.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#proportional-scaling
 */
export function scaleProportionally(controller: RolloutContext, deployment: Deployment, sets: ReplicaSets): void {
  const { replicas } = deployment.spec;
  const { newest, old, all } = sets;
  const active = all.filter(({ spec }) => spec.replicas > 0);
  const [only] = active.length === 0 ? [newest ?? all.at(-1)] : active;
  if (active.length <= 1) {
    if (only && (only.spec.replicas !== replicas || active.length === 1))
      scaleReplicaSet(controller, deployment, only, replicas);
    return;
  }
  if (newest && isSaturated(deployment, newest)) {
    for (const replicaSet of old)
      if (replicaSet.spec.replicas > 0) scaleReplicaSet(controller, deployment, replicaSet, 0);
    return;
  }
  if (deployment.spec.strategy.type !== 'RollingUpdate') return;
  const allowed = replicas > 0 ? replicas + surgeAndUnavailable(deployment).surge : 0;
  for (const [replicaSet, size] of proportions(active, allowed, deployment)) {
    scaleReplicaSet(controller, deployment, replicaSet, size);
  }
}

function isSaturated({ spec }: Deployment, newest: ReplicaSet): boolean {
  const desired = Number(newest.metadata.annotations?.[desiredAnnotation]);
  return (
    newest.spec.replicas === spec.replicas &&
    desired === spec.replicas &&
    (newest.status.availableReplicas ?? 0) === spec.replicas
  );
}

function proportions(active: ReplicaSet[], allowed: number, deployment: Deployment): Map<ReplicaSet, number> {
  const toAdd = allowed - totalReplicas(active);
  // The largest get their share first, and the largest of all gets what rounding leaves.
  const bySize = [...active].sort((a, b) => b.spec.replicas - a.spec.replicas);
  const sizes = new Map(bySize.map((replicaSet) => [replicaSet, replicaSet.spec.replicas]));
  let added = 0;
  for (const replicaSet of bySize) {
    if (toAdd === 0) break;
    const before = Number(
      replicaSet.metadata.annotations?.['deployment.kubernetes.io/max-replicas'] ?? deployment.spec.replicas,
    );
    const share = Math.round((replicaSet.spec.replicas * allowed) / before) - replicaSet.spec.replicas;
    const left = toAdd - added;
    const part = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    sizes.set(replicaSet, replicaSet.spec.replicas + part);
    added += part;
  }
  const [largest] = bySize;
  if (largest) sizes.set(largest, Math.max((sizes.get(largest) ?? 0) + toAdd - added, 0));
  return sizes;
}
