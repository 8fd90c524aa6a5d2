import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import { buildConnector } from 'undici';
import { bareHost } from './bare-host.ts';
import { innermostError, innermostMessage } from './innermost-error.ts';
import type { ProxyAddress } from './proxy-address.ts';

/** As in Go. */
const DEFAULT_PORT = 1080;

/** The proxy is not there, does not let us in, or does not reach the server. */
export class SocksFailure extends Error {
  readonly code = 'PROXY_UNREACHABLE';
}

interface Place {
  /** A name, or an address, of IPv6 in brackets. */
  host: string;
  port: number;
}

/**
 * A connection to `target` through a SOCKS5 proxy, which is told its name and looks that up itself, as in Go. Throws
 * SocksFailure, in Go's words: https://github.com/golang/net/blob/master/internal/socks/client.go
 */
export async function socksTunnel(
  { origin, login }: ProxyAddress,
  target: Place,
  { timeoutMs, keepAliveMs }: { timeoutMs: number; keepAliveMs: number },
): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const proxy = { host: hostname, port: Number(port) || DEFAULT_PORT };
  // Neither has the library's error as its cause: the password is in that.
  const failed = (reason: string) =>
    new SocksFailure(`socks connect tcp ${inWords(proxy)}->${inWords(target)}: ${reason}`);
  const existing_socket = await connectionTo(proxy, timeoutMs, keepAliveMs).catch((error) => {
    throw failed(dialFailure(error, proxy));
  });
  try {
    const { socket } = await SocksClient.createConnection({
      existing_socket,
      proxy: { host: bareHost(proxy.host), port: proxy.port, type: 5, ...login },
      command: 'connect',
      destination: { host: bareHost(target.host), port: target.port },
      timeout: timeoutMs,
    });
    return socket;
  } catch (error) {
    throw failed(refusal(error, proxy));
  }
}

function connectionTo({ host, port }: Place, timeout: number, keepAliveInitialDelay: number): Promise<Socket> {
  const connect = buildConnector({ timeout, keepAlive: true, keepAliveInitialDelay });
  return new Promise((resolve, reject) => {
    connect(
      { hostname: bareHost(host), host: bareHost(host), port: String(port), protocol: 'http:' },
      (error, socket) => (error ? reject(error) : resolve(socket)),
    );
  });
}

function dialFailure(error: unknown, proxy: Place): string {
  const { code } = innermostError(error) as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${proxy.host}: no such host`;
  const known = { ECONNREFUSED: 'connect: connection refused', UND_ERR_CONNECT_TIMEOUT: 'i/o timeout' };
  return `dial tcp ${inWords(proxy)}: ${known[code as keyof typeof known] ?? innermostMessage(error)}`;
}

/** What the library says holds no address and nothing that the proxy has said. */
function refusal(error: unknown, proxy: Place): string {
  const message = error instanceof Error ? error.message : '';
  const known = REFUSALS.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? `${inWords(proxy)} does not answer as a SOCKS5 proxy`;
}

const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/Authentication failed/, 'username/password authentication failed'],
  [/no accepted authentication/, 'no acceptable authentication methods'],
  [/NotAllowed/, 'connection not allowed by ruleset'],
  [/NetworkUnreachable/, 'network unreachable'],
  [/HostUnreachable/, 'host unreachable'],
  [/ConnectionRefused/, 'connection refused'],
  [/TTLExpired/, 'TTL expired'],
  [/CommandNotSupported/, 'command not supported'],
  [/AddressNotSupported/, 'address type not supported'],
  [/rejected connection/, 'general SOCKS server failure'],
  [/timed out/, 'i/o timeout'],
  [/Socket closed/, 'EOF'],
];

function inWords({ host, port }: Place): string {
  const address = bareHost(host);
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
