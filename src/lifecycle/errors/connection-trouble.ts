import { type Advice, advice, kubectl, kubectlConfig } from '../../advice/advice.ts';
import { ListTooLarge, NotKubernetes, type Unreachable } from '../../cluster/api-failure.ts';
import { ownValue } from '../../own-values.ts';

export interface ConnectionTrouble {
  /** In the words of kubectl, which people search for. */
  says: string;
  hint: Advice;
}

/** Why there was no answer. */
export function connectionTrouble(error: Unreachable): ConnectionTrouble {
  const { server, code, message } = error;
  if (error instanceof NotKubernetes) return { says: message, hint: OTHER };
  if (error instanceof ListTooLarge) return { says: message, hint: NARROW };
  const { host, hostname, port, protocol } = new URL(server);
  if (code === 'ECONNREFUSED') {
    // It ends with the port that refused: that may be a proxy's.
    const byServer = message.endsWith(`:${port || (protocol === 'https:' ? '443' : '80')}`);
    return {
      says: `The connection to the server ${host} was refused - did you specify the right host or port?`,
      hint: byServer ? CHECK : `${PROXY} (${message})`,
    };
  }
  if (message.startsWith('Proxy response') || /proxy/i.test(code)) {
    return { says: `Unable to connect to the server: ${message}`, hint: PROXY };
  }
  const known = ownValue(reasons, code);
  const [reason, hint] = known ? known({ host, hostname, message }) : [message, CHECK];
  return { says: `Unable to connect to the server: ${reason}`, hint };
}

const NARROW = 'Choose a namespace with -n, or select deployments with -l';
const CHECK = advice`Check that the cluster is up and that your kubeconfig points at it: ${kubectl(['cluster-info'])}`;
const OTHER = advice`Check the address of the server in your kubeconfig (${kubectlConfig('view')}), and whether a proxy or a login page answers instead`;
const PROXY = 'Check proxy-url in your kubeconfig, and HTTPS_PROXY, HTTP_PROXY and NO_PROXY';
const AUTHORITY = advice`Set the CA to trust with --certificate-authority, or with certificate-authority in your kubeconfig: ${kubectlConfig('view')}`;
const NAME = 'If it is the right server, give the name in its certificate with --tls-server-name';
const TIMEOUT = advice`${CHECK}; or allow more time with --request-timeout`;

type Reason = (of: { host: string; hostname: string; message: string }) => [reason: string, hint: Advice];

const unknownAuthority: Reason = ({ message }) => [
  `tls: failed to verify certificate: x509: certificate signed by unknown authority (${message})`,
  AUTHORITY,
];
const timedOut: Reason = ({ host }) => [`dial tcp ${host}: i/o timeout`, CHECK];

/** Node's and undici's codes, in the words of Go. */
const reasons: Readonly<Record<string, Reason>> = {
  ENOTFOUND: ({ hostname }) => [`dial tcp: lookup ${hostname}: no such host`, CHECK],
  EAI_AGAIN: ({ hostname }) => [`dial tcp: lookup ${hostname}: the name server does not answer`, CHECK],
  EHOSTUNREACH: ({ host }) => [`dial tcp ${host}: connect: no route to host`, CHECK],
  ENETUNREACH: ({ host }) => [`dial tcp ${host}: connect: network is unreachable`, CHECK],
  ETIMEDOUT: timedOut,
  UND_ERR_CONNECT_TIMEOUT: timedOut,
  ECONNRESET: ({ message }) => [`connection reset by peer (${message})`, CHECK],
  TimeoutError: () => ['context deadline exceeded: the server did not answer in time', TIMEOUT],
  UND_ERR_HEADERS_TIMEOUT: () => ['context deadline exceeded: the server did not answer in time', TIMEOUT],
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_HAS_EXPIRED: () => [
    'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    'Renew the certificate of the API server, and check the clock of this machine',
  ],
  CERT_NOT_YET_VALID: () => [
    'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    'Check the clock of this machine',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: ({ message }) => [
    `tls: failed to verify certificate: x509: ${message.replace(/^Hostname\/IP does not match certificate's altnames: /, '')}`,
    NAME,
  ],
};
