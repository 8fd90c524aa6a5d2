import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  /** Of the proxy itself: http://127.0.0.1:port, or https. */
  url: string;
  /** What it was asked for, in the order of asking: 'CONNECT host:port', or 'GET http://…' for plain HTTP. */
  asked: string[];
  close(): Promise<void>;
}

/**
 * A proxy as companies have them. With `credentials`, 'user:password', it lets nobody else through; with `knows` it connects
 * to that port of this machine, whatever it is asked for, as one that alone knows a name.
 */
export async function startConnectProxy(
  options: { tls?: { cert: string; key: string }; credentials?: string; knows?: number } = {},
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = options.tls ? createSecureServer(options.tls) : createServer();
  const expected = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`;
  const allowed = ({ headers }: IncomingMessage) => !expected || headers['proxy-authorization'] === expected;

  server.on('connection', (socket: Socket) => sockets.add(socket.unref()));
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    if (!allowed(incoming)) return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const [toPort, to] = options.knows === undefined ? [Number(port), hostname] : [options.knows, '127.0.0.1'];
    const upstream = connect(toPort, to, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream.unref());
    upstream.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    client.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.on('request', (incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const further = request(incoming.url ?? '', { method: incoming.method, headers: incoming.headers });
    further.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(further);
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A test that fails before it closes it ends all the same.
  server.unref();
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
