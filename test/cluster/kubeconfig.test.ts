import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type LoadedKubeconfig, loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { BadInput, ClusterNotReady } from '../../src/failures.ts';

const files: Record<string, string> = {
  'work.yaml': `
current-context: work
clusters:
- {name: work, cluster: {server: 'https://work.example:6443', certificate-authority: ca.crt}}
- {name: shared, cluster: {server: 'https://of-work.example'}}
users:
- {name: me, user: {client-certificate: certs/me.crt, client-key: certs/me.key}}
- {name: robot, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [now]}}}
- {name: cloud, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: cloud-login}}}
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
  'odd.yaml': 'clusters: {a: b}',
  'text.yaml': 'hello',
  'home/.kube/config':
    'current-context: mine\nclusters: [{name: c, cluster: {server: https://mine.example}}]\ncontexts: [{name: mine, context: {cluster: c}}]',
};

describe('loadKubeconfig', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Loads with these files in KUBECONFIG. */
  function load(list: string[], context?: string): LoadedKubeconfig {
    const KUBECONFIG = list.map((name) => name && path.join(folder, name)).join(path.delimiter);
    return loadKubeconfig({ context, env: { KUBECONFIG, HOME: path.join(folder, 'home') }, userAgent: 'test' });
  }

  function server({ kubeConfig }: LoadedKubeconfig): string | undefined {
    return kubeConfig.getCurrentCluster()?.server;
  }

  it('takes the current context of the file in KUBECONFIG, and its namespace', () => {
    const loaded = load(['work.yaml']);
    assert.deepEqual([server(loaded), loaded.namespace], ['https://work.example:6443', 'team']);
  });

  it('takes the namespace default where the context names none', () => {
    assert.equal(load(['work.yaml'], 'robot').namespace, 'default');
  });

  it('takes --context instead of the current one', () => {
    assert.equal(server(load(['work.yaml', 'home.yaml'], 'home')), 'http://127.0.0.1:8080');
  });

  it('merges a list: the first file to name a thing wins', () => {
    assert.equal(server(load(['work.yaml', 'home.yaml'])), 'https://work.example:6443');
    assert.equal(server(load(['home.yaml', 'work.yaml'])), 'http://127.0.0.1:8080');
    assert.equal(server(load(['home.yaml', 'work.yaml'], 'shared')), 'https://of-home.example');
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

  it('takes --kubeconfig and no other file', () => {
    const env = { KUBECONFIG: path.join(folder, 'work.yaml') };
    const loaded = loadKubeconfig({ file: path.join(folder, 'home.yaml'), env, userAgent: 'test' });
    assert.equal(server(loaded), 'http://127.0.0.1:8080');
  });

  it('resolves paths against the folder of the file that holds them', () => {
    const { kubeConfig } = load(['home.yaml', 'work.yaml'], 'work');
    assert.equal(kubeConfig.getCurrentCluster()?.caFile, path.join(folder, 'ca.crt'));
    assert.equal(kubeConfig.getCurrentUser()?.certFile, path.join(folder, 'certs/me.crt'));
    assert.equal(kubeConfig.getCurrentUser()?.keyFile, path.join(folder, 'certs/me.key'));
  });

  it('resolves a credential command with a folder, and leaves one that is looked up in PATH', () => {
    assert.equal(
      load(['work.yaml'], 'robot').kubeConfig.getCurrentUser()?.exec.command,
      path.join(folder, 'bin/login'),
    );
    assert.equal(load(['work.yaml'], 'cloud').kubeConfig.getCurrentUser()?.exec.command, 'cloud-login');
  });

  it('reads the token of tokenFile anew, rather than a token that stands beside it', () => {
    const user = load(['work.yaml'], 'by-file').kubeConfig.getCurrentUser();
    assert.deepEqual(user?.authProvider, { name: 'tokenFile', config: { tokenFile: path.join(folder, 'token') } });
    assert.equal(user?.token, undefined);
  });

  it('goes without credentials where the context names no user or one without any', () => {
    assert.equal(server(load(['work.yaml'], 'userless')), 'https://work.example:6443');
    assert.equal(server(load(['work.yaml'], 'nobody')), 'https://work.example:6443');
  });

  it('takes the service account of the pod where there is no kubeconfig', () => {
    const pod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
    Object.assign(process.env, pod); // client-node looks there.
    try {
      const { kubeConfig, namespace } = loadKubeconfig({ env: { ...pod, HOME: '/nowhere' }, userAgent: 'test' });
      assert.equal(kubeConfig.getCurrentCluster()?.server, 'https://10.0.0.1:443');
      assert.equal(kubeConfig.getCurrentUser()?.authProvider.name, 'tokenFile');
      assert.equal(namespace, 'default');
    } finally {
      restore('KUBERNETES_SERVICE_HOST', host);
      restore('KUBERNETES_SERVICE_PORT', port);
    }
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
      /^context "lost-user" names the user "gone", which there is not$/,
    ],
    ['broken YAML', ['broken.yaml'], undefined, BadInput, /^cannot read the kubeconfig \S+broken\.yaml: Flow sequence/],
    ['something else than a list', ['odd.yaml'], undefined, BadInput, /odd\.yaml: clusters: expected a list$/],
    ['something else than a kubeconfig', ['text.yaml'], undefined, BadInput, /text\.yaml: expected a mapping$/],
  ];
  for (const [name, list, context, kind, message] of refused) {
    it(`refuses ${name}`, () => assert.throws(() => load(list, context), { constructor: kind, message }));
  }

  it('names the contexts that there are', () => {
    const hint = /^It has the contexts "home"\.$/;
    assert.throws(() => load(['home.yaml'], 'prod'), { hint });
  });

  it('says so when there is nothing to say which cluster to use', () => {
    assert.throws(() => loadKubeconfig({ env: { HOME: '/nowhere' }, userAgent: 'test' }), {
      constructor: ClusterNotReady,
      message: 'no kubeconfig found: nothing says which cluster to use',
    });
  });

  it('refuses a --kubeconfig that is not there', () => {
    const file = path.join(folder, 'missing.yaml');
    assert.throws(() => loadKubeconfig({ file, env: {}, userAgent: 'test' }), {
      constructor: BadInput,
      message: /^cannot read the kubeconfig \S+missing\.yaml: ENOENT/,
    });
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
