import { isIP } from 'node:net';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { BadInput } from '../failures.ts';
import { ownValue, setOwnValue } from '../own-values.ts';

export interface DispatcherOptions {
  tls: {
    ca?: string;
    cert?: string;
    key?: string;
    servername?: string;
    rejectUnauthorized?: false;
  };
  /** The proxy to go through, with its user and password, if any. */
  proxy: string | undefined;
  /** Headers that every request carries several times; HTTP/2 in undici would join them to one. */
  repeated: readonly (readonly [name: string, value: string])[];
  /** For who has to see by the length or the coding of an answer that it is whole. */
  onlyHttp1?: boolean;
}

/** As client-go's: long enough for a far network, and before load balancers forget an idle connection. */
const CONNECT_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 30_000;

/** What makes the connections to one server for one user. Throws BadInput. */
export function makeDispatcher({ tls, proxy, repeated, onlyHttp1 = false }: DispatcherOptions): Dispatcher {
  if (proxy) refuseUnusable(new URL(proxy));
  const allowH2 = repeated.length === 0 && !onlyHttp1;
  const connect = {
    ...tls,
    allowH2,
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  const agent = proxy
    ? new ProxyAgent({
        uri: proxy,
        allowH2,
        connectTimeout: CONNECT_TIMEOUT_MS,
        requestTls: connect,
        // As Go does, which trusts the same authorities for the proxy as for the server.
        proxyTls: {
          ...(tls.ca && { ca: tls.ca }),
          ...(tls.rejectUnauthorized === false && { rejectUnauthorized: false }),
        },
      })
    : new Agent({ allowH2, connect });
  if (repeated.length === 0) return agent;
  const lists: Record<string, string[]> = {};
  for (const [name, value] of repeated) setOwnValue(lists, name, [...(ownValue(lists, name) ?? []), value]);
  // A request's headers would be joined by commas where they have one name; below it they stay apart.
  return agent.compose((dispatch) => (options, handler) => {
    return dispatch({ ...options, headers: { ...(options.headers as Record<string, string>), ...lists } }, handler);
  });
}

/** undici's SOCKS is an experiment that does not answer over HTTP/2, and its TLS to a proxy needs a name. */
function refuseUnusable({ origin, protocol, host, hostname }: URL): void {
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new BadInput(`the proxy ${protocol}//${host} cannot be used: only http and https proxies are supported`);
  }
  if (protocol === 'https:' && isIP(hostname.replace(/^\[|\]$/g, ''))) {
    throw new BadInput(`the proxy ${origin} is reached over TLS and needs a host name instead of an address`);
  }
}
