import { lastWords } from '../workloads/image-stories.ts';
import { badRequest } from './api-failure.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';

/** What every container of the sandbox has "printed", and before its last restart. */
const lines = ['loading model', 'reading /mnt/models/model.joblib', 'serving on port 9000'];

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export function podLog(pod: KubernetesObject, query: URLSearchParams): string {
  const { containers, initContainers = [] } = pod.spec as Record<'containers' | 'initContainers', { name: string }[]>;
  const names = containers.map(({ name }) => name);
  const asked = query.get('container') ?? (names.length === 1 ? names[0] : undefined);
  const { name: podName } = pod.metadata;
  if (asked === undefined) {
    throw badRequest(`a container name must be specified for pod ${podName}, choose one of: [${names.join(' ')}]`);
  }
  if (![...initContainers, ...containers].some(({ name }) => name === asked))
    throw badRequest(`container ${asked} is not valid for pod ${podName}`);
  const { containerStatuses = [], initContainerStatuses = [] } = (pod.status ?? {}) as Record<string, JsonObject[]>;
  const status = [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === asked);
  const waiting = (status?.state as JsonObject | undefined)?.waiting as { reason: string } | undefined;
  const hasEnded = (status?.lastState as JsonObject | undefined)?.terminated !== undefined;
  if (query.get('previous') === 'true' && !hasEnded) {
    throw badRequest(`previous terminated container "${asked}" in pod "${podName}" not found`);
  }
  if (waiting && waiting.reason !== 'CrashLoopBackOff') {
    const isBegun = /Image/.test(waiting.reason);
    const why = !isBegun ? waiting.reason : 'trying and failing to pull image';
    throw badRequest(`container "${asked}" in pod "${podName}" is waiting to start: ${why}`);
  }
  const started = Date.parse(pod.metadata.creationTimestamp);
  const isOver = query.get('previous') === 'true' || waiting !== undefined;
  const printed = (isOver ? lastWords : lines).map((line, index) => ({
    line,
    time: new Date(started + index * 1000).toISOString(),
  }));
  const tail = query.get('tailLines');
  const since = query.get('sinceTime');
  const shown = printed
    .filter(({ time }) => since === null || Date.parse(time) >= Date.parse(since))
    .slice(tail === null ? 0 : Math.max(printed.length - Number(tail), 0));
  return shown.map(({ line, time }) => `${query.get('timestamps') === 'true' ? `${time} ` : ''}${line}\n`).join('');
}
