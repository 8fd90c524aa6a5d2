import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from '../../src/cluster/api.ts';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { modelYaml } from '../behaviour/models.ts';
import type { Finished } from '../behaviour/server-under-test.ts';
import { startConnectProxy } from '../connect-proxy.ts';
import { credentialPlugin } from '../credential-plugin.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/** A command that asks the server a few things and changes nothing; it comes through where the connection is right. */
const cheap = {
  args: ['run', '-f', '-', '-n', 'nowhere'],
  options: { stdin: modelYaml() },
  cameThrough: /^error: cannot apply seldondeployment "iris": namespaces "nowhere" not found\n/m,
};

interface Kubeconfig {
  clusters: [{ name: string; cluster: Record<string, unknown> }];
  users: [{ name: string; user: { 'client-certificate-data': string; 'client-key-data': string } }];
}

describe('A real API server is reached', () => {
  let cluster: RealCluster;
  let folder: string;
  let admin: Kubeconfig;

  before(async () => {
    cluster = await startRealCluster('connection');
    folder = mkdtempSync(path.join(tmpdir(), 'connection-'));
    admin = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8'));
    await cluster.api.call({
      method: 'POST',
      path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      body: {
        metadata: { name: 'robots' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'Group', name: 'system:serviceaccounts:default', apiGroup: 'rbac.authorization.k8s.io' }],
      },
    });
    await cluster.api.call({
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts',
      body: { metadata: { name: 'robot' } },
    });
  });
  after(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  });

  /** The token of a service account that may do anything, good for as long as the secret of this name is there. */
  async function robotToken(secret: string): Promise<string> {
    const secrets = '/api/v1/namespaces/default/secrets';
    await cluster.api.call({ method: 'POST', path: secrets, body: { metadata: { name: secret } } });
    const { body } = await cluster.api.call<{ status: { token: string } }>({
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts/robot/token',
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: secret } },
      },
    });
    return body.status.token;
  }

  /** A kubeconfig of this user, and of a second context of somebody whom nobody knows. */
  function kubeconfigOf(user: object, ofCluster: object = {}): string {
    const file = path.join(folder, 'config');
    const [{ cluster: settings }] = admin.clusters;
    const config = {
      clusters: [{ name: 'real', cluster: { ...settings, ...ofCluster } }],
      users: [
        { name: 'tester', user },
        { name: 'nobody', user: { token: 'nobodys' } },
      ],
      contexts: [
        { name: 'test', context: { cluster: 'real', user: 'tester' } },
        { name: 'other', context: { cluster: 'real', user: 'nobody' } },
      ],
      'current-context': 'other',
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  async function run(kubeconfig: string, ...flags: string[]): Promise<Finished> {
    return await cluster.run([...cheap.args, ...flags], { ...cheap.options, kubeconfig });
  }

  it('by a client certificate, in the context of --context, and in no other', async () => {
    const kubeconfig = kubeconfigOf(admin.users[0].user);
    assert.match((await run(kubeconfig, '--context=test')).stderr, cheap.cameThrough);
    const other = await run(kubeconfig);
    assert.equal(other.exitCode, 3);
    assert.match(other.stderr, /^error: You must be logged in to the server \(Unauthorized\)\n/);
  });

  it('by the certificate and key of flags', async () => {
    const user = admin.users[0].user;
    const files = { certificate: path.join(folder, 'me.crt'), key: path.join(folder, 'me.key') };
    writeFileSync(files.certificate, Buffer.from(user['client-certificate-data'], 'base64'));
    writeFileSync(files.key, Buffer.from(user['client-key-data'], 'base64'));
    const flags = [`--client-certificate=${files.certificate}`, `--client-key=${files.key}`];
    assert.match((await run(kubeconfigOf({}), '--user=tester', ...flags)).stderr, cheap.cameThrough);
  });

  it('by the token of a flag, without any kubeconfig', async () => {
    const authority = path.join(folder, 'ca.crt');
    const [{ cluster: settings }] = admin.clusters;
    writeFileSync(authority, Buffer.from(String(settings['certificate-authority-data']), 'base64'));
    const flags = [`--server=${settings.server}`, `--certificate-authority=${authority}`];
    const finished = await run('/nowhere', ...flags, `--token=${await robotToken('by-flag')}`);
    assert.match(finished.stderr, cheap.cameThrough);
  });

  it('by a credential plugin that gives a token', async () => {
    const plugin = credentialPlugin(folder, { provideClusterInfo: true });
    plugin.gives({ token: await robotToken('by-plugin') });
    const kubeconfig = kubeconfigOf({ exec: plugin.exec });
    assert.match((await run(kubeconfig, '--context=test')).stderr, cheap.cameThrough);
    const runs = plugin.runs();
    assert.equal(runs.length, 1);
    assert.deepEqual(runs[0]?.spec.cluster, admin.clusters[0].cluster);
  });

  it('by a credential plugin that gives a certificate', async () => {
    const plugin = credentialPlugin(folder);
    const { 'client-certificate-data': certificate, 'client-key-data': key } = admin.users[0].user;
    plugin.gives({
      clientCertificateData: Buffer.from(certificate, 'base64').toString(),
      clientKeyData: Buffer.from(key, 'base64').toString(),
    });
    assert.match((await run(kubeconfigOf({ exec: plugin.exec }), '--context=test')).stderr, cheap.cameThrough);
  });

  it('by a token in a file, also when it is replaced on the way', async () => {
    const file = path.join(folder, 'token');
    const first = await robotToken('first');
    writeFileSync(file, first);
    const kubeconfig = kubeconfigOf({ tokenFile: file });
    assert.match((await run(kubeconfig, '--context=test')).stderr, cheap.cameThrough);

    const choice = { file: kubeconfig, context: 'test', env: {}, userAgent: 'connection-test' };
    const api = new Api(loadKubeconfig(choice).connection);
    const ask = (asking: Api) => asking.call({ method: 'GET', path: '/api/v1/namespaces/default' });
    assert.equal((await ask(api)).status, 200);
    writeFileSync(file, await robotToken('second'));
    await cluster.api.call({ method: 'DELETE', path: '/api/v1/namespaces/default/secrets/first' });
    // The server remembers for some seconds that the first one was good.
    const old = new Api(loadKubeconfig({ ...choice, token: first }).connection);
    while (
      await ask(old).then(
        () => true,
        () => false,
      )
    )
      await sleep(200);
    assert.equal((await ask(api)).status, 200);
  });

  it('through a proxy, over one connection', async () => {
    const proxy = await startConnectProxy();
    const kubeconfig = kubeconfigOf(admin.users[0].user, { 'proxy-url': proxy.url });
    assert.match((await run(kubeconfig, '--context=test')).stderr, cheap.cameThrough);
    assert.deepEqual(proxy.asked, [`CONNECT ${new URL(cluster.controlPlane.url).host}`]);
    await proxy.close();
  });

  it('as somebody else, with all the groups', async () => {
    const kubeconfig = kubeconfigOf(admin.users[0].user);
    const asJane = ['--context=test', '--as=jane'];
    const alone = await run(kubeconfig, ...asJane);
    assert.equal(alone.exitCode, 3);
    assert.match(alone.stderr, /User "jane" cannot /);
    const extra = ['--as-uid=u1', '--as-user-extra=example.com/team=a', '--as-user-extra=example.com/team=b'];
    const inGroups = await run(kubeconfig, ...asJane, '--as-group=dev', '--as-group=system:masters', ...extra);
    assert.match(inGroups.stderr, cheap.cameThrough);
    const asked = readFileSync(cluster.controlPlane.auditLogPath, 'utf8')
      .split('\n')
      .find((line) => line.includes('"impersonatedUser"') && line.includes('"dev"'));
    assert.deepEqual(JSON.parse(asked ?? '{}').impersonatedUser, {
      username: 'jane',
      uid: 'u1',
      groups: ['dev', 'system:masters', 'system:authenticated'],
      extra: { 'example.com/team': ['a', 'b'] },
    });
  });

  it('not by another name, but by the one of --tls-server-name', async () => {
    const kubeconfig = kubeconfigOf(admin.users[0].user, { 'tls-server-name': 'elsewhere' });
    const refused = await run(kubeconfig, '--context=test');
    assert.equal(refused.exitCode, 3);
    assert.match(refused.stderr, /^Unable to connect to the server: tls: failed to verify certificate: x509: /);
    assert.match((await run(kubeconfig, '--context=test', '--tls-server-name=kubernetes')).stderr, cheap.cameThrough);
  });

  it('and told of with -v', async () => {
    const finished = await run(kubeconfigOf(admin.users[0].user), '--context=test', '-v=6');
    assert.match(
      finished.stderr,
      /^GET https:\/\/\S+\/apis\/machinelearning\.seldon\.io\/v1 200 in \d+ milliseconds$/m,
    );
  });
});
