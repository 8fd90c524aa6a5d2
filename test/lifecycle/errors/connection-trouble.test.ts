import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure, CredentialsMissing, Unreachable } from '../../../src/cluster/api-failure.ts';
import type { Failure } from '../../../src/failures.ts';
import { explain, explainConnecting } from '../../../src/lifecycle/errors/api-errors.ts';
import { throwWritten } from '../../written.ts';

const SERVER = 'https://api.example.com:6443';

function nodeError(code: string, message: string): Unreachable {
  const cause = Object.assign(new Error(message), { code });
  return new Unreachable(SERVER, new TypeError('fetch failed', { cause }));
}

const cases: { it: string; error: Error; says: string; hint: RegExp }[] = [
  {
    it: 'nobody listens',
    error: nodeError('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:6443'),
    says: 'The connection to the server api.example.com:6443 was refused - did you specify the right host or port?',
    hint: /^Check that the cluster is up/,
  },
  {
    it: 'nobody listens where the proxy should be',
    error: nodeError('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.9:3128'),
    says: 'The connection to the server api.example.com:6443 was refused - did you specify the right host or port?',
    hint: /^Check proxy-url .* \(connect ECONNREFUSED 10\.0\.0\.9:3128\)$/,
  },
  {
    it: 'the name is not known',
    error: nodeError('ENOTFOUND', 'getaddrinfo ENOTFOUND api.example.com'),
    says: 'Unable to connect to the server: dial tcp: lookup api.example.com: no such host',
    hint: /^Check that the cluster is up/,
  },
  {
    it: 'nothing comes back',
    error: nodeError('UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'),
    says: 'Unable to connect to the server: dial tcp api.example.com:6443: i/o timeout',
    hint: /^Check that the cluster is up/,
  },
  {
    it: 'the answer takes too long',
    error: new Unreachable(SERVER, new DOMException('no answer', 'TimeoutError')),
    says: 'Unable to connect to the server: context deadline exceeded: the server did not answer in time',
    hint: /--request-timeout$/,
  },
  {
    it: 'the authority is not known',
    error: nodeError('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'),
    says: 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority (self-signed certificate)',
    hint: /--certificate-authority/,
  },
  {
    it: 'the certificate is another server’s',
    error: nodeError(
      'ERR_TLS_CERT_ALTNAME_INVALID',
      "Hostname/IP does not match certificate's altnames: Host: api.example.com. is not in the cert's altnames: DNS:kubernetes",
    ),
    says: "Unable to connect to the server: tls: failed to verify certificate: x509: Host: api.example.com. is not in the cert's altnames: DNS:kubernetes",
    hint: /--tls-server-name$/,
  },
  {
    it: 'the proxy refuses',
    error: nodeError('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling'),
    says: 'Unable to connect to the server: Proxy response (407) !== 200 when HTTP Tunneling',
    hint: /^Check proxy-url in your kubeconfig/,
  },
  {
    it: 'something else happens',
    error: nodeError('EPROTO', 'wrong version number'),
    says: 'Unable to connect to the server: wrong version number',
    hint: /^Check that the cluster is up/,
  },
  {
    it: 'a credential plugin is not there',
    error: new CredentialsMissing(SERVER, new Error('exec: executable login not found'), 'install it'),
    says: 'Unable to connect to the server: getting credentials: exec: executable login not found',
    hint: /^install it$/,
  },
  {
    it: 'the server does not know us',
    error: new ApiFailure(401, '{"kind":"Status","message":"Unauthorized","reason":"Unauthorized"}'),
    says: 'You must be logged in to the server (Unauthorized)',
    hint: /log in again$/,
  },
];

describe('the server cannot be used, told in kubectl’s words, with exit code 3, when', () => {
  for (const { it: sentence, error, says, hint } of cases) {
    it(sentence, () => {
      const told = () => {
        try {
          explainConnecting(error, 'find it');
        } catch (failure) {
          throwWritten(failure as Failure);
        }
      };
      assert.throws(told, { message: says, hint, exitCode: 3, cause: error });
    });
  }

  it('something is under way: that is said too', () => {
    const refused = nodeError('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:6443');
    assert.throws(() => explain(refused, 'delete seldondeployment "iris"'), {
      message:
        'cannot delete seldondeployment "iris": The connection to the server api.example.com:6443 was refused - did you specify the right host or port?',
      exitCode: 3,
    });
  });

  it('it is another failure: that is told as ever', () => {
    const forbidden = new ApiFailure(403, '{"kind":"Status","message":"seldondeployments is forbidden"}');
    assert.throws(() => explainConnecting(forbidden, 'find it'), {
      message: 'cannot find it: seldondeployments is forbidden',
    });
  });
});
