import { badRequest } from './api-failure.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';

/** What every container of the sandbox has "printed". */
const lines = ['loading model', 'reading /mnt/models/model.joblib', 'serving on port 9000'];

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export function podLog(pod: KubernetesObject, query: URLSearchParams): string {
  const names = ((pod.spec as JsonObject).containers as { name: string }[]).map(({ name }) => name);
  const asked = query.get('container') ?? (names.length === 1 ? names[0] : undefined);
  const { name: podName } = pod.metadata;
  if (asked === undefined) {
    throw badRequest(`a container name must be specified for pod ${podName}, choose one of: [${names.join(' ')}]`);
  }
  if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${podName}`);
  const statuses = ((pod.status as JsonObject | undefined)?.containerStatuses ?? []) as JsonObject[];
  const waiting = (statuses.find(({ name }) => name === asked)?.state as JsonObject | undefined)?.waiting as
    | { reason: string }
    | undefined;
  if (waiting && waiting.reason !== 'CrashLoopBackOff') {
    const why = waiting.reason === 'ContainerCreating' ? 'ContainerCreating' : 'trying and failing to pull image';
    throw badRequest(`container "${asked}" in pod "${podName}" is waiting to start: ${why}`);
  }
  const started = Date.parse(pod.metadata.creationTimestamp);
  const printed = lines.map((line, index) => ({ line, time: new Date(started + index * 1000).toISOString() }));
  const tail = query.get('tailLines');
  const since = query.get('sinceTime');
  const shown = printed
    .filter(({ time }) => since === null || Date.parse(time) >= Date.parse(since))
    .slice(tail === null ? 0 : Math.max(printed.length - Number(tail), 0));
  return shown.map(({ line, time }) => `${query.get('timestamps') === 'true' ? `${time} ` : ''}${line}\n`).join('');
}
