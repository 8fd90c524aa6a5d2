import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Credentials } from '../../src/cluster/connection-settings.ts';
import { type KubeconfigChoice, type ResolvedKubeconfig, resolveKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { BadInput, ClusterNotReady } from '../../src/failures.ts';

const MINE =
  'current-context: mine\nclusters: [{name: c, cluster: {server: https://mine.example}}]\ncontexts: [{name: mine, context: {cluster: c}}]';

const files: Record<string, string | Uint8Array> = {
  'work.yaml': `
current-context: work
clusters:
- {name: work, cluster: {server: 'https://work.example:6443', certificate-authority: ca.crt}}
- {name: shared, cluster: {server: 'https://of-work.example'}}
users:
- {name: me, user: {client-certificate: certs/me.crt, client-key: certs/me.key}}
- {name: robot, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [now], interactiveMode: Never}}}
- {name: cloud, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: cloud-login, interactiveMode: IfAvailable}}}
- {name: by-file, user: {token: old, tokenFile: token}}
- {name: nobody, user: }
contexts:
- {name: work, context: {cluster: work, user: me, namespace: team}}
- {name: robot, context: {cluster: work, user: robot}}
- {name: cloud, context: {cluster: work, user: cloud}}
- {name: by-file, context: {cluster: work, user: by-file}}
- {name: nobody, context: {cluster: work, user: nobody}}
- {name: userless, context: {cluster: work}}
- {name: lost, context: {cluster: gone, user: me}}
- {name: lost-user, context: {cluster: work, user: gone}}
- {name: shared, context: {cluster: shared, user: me}}
`,
  'home.yaml': `
current-context: home
clusters:
- {name: home, cluster: {server: 'http://127.0.0.1:8080'}}
- {name: shared, cluster: {server: 'https://of-home.example'}}
contexts:
- {name: home, context: {cluster: home}}
users:
`,
  'without-current.yaml': 'contexts: [{name: a, context: {cluster: c}}]',
  'empty.yaml': '',
  'broken.yaml': 'clusters: [',
  'twice.yaml': 'clusters: [{name: a, cluster: {server: https://one}}, {name: a, cluster: {server: https://two}}]',
  'ca.crt': 'PEM of the authority',
  'certs/me.crt': 'PEM of me',
  'certs/me.key': 'PEM of my key',
  'pod/token': 'token of the pod',
  'pod/namespace': 'namespace-of-pod\n',
  'odd.yaml': 'clusters: {a: b}',
  'text.yaml': 'hello',
  'twice-a-key.yaml':
    'current-context: a\nclusters: [{name: c, cluster: {server: https://first.example, server: https://last.example}}]\ncurrent-context: b\ncontexts: [{name: b, context: {cluster: c}}]',
  'little-endian.yaml': Buffer.from(`\ufeff${MINE.replaceAll('\n', '\r\n')}`, 'utf16le'),
  'big-endian.yaml': Buffer.from(`\ufeff${MINE}`, 'utf16le').swap16(),
  'with-mark.yaml': `\ufeff${MINE}`,
  'latin-1.yaml': Buffer.from(`# modèle\n${MINE}`, 'latin1'),
  'home/.kube/config': MINE,
};

describe('a kubeconfig', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  /** With these files in KUBECONFIG. */
  function load(list: string[], choice: Partial<KubeconfigChoice> = {}): ResolvedKubeconfig {
    const KUBECONFIG = list.map((name) => name && path.join(folder, name)).join(path.delimiter);
    const env = { KUBECONFIG, HOME: path.join(folder, 'home'), ...choice.env };
    return resolveKubeconfig({ userAgent: 'test', serviceAccountFolder: '/nowhere', ...choice, env });
  }

  function server({ settings }: ResolvedKubeconfig): string {
    return settings.server;
  }

  function credentials(list: string[], choice: Partial<KubeconfigChoice>): Credentials {
    return load(list, choice).settings.credentials;
  }

  it('takes the current context of the file in KUBECONFIG, and its namespace', () => {
    const loaded = load(['work.yaml']);
    assert.deepEqual([server(loaded), loaded.namespace], ['https://work.example:6443', 'team']);
  });

  it('takes the namespace default where the context names none', () => {
    assert.equal(load(['work.yaml'], { context: 'robot' }).namespace, 'default');
  });

  it('takes --context instead of the current one', () => {
    assert.equal(server(load(['work.yaml', 'home.yaml'], { context: 'home' })), 'http://127.0.0.1:8080');
  });

  it('merges a list: the first file to name a thing wins', () => {
    assert.equal(server(load(['work.yaml', 'home.yaml'])), 'https://work.example:6443');
    assert.equal(server(load(['home.yaml', 'work.yaml'])), 'http://127.0.0.1:8080');
    assert.equal(server(load(['home.yaml', 'work.yaml'], { context: 'shared' })), 'https://of-home.example');
  });

  it('skips missing files, empty files, empty entries and repeated ones in the list', () => {
    assert.equal(
      server(load(['missing.yaml', '', 'empty.yaml', 'work.yaml', 'work.yaml'])),
      'https://work.example:6443',
    );
  });

  it('takes ~/.kube/config where KUBECONFIG names nothing', () => {
    assert.equal(server(load([])), 'https://mine.example');
  });

  it('takes of a key that stands twice the last one, as kubectl does', () => {
    assert.equal(server(load(['twice-a-key.yaml'])), 'https://last.example');
  });

  for (const name of ['little-endian.yaml', 'big-endian.yaml', 'with-mark.yaml']) {
    it(`reads the encoding that a byte order mark tells: ${name}`, () => {
      assert.equal(server(load([name])), 'https://mine.example');
    });
  }

  it('takes --kubeconfig and no other file', () => {
    assert.equal(server(load(['work.yaml'], { file: path.join(folder, 'home.yaml') })), 'http://127.0.0.1:8080');
  });

  it('takes an empty --kubeconfig or --context for none', () => {
    assert.equal(server(load(['work.yaml'], { file: '', context: '' })), 'https://work.example:6443');
  });

  it('resolves paths against the folder of the file that holds them', () => {
    const { tls } = load(['home.yaml', 'work.yaml'], { context: 'work' }).settings;
    assert.deepEqual(tls, {
      insecure: false,
      authority: { file: path.join(folder, 'ca.crt') },
      certificate: { file: path.join(folder, 'certs/me.crt') },
      key: { file: path.join(folder, 'certs/me.key') },
    });
  });

  it('resolves a credential command with a folder, and leaves one that is looked up in PATH', () => {
    const robot = credentials(['work.yaml'], { context: 'robot' });
    assert.equal(robot.kind === 'exec' && robot.exec.command, path.join(folder, 'bin/login'));
    const cloud = credentials(['work.yaml'], { context: 'cloud' });
    assert.equal(cloud.kind === 'exec' && cloud.exec.command, 'cloud-login');
  });

  it('reads the token of tokenFile, rather than a token that stands beside it', () => {
    assert.deepEqual(credentials(['work.yaml'], { context: 'by-file' }), {
      kind: 'token-file',
      file: path.join(folder, 'token'),
    });
  });

  it('goes without credentials where the context names no user or one without any', () => {
    for (const context of ['userless', 'nobody']) {
      assert.deepEqual(credentials(['work.yaml'], { context }), { kind: 'none' });
    }
  });

  describe('in a pod', () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const inPod = (list: string[], choice: Partial<KubeconfigChoice> = {}) =>
      load(list, {
        ...choice,
        env: { ...env, HOME: '/nowhere', ...choice.env },
        serviceAccountFolder: path.join(folder, 'pod'),
      });

    it('is not needed: the service account serves, in the namespace of the pod', () => {
      assert.deepEqual(inPod([]), {
        settings: {
          server: 'https://10.0.0.1:443',
          tls: { insecure: false },
          credentials: { kind: 'token-file', file: path.join(folder, 'pod/token') },
        },
        namespace: 'namespace-of-pod',
        context: undefined,
      });
    });

    it('may have the flags --token and --as beside it', () => {
      const { settings } = inPod([], { token: 'mine', as: 'jane' });
      assert.deepEqual(settings.credentials, { kind: 'token', token: 'mine' });
      assert.equal(settings.impersonation?.user, 'jane');
    });

    it('with an IPv6 address has it in brackets', () => {
      assert.equal(server(inPod([], { env: { KUBERNETES_SERVICE_HOST: 'fd00::1' } })), 'https://[fd00::1]:443');
    });

    it('comes first, but for the namespace, if it names none', () => {
      assert.equal(server(inPod(['home.yaml'])), 'http://127.0.0.1:8080');
      assert.equal(inPod(['home.yaml']).namespace, 'namespace-of-pod');
      assert.equal(inPod(['work.yaml']).namespace, 'team');
      assert.equal(inPod(['home.yaml'], { env: { POD_NAMESPACE: 'said' } }).namespace, 'said');
    });
  });

  const refused: [name: string, list: string[], context: string | undefined, kind: unknown, message: RegExp][] = [
    [
      'a context that there is not',
      ['work.yaml'],
      'prod',
      BadInput,
      /^context "prod" does not exist in \S+work\.yaml$/,
    ],
    [
      'no context at all',
      ['without-current.yaml'],
      undefined,
      ClusterNotReady,
      /^no context is set in \S+current\.yaml$/,
    ],
    [
      'a context whose cluster there is not',
      ['work.yaml'],
      'lost',
      BadInput,
      /^context "lost" names the cluster "gone", which has no server$/,
    ],
    [
      'a context whose user there is not',
      ['work.yaml'],
      'lost-user',
      BadInput,
      /^context "lost-user" names the user "gone", which does not exist$/,
    ],
    ['a name twice in one file', ['twice.yaml'], undefined, BadInput, /twice\.yaml: clusters: duplicate name "a"$/],
    [
      'broken YAML',
      ['broken.yaml'],
      undefined,
      BadInput,
      /^cannot read the kubeconfig \S+broken\.yaml: line 1: Flow sequence/,
    ],
    [
      'bytes that are no text',
      ['latin-1.yaml'],
      undefined,
      BadInput,
      /^cannot read the kubeconfig \S+latin-1\.yaml: line 1: not valid UTF-8$/,
    ],
    ['something else than a list', ['odd.yaml'], undefined, BadInput, /odd\.yaml: clusters: expected a list$/],
    ['something else than a kubeconfig', ['text.yaml'], undefined, BadInput, /text\.yaml: expected a mapping$/],
  ];
  for (const [name, list, context, kind, message] of refused) {
    it(`refuses ${name}`, () => assert.throws(() => load(list, { context }), { constructor: kind, message }));
  }

  const contexts: [of: string, list: string[], choice: Partial<KubeconfigChoice>, context: string | undefined][] = [
    ['the current one', ['work.yaml'], {}, 'work'],
    ['that of --context', ['work.yaml'], { context: 'robot' }, 'robot'],
    ['that whose user goes to another server', ['work.yaml'], { server: 'https://other.example' }, 'work'],
    ['none where only a server is named', ['empty.yaml'], { server: 'https://other.example' }, undefined],
    ['that beside a cluster of another name', ['work.yaml'], { context: 'robot', cluster: 'shared' }, 'robot'],
  ];
  for (const [name, list, choice, context] of contexts) {
    it(`tells the name of the context that is used: ${name}`, () => assert.equal(load(list, choice).context, context));
  }

  it('names the contexts that there are', () => {
    const hint = /^It has the contexts "home"\.$/;
    assert.throws(() => load(['home.yaml'], { context: 'prod' }), { hint });
  });

  it('says so when there is nothing to say which cluster to use', () => {
    assert.throws(() => resolveKubeconfig({ env: { HOME: '/nowhere' }, userAgent: 'test' }), {
      constructor: ClusterNotReady,
      message: 'no kubeconfig found: nothing says which cluster to use',
    });
  });

  it('refuses a --kubeconfig that is not there', () => {
    const file = path.join(folder, 'missing.yaml');
    assert.throws(() => resolveKubeconfig({ file, env: {}, userAgent: 'test' }), {
      constructor: BadInput,
      message: /^cannot read the kubeconfig \S+missing\.yaml: ENOENT/,
    });
  });
});
