import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ConnectionOverrides, ConnectionSettings, ExecSettings } from '../../src/cluster/connection-settings.ts';
import { resolveKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { BadInput } from '../../src/failures.ts';

const KUBECONFIG = `
current-context: by-certificate
clusters:
- name: main
  cluster: {server: 'https://main:6443/', certificate-authority-data: Q0E=, tls-server-name: kubernetes}
- {name: other, cluster: {server: 'https://other:6443', insecure-skip-tls-verify: true}}
- {name: proxied, cluster: {server: 'https://proxied/k8s/Clusters/c-1', proxy-url: 'http://proxy:3128'}}
- {name: badly-proxied, cluster: {server: 'https://proxied', proxy-url: 'ftp://proxy'}}
- {name: plain, cluster: {server: 'http://plain:8080'}}
- {name: bare, cluster: {server: 'bare:6443', certificate-authority-data: Q0E=}}
- {name: no-server, cluster: {certificate-authority-data: Q0E=}}
- {name: both, cluster: {server: 'https://both', certificate-authority: ca.crt, certificate-authority-data: Q0E=}}
- {name: careless, cluster: {server: 'https://careless', insecure-skip-tls-verify: true, certificate-authority: ca.crt}}
- {name: no-file, cluster: {server: 'https://no-file', certificate-authority: gone.crt}}
- {name: number, cluster: {server: 6443}}
- name: told
  cluster:
    server: 'https://told'
    certificate-authority: ca.crt
    proxy-url: 'https://proxy:3128'
    extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: us}}, {name: else, extension: {}}]
users:
- {name: by-certificate, user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}}
- {name: by-token, user: {token: of-user}}
- {name: by-password, user: {username: jane, password: secret}}
- {name: certificate-and-token, user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ, token: of-user}}
- {name: keyless, user: {client-certificate-data: Q0VSVA==}}
- {name: token-and-password, user: {token: t, username: jane, password: secret}}
- {name: acting, user: {token: t, as: bot, as-uid: u1, as-groups: [a, b], as-user-extra: {scopes: [x, y]}}}
- {name: groups-alone, user: {token: t, as-groups: [a]}}
- {name: gcp, user: {auth-provider: {name: gcp}}}
- {name: azure, user: {auth-provider: {name: azure, config: {}}}}
- {name: unheard-of, user: {auth-provider: {name: unheard-of}}}
- {name: oidc, user: {auth-provider: {name: oidc, config: {id-token: id}}}}
- name: exec
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: login
      args: [now, 1]
      env: [{name: A, value: b}]
      installHint: install it
- {name: told, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never, provideClusterInfo: true}}}
- {name: exec-too, user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ, exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never}}}
- {name: exec-and-provider, user: {auth-provider: {name: oidc}, exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never}}}
- {name: exec-without-mode, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login}}}
- {name: exec-odd-mode, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Maybe}}}
- {name: exec-without-command, user: {exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}}
- {name: exec-of-old, user: {exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: login}}}
contexts:
- {name: by-certificate, context: {cluster: main, user: by-certificate, namespace: team}}
- {name: by-token, context: {cluster: main, user: by-token}}
`;

const base64 = (text: string) => ({ base64: Buffer.from(text).toString('base64') });
const ofMain = { authority: base64('CA'), serverName: 'kubernetes', insecure: false };
const byCertificate = { certificate: base64('CERT'), key: base64('KEY') };

const cases: { it: string; flags: ConnectionOverrides; settings: Partial<ConnectionSettings> }[] = [
  {
    it: 'nothing: what the context says',
    flags: {},
    settings: { server: 'https://main:6443', tls: { ...ofMain, ...byCertificate }, credentials: { kind: 'none' } },
  },
  {
    it: '--context: its cluster and user',
    flags: { context: 'by-token' },
    settings: { tls: ofMain, credentials: { kind: 'token', token: 'of-user' } },
  },
  {
    it: 'empty values: nothing',
    flags: { context: '', cluster: '', user: '', server: '', token: '', as: '', asGroups: [], clientKey: '' },
    settings: { server: 'https://main:6443', tls: { ...ofMain, ...byCertificate } },
  },
  {
    it: '--cluster: another cluster for the same user',
    flags: { cluster: 'other' },
    settings: { server: 'https://other:6443', tls: { insecure: true, ...byCertificate } },
  },
  {
    it: '--user: another user of the same cluster',
    flags: { user: 'by-password' },
    settings: { tls: ofMain, credentials: { kind: 'basic', username: 'jane', password: 'secret' } },
  },
  {
    it: '--server: another address with the other settings of the cluster, but not with its server name',
    flags: { server: 'https://elsewhere:7443' },
    settings: { server: 'https://elsewhere:7443', tls: { authority: base64('CA'), insecure: false, ...byCertificate } },
  },
  {
    it: '--server with --tls-server-name: that one',
    flags: { server: 'https://elsewhere', tlsServerName: 'here' },
    settings: { server: 'https://elsewhere', tls: { ...ofMain, serverName: 'here', ...byCertificate } },
  },
  {
    it: '--server without a scheme: HTTPS, since there is a certificate',
    flags: { server: 'elsewhere:7443', user: 'by-token' },
    settings: { server: 'https://elsewhere:7443' },
  },
  {
    it: '--token: nothing else of the user, for the server would take the certificate first',
    flags: { token: 'of-flag' },
    settings: { tls: ofMain, credentials: { kind: 'token', token: 'of-flag' } },
  },
  {
    it: '--token: no credential plugin',
    flags: { token: 'of-flag', user: 'exec' },
    settings: { credentials: { kind: 'token', token: 'of-flag' } },
  },
  {
    it: '--insecure-skip-tls-verify: not the authority of the kubeconfig',
    flags: { insecureSkipTlsVerify: true, user: 'by-token' },
    settings: { tls: { insecure: true, serverName: 'kubernetes' } },
  },
  {
    it: '--certificate-authority: instead of what the kubeconfig says of trust',
    flags: { cluster: 'other', user: 'by-token', certificateAuthority: 'ca.crt' },
    settings: { tls: { insecure: false, authority: { file: 'ca.crt' } } },
  },
  {
    it: '--client-certificate and --client-key: instead of those of the kubeconfig',
    flags: { clientCertificate: 'ca.crt', clientKey: 'ca.key' },
    settings: { tls: { ...ofMain, certificate: { file: 'ca.crt' }, key: { file: 'ca.key' } } },
  },
  {
    it: 'a token and a certificate of one user: both',
    flags: { user: 'certificate-and-token' },
    settings: { tls: { ...ofMain, ...byCertificate }, credentials: { kind: 'token', token: 'of-user' } },
  },
  {
    it: 'a server below a path: that path, as it is written',
    flags: { cluster: 'proxied' },
    settings: { server: 'https://proxied/k8s/Clusters/c-1', proxy: { origin: 'http://proxy:3128' } },
  },
  {
    it: 'an address without a scheme and an authority: HTTPS',
    flags: { cluster: 'bare' },
    settings: { server: 'https://bare:6443' },
  },
  {
    it: 'plain HTTP: no credentials, but whom to act as',
    flags: { cluster: 'plain', user: 'acting' },
    settings: {
      credentials: { kind: 'none' },
      impersonation: { user: 'bot', uid: 'u1', groups: ['a', 'b'], extra: { scopes: ['x', 'y'] } },
    },
  },
  {
    it: '--as: as whom, in all its parts',
    flags: { as: 'jane', asUid: 'u2', asGroups: ['dev', 'ops'], asUserExtra: { 'example.com/role': ['r'] } },
    settings: {
      impersonation: { user: 'jane', uid: 'u2', groups: ['dev', 'ops'], extra: { 'example.com/role': ['r'] } },
    },
  },
  {
    it: '--as-group: instead of the groups of the kubeconfig',
    flags: { user: 'acting', asGroups: ['c'] },
    settings: { impersonation: { user: 'bot', uid: 'u1', groups: ['c'], extra: { scopes: ['x', 'y'] } } },
  },
  {
    it: 'a certificate beside a credential plugin: that, without the plugin',
    flags: { user: 'exec-too' },
    settings: { tls: { ...ofMain, ...byCertificate }, credentials: { kind: 'none' } },
  },
  {
    it: 'the auth-provider oidc: its token',
    flags: { user: 'oidc' },
    settings: { credentials: { kind: 'oidc', idToken: 'id' } },
  },
];

const refused: { it: string; flags: ConnectionOverrides; message: RegExp }[] = [
  { it: 'a cluster that there is not', flags: { cluster: 'gone' }, message: /^cluster "gone" does not exist$/ },
  { it: 'a user that there is not', flags: { user: 'gone' }, message: /^user "gone" does not exist$/ },
  {
    it: 'an address that is none',
    flags: { server: 'https://' },
    message: /^the --server is not the address of a server/,
  },
  { it: 'another protocol', flags: { server: 'ftp://x' }, message: /^the --server is not the address of a server/ },
  { it: 'a cluster without a server', flags: { cluster: 'no-server' }, message: /"no-server", which has no server$/ },
  {
    it: 'a server that is no text',
    flags: { cluster: 'number' },
    message: /server: expected a text, not a number: put it in quotes$/,
  },
  {
    it: 'an authority twice',
    flags: { cluster: 'both' },
    message: /^certificate-authority-data and certificate-authority are both specified for both/,
  },
  {
    it: 'an authority whose certificate is not looked at',
    flags: { cluster: 'careless' },
    message: /^specifying a root certificates file with the insecure flag is not allowed$/,
  },
  {
    it: 'an authority with --insecure-skip-tls-verify',
    flags: { certificateAuthority: 'ca.crt', insecureSkipTlsVerify: true },
    message: /^specifying a root certificates file with the insecure flag is not allowed$/,
  },
  {
    it: 'a file that cannot be read',
    flags: { cluster: 'no-file' },
    message: /^unable to read certificate-authority \S+gone\.crt for no-file: ENOENT/,
  },
  {
    it: 'a flag’s file that cannot be read',
    flags: { clientCertificate: 'gone.crt' },
    message: /^unable to read client-certificate gone\.crt for by-certificate: ENOENT/,
  },
  {
    it: 'a certificate without its key',
    flags: { user: 'keyless' },
    message: /^client-key-data or client-key must be specified for keyless/,
  },
  {
    it: 'a token and a password',
    flags: { user: 'token-and-password' },
    message: /^more than one authentication method found for token-and-password/,
  },
  {
    it: 'groups without whom to act as',
    flags: { asGroups: ['dev'] },
    message: /^requesting uid, groups or user-extra for by-certificate without impersonating a user$/,
  },
  {
    it: 'groups in the kubeconfig without whom to act as',
    flags: { user: 'groups-alone' },
    message: /without impersonating a user$/,
  },
  {
    it: 'a proxy of another protocol',
    flags: { cluster: 'badly-proxied' },
    message:
      /^invalid proxy-url for cluster "badly-proxied": unsupported scheme "ftp", must be http, https, or socks5$/,
  },
  { it: 'the auth-provider gcp', flags: { user: 'gcp' }, message: /^the gcp auth plugin, .* has been removed/ },
  { it: 'the auth-provider azure', flags: { user: 'azure' }, message: /^the azure auth plugin, .* has been removed/ },
  {
    it: 'an auth-provider of another name',
    flags: { user: 'unheard-of' },
    message: /^no Auth Provider found for name "unheard-of"/,
  },
  {
    it: 'a plugin and an auth-provider',
    flags: { user: 'exec-and-provider' },
    message: /^authProvider cannot be provided in combination with an exec plugin/,
  },
  {
    it: 'a plugin that does not say whether it asks',
    flags: { user: 'exec-without-mode' },
    message: /^interactiveMode must be specified for exec-without-mode to use exec authentication plugin$/,
  },
  {
    it: 'a plugin with another mode',
    flags: { user: 'exec-odd-mode' },
    message: /^invalid interactiveMode for exec-odd-mode: "Maybe"$/,
  },
  {
    it: 'a plugin without a command',
    flags: { user: 'exec-without-command' },
    message: /^command must be specified for exec-without-command/,
  },
  {
    it: 'a plugin of a version that is gone',
    flags: { user: 'exec-of-old' },
    message: /^exec plugin: invalid apiVersion "client\.authentication\.k8s\.io\/v1alpha1"/,
  },
];

describe('the connection by kubeconfig and flags', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'overrides-'));
    writeFileSync(path.join(folder, 'config'), KUBECONFIG);
    for (const file of ['ca.crt', 'ca.key']) writeFileSync(path.join(folder, file), 'PEM');
  });
  after(() => rmSync(folder, { recursive: true }));

  function resolve(flags: ConnectionOverrides, file: string | undefined = path.join(folder, 'config')) {
    const inFolder = (name: string | undefined) => name && (name === 'gone.crt' ? name : path.join(folder, name));
    const { certificateAuthority, clientCertificate, clientKey } = flags;
    const files = {
      certificateAuthority: inFolder(certificateAuthority),
      clientCertificate: inFolder(clientCertificate),
      clientKey: inFolder(clientKey),
    };
    const env = { HOME: folder };
    const serviceAccountFolder = path.join(folder, 'none');
    return resolveKubeconfig({ file, env, userAgent: 'test', serviceAccountFolder, ...flags, ...files });
  }

  describe('is, with', () => {
    for (const { it: sentence, flags, settings } of cases) {
      it(sentence, () => {
        const resolved = JSON.parse(JSON.stringify(resolve(flags).settings).replaceAll(`${folder}${path.sep}`, ''));
        for (const [key, expected] of Object.entries(settings)) assert.deepEqual(resolved[key], expected, key);
      });
    }
  });

  describe('is refused with', () => {
    for (const { it: sentence, flags, message } of refused) {
      it(sentence, () => assert.throws(() => resolve(flags), { constructor: BadInput, message }));
    }
  });

  it('needs no kubeconfig where --server says where to go', () => {
    const { settings, namespace } = resolve({ server: 'https://there:6443', token: 't' }, '');
    assert.deepEqual(settings, {
      server: 'https://there:6443',
      tls: { insecure: false },
      credentials: { kind: 'token', token: 't' },
    });
    assert.equal(namespace, 'default');
  });

  it('names what there is instead', () => {
    assert.throws(() => resolve({ user: 'gone' }), { hint: /^It has the users "by-certificate", "by-token", / });
  });

  describe('by a credential plugin', () => {
    function exec(user: string, cluster?: string): ExecSettings {
      const { credentials } = resolve({ user, cluster }).settings;
      assert.ok(credentials.kind === 'exec');
      return credentials.exec;
    }

    it('has what the kubeconfig says of it; the older version may ask, if it can', () => {
      assert.deepEqual(exec('exec'), {
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        command: 'login',
        args: ['now', '1'],
        env: [{ name: 'A', value: 'b' }],
        interactiveMode: 'IfAvailable',
        installHint: 'install it',
        cluster: undefined,
      });
    });

    it('tells it of the cluster where it wants to know', () => {
      assert.deepEqual(exec('told', 'told').cluster, {
        server: 'https://told',
        'certificate-authority-data': Buffer.from('PEM').toString('base64'),
        'proxy-url': 'https://proxy:3128',
        config: { audience: 'us' },
      });
      assert.deepEqual(exec('told', 'other').cluster, {
        server: 'https://other:6443',
        'insecure-skip-tls-verify': true,
      });
    });
  });
});
