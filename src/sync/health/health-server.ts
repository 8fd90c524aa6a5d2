import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostAndPort, isLoopback } from '../../cluster/proxy.ts';
import { BadInput } from '../../failures.ts';
import { harmlessJson } from '../../text/escape.ts';
import type { PhaseReport } from '../report/phase.ts';
import { type Figures, isReady, metricsText } from './health.ts';

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/** A deployment as the source wants it: which it is, and how it is. Never its spec, which may hold what is secret. */
export type WantedDeployment = Pick<PhaseReport, 'id' | 'namespace' | 'name' | 'phase'>;

/** What is served, as it is when somebody asks. */
export interface Served {
  figures(): Figures;
  wanted(): readonly WantedDeployment[];
}

/**
 * Serves /healthz (200 as long as this process answers: starting it anew mends neither a source nor a cluster), /readyz
 * and /health (200 or 503), /metrics, and on the loopback address alone /desired and /cache. Throws BadInput where the port
 * cannot be had.
 */
export async function startHealthServer(address: string, port: number, served: Served): Promise<HealthServer> {
  const listens = () => server.address() as AddressInfo;
  const server = createServer((request, response) => {
    answer(request, response, served, isLoopback(listens().address) && isCalledLocal(request));
  });
  server.listen(port, address);
  await once(server, 'listening').catch((cause) => {
    throw new BadInput(`cannot listen on ${address}:${port} for --health-port: ${(cause as Error).message}`, { cause });
  });
  return {
    port: listens().port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { figures, wanted }: Served,
  isLocal: boolean,
): void {
  // Not by URL, which throws at // and its like: whoever can reach the port must not end the process.
  const [pathname] = (url ?? '/').split('?');
  const send = (status: number, type: string, text: string) =>
    response.writeHead(status, { 'content-type': type }).end(method === 'HEAD' ? '' : text);
  if (method !== 'GET' && method !== 'HEAD') return void send(405, 'text/plain', 'only GET is supported\n');
  switch (pathname) {
    case '/healthz':
      return void send(200, 'application/json', json(figures().health));
    case '/readyz':
    case '/health': {
      const { health } = figures();
      return void send(isReady(health) ? 200 : 503, 'application/json', json(health));
    }
    case '/metrics':
      return void send(200, 'text/plain; version=0.0.4; charset=utf-8', metricsText(figures()));
    case '/desired':
    case '/cache':
      if (isLocal) return void send(200, 'application/json', json(wanted()));
  }
  const paths = ['/healthz', '/readyz', '/health', '/metrics', ...(isLocal ? ['/desired', '/cache'] : [])];
  send(404, 'text/plain', `${paths.join(', ')}\n`);
}

/** Whether it is called by a name of this machine: a page in a browser here can have its own name lead to 127.0.0.1. */
function isCalledLocal({ headers: { host } }: IncomingMessage): boolean {
  return host === undefined || isLoopback(hostAndPort(host)[0]);
}

function json(value: unknown): string {
  return `${harmlessJson(JSON.stringify(value))}\n`;
}
