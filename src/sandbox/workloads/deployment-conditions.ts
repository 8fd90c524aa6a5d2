import { timestamp } from '../api-server/timestamps.ts';
import type { Condition, DeploymentStatus } from './workload-objects.ts';

export function conditionOf(status: DeploymentStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

export function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  const { conditions, ...rest } = status;
  const kept = (conditions ?? []).filter((condition) => condition.type !== type);
  return kept.length > 0 ? { ...rest, conditions: kept } : rest;
}

/**
 * The status with a condition set. One with the same status and reason stays as it was; a changed one moves to the
 * end, and keeps its transition time if only the reason changes.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/util/deployment_util.go
 */
export function setCondition(
  status: DeploymentStatus,
  condition: Pick<Condition, 'type' | 'status' | 'reason' | 'message' | 'lastTransitionTime'>,
  now: Date,
): DeploymentStatus {
  const known = conditionOf(status, condition.type);
  if (known && known.status === condition.status && known.reason === condition.reason) return status;
  const time = timestamp(now);
  const lastTransitionTime =
    condition.lastTransitionTime ?? (known?.status === condition.status ? known.lastTransitionTime : undefined) ?? time;
  const rest = withoutCondition(status, condition.type);
  return {
    ...rest,
    conditions: [...(rest.conditions ?? []), { ...condition, lastUpdateTime: time, lastTransitionTime }],
  };
}
