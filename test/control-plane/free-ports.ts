import { createServer } from 'node:net';

/**
 * Ports on loopback that nothing listens on now, as many as asked for, all different. They are below the range from which
 * Linux, macOS and Windows number outgoing connections: the API server's port must stay free while a test has it killed,
 * and a client that retries meanwhile could otherwise be given that port (and then talk to itself).
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
