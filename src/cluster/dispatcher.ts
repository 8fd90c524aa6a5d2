import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { DEFAULT_MIN_VERSION } from 'node:tls';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { BadInput } from '../failures.ts';
import { ownValue, setOwnValue } from '../own-values.ts';
import { refuseUnsendable } from './header-value.ts';
import type { ProxyAddress } from './proxy-address.ts';

export interface DispatcherOptions {
  tls: {
    ca?: string;
    cert?: string;
    key?: string;
    servername?: string;
    /** The certificate is not looked at, because the user has said so. */
    insecure?: boolean;
  };
  proxy: ProxyAddress | undefined;
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
  if (proxy) refuseUnusable(proxy);
  const allowH2 = repeated.length === 0 && !onlyHttp1;
  const { ca, cert, key, servername, insecure = false } = tls;
  const checks = { ...checksOf(insecure), ...(ca !== undefined && { ca }) };
  const connect = {
    ...checks,
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== undefined && { servername }),
    allowH2,
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  const agent = proxy
    ? new ProxyAgent({
        uri: proxy.origin,
        ...(proxy.authorization !== undefined && { token: proxy.authorization }),
        allowH2,
        connectTimeout: CONNECT_TIMEOUT_MS,
        requestTls: connect,
        // As Go does, which trusts the same authorities for the proxy as for the server.
        proxyTls: checks,
      })
    : new Agent({ allowH2, connect });
  const lists: Record<string, string[]> = {};
  for (const [name, value] of repeated) setOwnValue(lists, name, [...(ownValue(lists, name) ?? []), value]);
  return agent.compose((dispatch) => (options, handler) => {
    // A request's headers would be joined by commas where they have one name; below it they stay apart.
    const headers = { ...(options.headers as Record<string, string>), ...lists };
    refuseUnsendable(headers);
    return dispatch({ ...options, headers }, handler);
  });
}

/**
 * Said whole, so that no NODE_TLS_REJECT_UNAUTHORIZED and no NODE_OPTIONS says it instead: as Go does, certificates are
 * checked, and TLS is 1.2 at least. Who asks for more than that gets it.
 */
function checksOf(insecure: boolean) {
  return {
    rejectUnauthorized: !insecure,
    minVersion: DEFAULT_MIN_VERSION === 'TLSv1.3' ? DEFAULT_MIN_VERSION : 'TLSv1.2',
    // With which Node was built; how short a key may be stands among them too.
    ciphers: constants.defaultCoreCipherList,
  } as const;
}

/** undici's SOCKS is an experiment that does not answer over HTTP/2, and its TLS to a proxy needs a name. */
function refuseUnusable({ origin }: ProxyAddress): void {
  const { protocol, hostname } = new URL(origin);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new BadInput(`the proxy ${origin} cannot be used: only http and https proxies are supported`);
  }
  if (protocol === 'https:' && isIP(hostname.replace(/^\[|\]$/g, ''))) {
    throw new BadInput(`the proxy ${origin} is reached over TLS and needs a host name instead of an address`);
  }
}
