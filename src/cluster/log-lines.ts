import { linkedSignal } from '../linked-signal.ts';
import { linesOf } from '../text/lines.ts';
import { answerLimits } from './answer-limits.ts';
import type { Api } from './api.ts';
import { resourceKinds, resourcePath } from './resource-kinds.ts';

/** One container of one pod. */
export interface LogSource {
  namespace: string;
  pod: string;
  container: string;
}

/** As PodLogOptions: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export interface LogQuery {
  /** Goes on until the container ends. */
  follow: boolean;
  /** Of the container's run before this one. */
  previous: boolean;
  /** Each line begins with its time. */
  timestamps: boolean;
  tailLines?: number | undefined;
  sinceSeconds?: number | undefined;
  /** RFC 3339 */
  sinceTime?: string | undefined;
}

/**
 * A container's log, line by line, without the ends of lines; a line without end in pieces of a mebibyte. Ends when the server has no more of it, or `signal` aborts.
 * Throws ApiFailure or Unreachable where it does not begin, and whatever the stream broke off with.
 */
export async function* logLines(
  api: Api,
  { namespace, pod, container }: LogSource,
  { follow, previous, timestamps, tailLines, sinceSeconds, sinceTime }: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { signal: until, release } = linkedSignal(signal);
  try {
    const stream = await api.stream({
      method: 'GET',
      path: logPath(namespace, pod),
      query: {
        container,
        follow: follow ? 'true' : undefined,
        previous: previous ? 'true' : undefined,
        timestamps: timestamps ? 'true' : undefined,
        tailLines: tailLines?.toString(),
        sinceSeconds: sinceSeconds?.toString(),
        sinceTime,
      },
      accept: '*/*',
      signal: until,
    });
    for await (const { line } of linesOf(stream, { most: answerLimits.logLine })) yield line;
  } finally {
    release();
  }
}

export function logPath(namespace: string, pod: string): string {
  return `${resourcePath(resourceKinds.pod, namespace, pod)}/log`;
}
