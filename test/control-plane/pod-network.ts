import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PodNetwork {
  /** The Unix socket that the API server makes its connections into the cluster through. */
  socket: string;
  close(): Promise<void>;
}

/**
 * Stands in for the network of the pods, which are only played: whatever pod the API server connects to, on whatever
 * port, it reaches the one server that listens on `port` of 127.0.0.1. The kubelet is where it says. It is the proxy of
 * an EgressSelectorConfiguration, see settings.ts.
 */
export async function startPodNetwork(port: number): Promise<PodNetwork> {
  // Unix sockets have short names: that of the project's folder may be too long.
  const folder = mkdtempSync(join(tmpdir(), 'pods-'));
  const socket = join(folder, 'network');
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (client: Socket) => sockets.add(client.unref()));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const target = new URL(`http://${request.url}`);
    const isKubelet = target.hostname === '127.0.0.1';
    const upstream = connect(isKubelet ? Number(target.port) : port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream.unref());
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    client.on('error', () => upstream.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.listen(socket);
  await once(server, 'listening');
  server.unref();
  return {
    socket,
    async close() {
      for (const one of sockets) one.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
