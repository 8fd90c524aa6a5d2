import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, DEFAULT_MIN_VERSION, type PeerCertificate, setDefaultCACertificates } from 'node:tls';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { BadInput } from '../failures.ts';
import { ownValue, setOwnValue } from '../own-values.ts';
import { refuseUnsendable } from './header-value.ts';
import type { ProxyAddress } from './proxy-address.ts';
import { certificatesIn, systemAuthorities } from './system-authorities.ts';

export interface DispatcherOptions {
  /** 'scheme://host:port', to which all of it goes. */
  server: string;
  tls: {
    /** Who alone is believed, as PEM; if not given, whom the system trusts. */
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
  /** For SSL_CERT_FILE and SSL_CERT_DIR. */
  env: Readonly<Record<string, string | undefined>>;
  /** For who has to see by the length or the coding of an answer that it is whole. */
  onlyHttp1?: boolean;
}

/** As client-go's: long enough for a far network, and before load balancers forget an idle connection. */
const CONNECT_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 30_000;

// Each connection is told whom to trust. Node would read what it trusts itself for each process nevertheless, with the file that
// NODE_EXTRA_CA_CERTS names, which takes 7 ms.
setDefaultCACertificates([]);

/** What makes the connections to one server for one user. Throws BadInput. */
export function makeDispatcher(options: DispatcherOptions): Dispatcher {
  const { server, tls, proxy, repeated, env, onlyHttp1 = false } = options;
  if (proxy) refuseUnusable(proxy);
  const allowH2 = repeated.length === 0 && !onlyHttp1;
  const { ca, cert, key, servername, insecure = false } = tls;
  // To read the system's takes time, which is not spent where nobody's certificate is looked at.
  const looksAt = !insecure && [server, proxy?.origin].some((address) => address?.startsWith('https:'));
  const authorities = ca !== undefined ? certificatesIn(ca) : looksAt ? systemAuthorities(env) : undefined;
  const checks = { ...checksOf(insecure), ...(authorities && { ca: authorities }) };
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
  const agent = !proxy
    ? new Agent({ allowH2, connect })
    : isSocks(proxy)
      ? new Agent({ allowH2, connect: throughSocks(proxy, buildConnector(connect)) })
      : new ProxyAgent({
          uri: proxy.origin,
          ...(proxy.authorization !== undefined && { token: proxy.authorization }),
          allowH2,
          connectTimeout: CONNECT_TIMEOUT_MS,
          requestTls: connect,
          // As Go does, which trusts the same authorities for the proxy as for the server.
          proxyTls: checks,
        });
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
    // As Go, which believes whoever is named: also a server's own certificate, or one between that and the root.
    allowPartialTrustChain: true,
    checkServerIdentity: hasName,
  } as const;
}

/** As Go, which does not look for names in the subject of a certificate any more. */
function hasName(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname) return checkServerIdentity(host, certificate);
  return Object.assign(new Error('certificate relies on legacy Common Name field, use SANs instead'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
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
  if (protocol === 'https:' && isIP(hostname.replace(/^\[|\]$/g, ''))) {
    throw new BadInput(`the proxy ${origin} is reached over TLS and needs a host name instead of an address`);
  }
}
