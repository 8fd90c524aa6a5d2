import { isDeepStrictEqual } from 'node:util';
import { updateStatus } from '../api-server/update-object.ts';
import { conditionOf, setCondition, withoutCondition } from './deployment-conditions.ts';
import type { ReplicaSets } from './replicaset-revisions.ts';
import { isComplete } from './rollout.ts';
import { deploymentManager, type RolloutContext } from './rollout-context.ts';
import { maxUnavailable, totalAvailable, totalReplicas } from './rollout-limits.ts';
import { type Deployment, type DeploymentStatus, keyOf, type ReplicaSet, withoutZeros } from './workload-objects.ts';

/** Writes the counts and the Available condition: what is done while scaling and while being deleted. */
export function writeStatus(controller: RolloutContext, deployment: Deployment, sets: ReplicaSets): void {
  write(controller, deployment, statusOf(controller, deployment, sets));
}

/**
 * Writes the status of a rollout, the Progressing condition included.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/progress.go
 */
export function writeRolloutStatus(controller: RolloutContext, deployment: Deployment, sets: ReplicaSets): void {
  const now = controller.store.now();
  let status = statusOf(controller, deployment, sets);
  const progressing = conditionOf(deployment.status, 'Progressing');
  const deadline = deployment.spec.progressDeadlineSeconds;
  const isDone =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && progressing?.reason === 'NewReplicaSetAvailable';
  if (deadline === undefined) status = withoutCondition(status, 'Progressing');
  else if (!isDone) status = withProgress(deployment, status, sets.newest, now);
  const failure = replicaFailure(sets);
  status = failure ? setCondition(status, failure, now) : withoutCondition(status, 'ReplicaFailure');
  if (!write(controller, deployment, status)) checkAgainAtDeadline(controller, deployment, status, now);
}

function statusOf({ store }: RolloutContext, deployment: Deployment, { newest, all }: ReplicaSets): DeploymentStatus {
  const sum = (count: (status: ReplicaSet['status']) => number | undefined) =>
    all.reduce((total, { status }) => total + (count(status) ?? 0), 0);
  const available = totalAvailable(all);
  const { conditions } = deployment.status;
  const counts = withoutZeros(
    {
      observedGeneration: deployment.metadata.generation ?? 0,
      replicas: sum((status) => status.replicas),
      updatedReplicas: newest?.status.replicas ?? 0,
      readyReplicas: sum((status) => status.readyReplicas),
      availableReplicas: available,
      unavailableReplicas: Math.max(totalReplicas(all) - available, 0),
      terminatingReplicas: sum((status) => status.terminatingReplicas),
      ...(conditions ? { conditions } : {}),
    },
    ['terminatingReplicas'],
  );
  const isEnough = available >= deployment.spec.replicas - maxUnavailable(deployment);
  return setCondition(
    counts,
    isEnough
      ? {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    store.now(),
  );
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  newest: ReplicaSet | undefined,
  now: Date,
): DeploymentStatus {
  const subject = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const progressing = (value: 'True' | 'False', reason: string, what: string) =>
    ({ type: 'Progressing', status: value, reason, message: `${subject} ${what}` }) as const;
  if (isComplete({ ...deployment, status })) {
    return setCondition(status, progressing('True', 'NewReplicaSetAvailable', 'has successfully progressed.'), now);
  }
  if (hasProgressed(deployment.status, status)) {
    // Set anew even with the same reason: lastUpdateTime is what the deadline counts from.
    const known = conditionOf(deployment.status, 'Progressing');
    const kept = known?.status === 'True' ? { lastTransitionTime: known.lastTransitionTime ?? '' } : {};
    const condition = { ...progressing('True', 'ReplicaSetUpdated', 'is progressing.'), ...kept };
    return setCondition(withoutCondition(status, 'Progressing'), condition, now);
  }
  if (isTimedOut(deployment, status, now)) {
    return setCondition(status, progressing('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'), now);
  }
  return status;
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const count = (
    status: DeploymentStatus,
    field: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas',
  ) => status[field] ?? 0;
  const old = (status: DeploymentStatus) => count(status, 'replicas') - count(status, 'updatedReplicas');
  return (
    count(after, 'updatedReplicas') > count(before, 'updatedReplicas') ||
    old(after) < old(before) ||
    count(after, 'readyReplicas') > count(before, 'readyReplicas') ||
    count(after, 'availableReplicas') > count(before, 'availableReplicas')
  );
}

function deadlineOf(deployment: Deployment, status: DeploymentStatus): number | undefined {
  const condition = conditionOf(status, 'Progressing');
  const seconds = deployment.spec.progressDeadlineSeconds;
  if (!condition || seconds === undefined || condition.reason === 'NewReplicaSetAvailable') return undefined;
  return Date.parse(condition.lastUpdateTime ?? '') + seconds * 1000;
}

function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: Date): boolean {
  if (conditionOf(status, 'Progressing')?.reason === 'ProgressDeadlineExceeded') return true;
  const deadline = deadlineOf(deployment, status);
  return deadline !== undefined && deadline < now.getTime();
}

/** Nothing else would wake the controller when nothing happens any more. */
function checkAgainAtDeadline(
  { queue }: RolloutContext,
  deployment: Deployment,
  status: DeploymentStatus,
  now: Date,
): void {
  const reason = conditionOf(status, 'Progressing')?.reason;
  const deadline = deadlineOf(deployment, status);
  if (deadline === undefined || reason === 'ProgressDeadlineExceeded' || isComplete({ ...deployment, status })) return;
  queue.addAfter(keyOf(deployment), Math.max(deadline - now.getTime(), 0) + 1000);
}

function replicaFailure({ newest, all }: ReplicaSets) {
  const candidates = newest ? [newest, ...all] : all;
  for (const { status } of candidates) {
    const failure = status.conditions?.find(({ type }) => type === 'ReplicaFailure');
    if (failure) return failure;
  }
  return undefined;
}

/** False where there was nothing to write. */
function write({ store, types }: RolloutContext, deployment: Deployment, status: DeploymentStatus): boolean {
  if (isDeepStrictEqual(status, deployment.status)) return false;
  updateStatus(store, types.deployments, deployment, status, deploymentManager);
  return true;
}
