import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BadInput } from '../../failures.ts';
import { type Figures, isReady, metricsText } from './health.ts';

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves /healthz (200 as long as this process answers: starting it anew mends neither a source nor a cluster), /readyz
 * (200 or 503) and /metrics. Throws BadInput where the port cannot be had.
 */
export async function startHealthServer(address: string, port: number, figures: () => Figures): Promise<HealthServer> {
  const server = createServer((request, response) => answer(request, response, figures()));
  server.listen(port, address);
  await once(server, 'listening').catch((cause) => {
    throw new BadInput(`cannot listen on ${address}:${port} for --health-port: ${(cause as Error).message}`, { cause });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer({ method, url }: IncomingMessage, response: ServerResponse, figures: Figures): void {
  // Not by URL, which throws at // and its like: whoever can reach the port must not end the process.
  const [pathname] = (url ?? '/').split('?');
  const send = (status: number, type: string, text: string) =>
    response.writeHead(status, { 'content-type': type }).end(method === 'HEAD' ? '' : text);
  if (method !== 'GET' && method !== 'HEAD') return void send(405, 'text/plain', 'only GET is answered\n');
  switch (pathname) {
    case '/healthz':
      return void send(200, 'application/json', json(figures));
    case '/readyz':
      return void send(isReady(figures.health) ? 200 : 503, 'application/json', json(figures));
    case '/metrics':
      return void send(200, 'text/plain; version=0.0.4; charset=utf-8', metricsText(figures));
    default:
      return void send(404, 'text/plain', '/healthz, /readyz, /metrics\n');
  }
}

function json({ health }: Figures): string {
  return `${JSON.stringify(health)}\n`;
}
