import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { checkServerIdentity, DEFAULT_MIN_VERSION, type PeerCertificate, setDefaultCACertificates } from 'node:tls';
import { buildConnector } from 'undici';
import { bareHost } from './bare-host.ts';
import type { ProxyAddress } from './proxy-address.ts';
import { certificatesIn, systemAuthorities } from './system-authorities.ts';

/** To which server connections are made, and how. */
export interface ServerAccess {
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
export const CONNECT_TIMEOUT_MS = 30_000;
export const KEEP_ALIVE_MS = 30_000;

// Each connection is told whom to trust. Node would read what it trusts itself for each process nevertheless, with the file that
// NODE_EXTRA_CA_CERTS names, which takes 7 ms.
setDefaultCACertificates([]);

/** Not with headers that come twice, nor where the length or the coding of an answer counts. */
export function mayUseHttp2({ repeated, onlyHttp1 = false }: ServerAccess): boolean {
  return repeated.length === 0 && !onlyHttp1;
}

/** What undici's connector is told of a connection to the server, and of one to its proxy. Throws BadInput. */
export function connectOptions(access: ServerAccess) {
  const { server, tls, proxy, env } = access;
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
    allowH2: mayUseHttp2(access),
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  return { connect, checks };
}

/**
 * Begins a connection to the server, and makes the connector that hands it to whoever wants the first one: what asks something
 * of the server, undici and HTTP/2, is loaded while the two agree on their keys. Whatever is wrong with that connection shows
 * in the one that is made when something is asked. Throws BadInput, and what OpenSSL says of a certificate or key.
 */
export function beginConnecting(access: ServerAccess): buildConnector.connector {
  const connect = buildConnector(connectOptions(access).connect);
  const { protocol, host, hostname, port } = new URL(access.server);
  const begun = Promise.withResolvers<Socket>();
  let isFree = true;
  connect({ protocol, host, hostname: bareHost(hostname), port }, (error, socket) => {
    if (error) begun.reject(error);
    else begun.resolve(isFree ? untilWanted(socket) : socket);
  });
  begun.promise.catch(() => {
    isFree = false;
  });
  return (options, callback) => {
    const isFirst = isFree && options.protocol === protocol && options.host === host;
    if (!isFirst) return connect(options, callback);
    isFree = false;
    begun.promise.then(
      (socket) => (socket.destroyed ? connect(options, callback) : callback(null, wanted(socket))),
      (error) => callback(error, null),
    );
  };
}

/** As long as undici keeps a connection of which nobody has said anything: one that was forgotten on the way could not be told from it. */
const FRESH_MS = 4_000;

function untilWanted(socket: Socket): Socket {
  return socket.unref().setTimeout(FRESH_MS, giveUp);
}

function wanted(socket: Socket): Socket {
  return socket.ref().setTimeout(0).off('timeout', giveUp);
}

function giveUp(this: Socket): void {
  this.destroy();
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
