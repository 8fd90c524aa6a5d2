import type { Api } from './api.ts';

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
 * A container's log, line by line, without the ends of lines. Ends when the server has no more of it, or `signal` aborts.
 * Throws ApiFailure or Unreachable where it does not begin, and whatever the stream broke off with.
 */
export async function* logLines(
  api: Api,
  { namespace, pod, container }: LogSource,
  { follow, previous, timestamps, tailLines, sinceSeconds, sinceTime }: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const stream = await api.stream({
    method: 'GET',
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
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
    signal,
  });
  const decoder = new TextDecoder();
  const rest: string[] = [];
  for await (const chunk of stream) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n');
    rest.push(first);
    for (const next of more) {
      yield rest.join('');
      rest.length = 0;
      rest.push(next);
    }
  }
  const last = rest.join('');
  if (last !== '') yield last;
}
