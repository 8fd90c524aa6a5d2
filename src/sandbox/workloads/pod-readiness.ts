import type { Pod } from './workload-objects.ts';

export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** A pod is available once it has been ready for minReadySeconds. */
export function isAvailable(pod: Pod, minReadySeconds: number | undefined, now: Date): boolean {
  return isReady(pod) && secondsUntilAvailable(pod, minReadySeconds, now) <= 0;
}

/** 0 for a pod that is not ready, or available already. */
export function secondsUntilAvailable(pod: Pod, minReadySeconds = 0, now: Date): number {
  const ready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  if (!ready || minReadySeconds === 0) return 0;
  const readyFor = (now.getTime() - Date.parse(ready.lastTransitionTime ?? '')) / 1000;
  return Math.max(minReadySeconds - readyFor, 0);
}

/**
 * The order in which a ReplicaSet gives pods up: unscheduled, then pending, then unready, then the youngest.
 * https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#scaling-a-replicaset
 */
export function mostExpendableFirst(pods: Pod[]): Pod[] {
  const rank = (pod: Pod) => [pod.spec.nodeName ? 1 : 0, pod.status?.phase === 'Running' ? 1 : 0, isReady(pod) ? 1 : 0];
  return [...pods].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const difference = left.map((value, index) => value - (right[index] ?? 0)).find((value) => value !== 0);
    if (difference !== undefined) return difference;
    // The newer one goes first.
    return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1;
  });
}
