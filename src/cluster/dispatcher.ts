import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { BadInput } from '../failures.ts';
import { ownValue, setOwnValue } from '../own-values.ts';
import { bareHost } from './bare-host.ts';
import { CONNECT_TIMEOUT_MS, connectOptions, KEEP_ALIVE_MS, mayUseHttp2, type ServerAccess } from './connector.ts';
import { refuseUnsendable } from './header-value.ts';
import type { ProxyAddress } from './proxy-address.ts';

/** What makes the connections to one server for one user; `begun` has one under way already. Throws BadInput. */
export function makeDispatcher(access: ServerAccess, begun?: buildConnector.connector): Dispatcher {
  const agent = begun ? new Agent({ allowH2: mayUseHttp2(access), connect: begun }) : agentFor(access);
  const { repeated } = access;
  const lists: Record<string, string[]> = {};
  for (const [name, value] of repeated) setOwnValue(lists, name, [...(ownValue(lists, name) ?? []), value]);
  return agent.compose((dispatch) => (options, handler) => {
    // A request's headers would be joined by commas where they have one name; below it they stay apart.
    const headers = { ...(options.headers as Record<string, string>), ...lists };
    refuseUnsendable(headers);
    return dispatch({ ...options, headers }, handler);
  });
}

function agentFor(access: ServerAccess): Dispatcher {
  const { proxy } = access;
  if (proxy) refuseUnusable(proxy);
  const { connect, checks } = connectOptions(access);
  const { allowH2 } = connect;
  if (!proxy) return new Agent({ allowH2, connect });
  if (isSocks(proxy)) return new Agent({ allowH2, connect: throughSocks(proxy, buildConnector(connect)) });
  return new ProxyAgent({
    uri: proxy.origin,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    allowH2,
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTls: connect,
    // As Go does, which trusts the same authorities for the proxy as for the server.
    proxyTls: checks,
  });
}

function isSocks({ origin }: ProxyAddress): boolean {
  return /^socks5h?:/.test(origin);
}

/**
 * TLS with the server, if it has any, in a tunnel through the proxy. undici's own SOCKS is an experiment that warns on
 * standard error, does not speak HTTP/2, and takes an address for a name.
 */
function throughSocks(proxy: ProxyAddress, secured: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const secure = options.protocol === 'https:';
    const target = { host: options.hostname, port: Number(options.port) || (secure ? 443 : 80) };
    const connected = async () => {
      const { socksTunnel } = await import('./socks-tunnel.ts');
      return await socksTunnel(proxy, target, { timeoutMs: CONNECT_TIMEOUT_MS, keepAliveMs: KEEP_ALIVE_MS });
    };
    connected().then(
      (socket) => (secure ? secured({ ...options, httpSocket: socket }, callback) : callback(null, socket)),
      (error) => callback(error, null),
    );
  };
}

/** undici's TLS to a proxy needs a name. */
function refuseUnusable({ origin }: ProxyAddress): void {
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:' && isIP(bareHost(hostname))) {
    throw new BadInput(`the proxy ${origin} is reached over TLS and needs a host name instead of an address`);
  }
}
