import type { Deployment, ReplicaSet } from './workload-objects.ts';

/**
 * How many pods a rollout may add to, and take from, the wanted number. Percentages of surge are rounded up and of
 * unavailability down; never are both 0, or no rollout could move.
 */
export function surgeAndUnavailable({ spec }: Deployment): { surge: number; unavailable: number } {
  if (spec.strategy.type !== 'RollingUpdate') return { surge: 0, unavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy.rollingUpdate ?? {};
  const surge = absolute(maxSurge, spec.replicas, Math.ceil);
  const unavailable = absolute(maxUnavailable, spec.replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function absolute(limit: number | string, replicas: number, round: (value: number) => number): number {
  if (typeof limit === 'number') return limit;
  return limit.endsWith('%') ? round((Number.parseFloat(limit) * replicas) / 100) : Number(limit);
}

/** The most pods that may be missing; all of them never may where any are wanted. */
export function maxUnavailable(deployment: Deployment): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type !== 'RollingUpdate' || replicas === 0) return 0;
  return Math.min(surgeAndUnavailable(deployment).unavailable, replicas);
}

export function totalReplicas(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { spec }) => sum + spec.replicas, 0);
}

export function totalAvailable(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { status }) => sum + (status.availableReplicas ?? 0), 0);
}

/** How large the newest ReplicaSet, of `current` replicas now, may be made. */
export function newReplicaCount(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type !== 'RollingUpdate') return replicas;
  const room = replicas + surgeAndUnavailable(deployment).surge - totalReplicas(all);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}
