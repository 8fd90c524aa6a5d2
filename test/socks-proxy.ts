import { once } from 'node:events';
import { type AddressInfo, connect, createServer, isIP, type Socket } from 'node:net';

export interface SocksProxy {
  /** socks5://127.0.0.1:port. */
  url: string;
  /** What it was asked for, in the order of asking: 'host:port', the host as it was sent. */
  asked: string[];
  /** 'user:password' of each who has said so. */
  told: string[];
  close(): Promise<void>;
}

/** RFC 1928. */
export const socksReplies = { failure: 1, notAllowed: 2, hostUnreachable: 4, refused: 5 } as const;

interface Options {
  /** 'user:password', without which it lets nobody through. */
  credentials?: string;
  /** It connects to that port of this machine, whatever it is asked for, as one that alone knows a name. */
  knows?: number;
  /** It refuses everything with this. */
  reply?: number;
  /** It takes connections and says nothing. */
  silent?: boolean;
}

/** A SOCKS5 proxy, as `ssh -D` is one: RFC 1928, with the user and password of RFC 1929. */
export async function startSocksProxy(options: Options = {}): Promise<SocksProxy> {
  const proxy = { asked: [] as string[], told: [] as string[] };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client.unref());
    client.on('error', () => client.destroy());
    if (!options.silent)
      serve(client, options, proxy, (socket) => sockets.add(socket.unref())).catch(() => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return {
    url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...proxy,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(
  client: Socket,
  { credentials, knows, reply }: Options,
  { asked, told }: Pick<SocksProxy, 'asked' | 'told'>,
  opened: (socket: Socket) => void,
): Promise<void> {
  const [, count = 0] = await read(client, 2);
  const methods = await read(client, count);
  const method = credentials === undefined ? 0 : 2;
  if (!methods.includes(method)) return void client.end(Buffer.of(5, 0xff));
  client.write(Buffer.of(5, method));
  if (credentials !== undefined) {
    const [, length = 0] = await read(client, 2);
    const user = await read(client, length);
    const [ofPassword = 0] = await read(client, 1);
    const said = `${user}:${await read(client, ofPassword)}`;
    told.push(said);
    client.write(Buffer.of(1, said === credentials ? 0 : 1));
    if (said !== credentials) return void client.end();
  }
  const [, , , type] = await read(client, 4);
  const host = await hostOf(client, type);
  const port = (await read(client, 2)).readUInt16BE();
  asked.push(`${host}:${port}`);
  const answer = (code: number) => client.write(Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0));
  if (reply !== undefined) {
    answer(reply);
    return void client.end();
  }
  const upstream = connect(knows ?? port, knows === undefined ? host : '127.0.0.1');
  opened(upstream);
  upstream.on('connect', () => {
    answer(0);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on('error', () => {
    answer(isIP(host) ? socksReplies.refused : socksReplies.hostUnreachable);
    client.end();
  });
  client.on('close', () => upstream.destroy());
}

async function hostOf(client: Socket, type: number | undefined): Promise<string> {
  if (type === 1) return (await read(client, 4)).join('.');
  if (type === 3) {
    const [length = 0] = await read(client, 1);
    return (await read(client, length)).toString('latin1');
  }
  const groups = [...(await read(client, 16)).toString('hex').matchAll(/..../g)];
  return groups.map(([group]) => Number.parseInt(group, 16).toString(16)).join(':');
}

/** So many bytes of what comes. */
async function read(client: Socket, size: number): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes: Buffer | null = client.read(size);
    if (bytes) return bytes;
    await Promise.race([
      once(client, 'readable'),
      once(client, 'close').then(() => Promise.reject(new Error('closed'))),
    ]);
  }
}
