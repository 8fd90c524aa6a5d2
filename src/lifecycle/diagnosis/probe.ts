import type { Probe } from '../../kubernetes/objects.ts';

/** GET /ready on port 8000 */
export function probeInWords({ httpGet, tcpSocket, exec, grpc }: Probe): string {
  if (httpGet) return `GET ${httpGet.path ?? '/'} on port ${httpGet.port}`;
  if (tcpSocket) return `a connection to port ${tcpSocket.port}`;
  if (grpc) return `gRPC on port ${grpc.port}`;
  return exec?.command ? `the command ${exec.command.join(' ')}` : 'its check';
}

/** Where it asks, as the kubelet writes it in an Event: the port, and of HTTP the path. */
export function asksAt({ httpGet, tcpSocket, grpc }: Probe, message: string): boolean {
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  if (port === undefined || !message.includes(`:${port}`)) return false;
  return httpGet === undefined || message.includes(httpGet.path ?? '/');
}

/** What a probe was answered: of 'Readiness probe failed: HTTP probe failed with statuscode: 503' what stands behind. */
export function answerOf(message: string): string {
  return message
    .replace(/^(Liveness|Readiness|Startup) probe (failed|errored)( and resulted in unknown state)?:? ?/i, '')
    .trim();
}

type ProbeAdvice = (named: { probe: string }) => string;

/** What to do about a probe, by what it was answered. */
export function probeAdvice<Other extends ProbeAdvice>(
  answer: string,
  of: { moreTime: Other; refused: ProbeAdvice; slow: ProbeAdvice; path: ProbeAdvice },
): ProbeAdvice {
  if (/statuscode: 404/.test(answer)) return of.path;
  if (/connection refused|NOT_FOUND|failed to connect/.test(answer)) return of.refused;
  return /Client\.Timeout|deadline exceeded|timed out|i\/o timeout/.test(answer) ? of.slow : of.moreTime;
}
