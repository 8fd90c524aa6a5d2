import type { Pod } from '../kubernetes/objects.ts';
import type { ReportedEvent } from '../progress/progress.ts';

/** What is known of pods by their uids; undefined: it is not there (any more). */
export type PodOf = (uid: string) => Pod | undefined;

/**
 * Whether an Event tells of nothing but the usual course: that the operator has written its status, that probes fail
 * before a pod was ready for the first time, or while it is being ended.
 */
export function isRoutine(event: ReportedEvent, podOf: PodOf): boolean {
  const { reason, object, benign } = event;
  if (benign || (reason === 'Updated' && object.kind === 'SeldonDeployment')) return true;
  return object.kind === 'Pod' && isOfStartOrEnd(event, podOf(object.uid));
}

/** The same of a Warning of a pod. */
export function isOfStartOrEnd({ reason, message, lastTime = 0 }: ReportedEvent, pod: Pod | undefined): boolean {
  if (reason === 'FailedPreStopHook') return pod === undefined || pod.metadata.deletionTimestamp !== undefined;
  if (reason !== 'Unhealthy' || /^Liveness/.test(message)) return false;
  if (!pod || pod.metadata.deletionTimestamp) return true;
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  // Events have whole seconds, and are written a moment later.
  return ready?.status === 'True' && lastTime <= Date.parse(ready.lastTransitionTime ?? '') + 2_000;
}
