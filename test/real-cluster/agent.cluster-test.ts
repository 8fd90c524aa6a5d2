import assert from 'node:assert/strict';
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, parseAllDocuments } from 'yaml';
import type { Lease } from '../../src/kubernetes/objects.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { builtFile, runProcess } from '../behaviour/built-file.ts';
import { seen } from '../behaviour/seen.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { readAudit } from '../control-plane/audit.ts';
import { ownEnvironment } from '../own-environment.ts';
import { jsonList, SourceServer } from '../sync/source-server.ts';
import { type ImageRoot, makeImageRoot } from './image-root.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';
import { accessOf, type ServiceAccountAccess } from './service-account.ts';

const item = (id: string, tag = '1.0') => ({ id, name: id, deployment: { image: `example/${id}:${tag}` } });

/** Whether the last report is of these, all of them Ready. */
function areReady({ reports }: SourceServer, ...ids: string[]): boolean {
  return ids.every((id) => reports.at(-1)?.items.some((one) => one.id === id && one.phase === 'Ready'));
}

describe('The agent, as its manifest has it', () => {
  let cluster: RealCluster;
  let source: SourceServer;
  let namespace: string;
  let manifest: string;
  let access: ServiceAccountAccess;
  let image: ImageRoot | undefined;
  const replicas: ChildProcess[] = [];
  before(async () => {
    cluster = await startRealCluster('agent');
    source = await SourceServer.start();
    namespace = await newNamespace(cluster);
    image = makeImageRoot();
    const args = ['agent', 'manifest', `--source=${source.url}`, '-n', namespace, '--owner=agent', '--prune'];
    const more = [`--agent-namespace=${namespace}`, '--insecure-http', '--token-secret=source'];
    manifest = (await cluster.run([...args, `--report=${source.reportUrl}`, ...more])).stdout;
  });
  after(async () => {
    for (const replica of replicas) replica.kill('SIGKILL');
    access?.forget();
    image?.remove();
    await source.close();
    await cluster.stop();
  });

  const kubectl = (args: readonly string[], stdin = '') =>
    runProcess(cluster.controlPlane.kubectlPath, args, ownEnvironment({ KUBECONFIG: cluster.kubeconfig }), { stdin });
  const images = async () =>
    (await list<SeldonDeployment>(cluster, seldonPath(namespace)))
      .map(({ spec }) => spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image)
      .sort()
      .join(' ');
  const holder = async () => {
    const leases = await list<Lease>(cluster, `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`);
    return leases[0]?.spec?.holderIdentity ?? '';
  };

  /** What the container of the Deployment runs, as its service account, on ports of their own. */
  function start(port: number): ChildProcess {
    const documents = parseAllDocuments(manifest).map((document) => document.toJS());
    const { args } = documents.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
    const here = [
      ...args.map((arg: string) =>
        arg.replace(/^--health-port=.*/, `--health-port=${port}`).replace('0.0.0.0', '127.0.0.1'),
      ),
      '--interval=300ms',
    ];
    const replica = image ? inImage(image, here) : spawn(process.execPath, [builtFile, ...elsewhere(here)], outside());
    replica.stdout?.resume();
    replicas.push(replica);
    return replica;
  }

  /** With nothing but what a pod has: no kubeconfig, no home, no shell. */
  function inImage(root: ImageRoot, args: readonly string[]): ChildProcess {
    const { cluster: server } = parse(readFileSync(access.kubeconfig, 'utf8')).clusters[0];
    const { hostname, port } = new URL(server.server);
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    root.mount(`${account}/token`, access.token);
    root.mount(`${account}/namespace`, namespace);
    root.mount(`${account}/ca.crt`, authorityOf(server));
    root.mount(TOKEN_FILE, TOKEN);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, POD_NAMESPACE: namespace };
    const [program, all] = root.command(args);
    return spawn(program, all, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  const outside = (): SpawnOptions => ({
    env: ownEnvironment({ KUBECONFIG: access.kubeconfig, SELDON_LIFECYCLE_SOURCE_TOKEN: TOKEN }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const elsewhere = (args: readonly string[]) => args.filter((arg) => !arg.startsWith('--token-file='));

  it('is taken by the server, at first as a dry run', async () => {
    const asked = await kubectl(['apply', '--dry-run=server', '-f', '-'], manifest);
    assert.equal(asked.exitCode, 0, asked.stderr);
    const applied = await kubectl(['apply', '-f', '-'], manifest);
    assert.equal(applied.exitCode, 0, applied.stderr);
    access = await accessOf(cluster, namespace, 'seldon-lifecycle-agent');
  });

  it('has no right but those that it uses', async () => {
    const account = `system:serviceaccount:${namespace}:seldon-lifecycle-agent`;
    for (const [verb, resource, answer] of [
      ['patch', 'seldondeployments', 'yes'],
      ['delete', 'seldondeployments', 'yes'],
      ['delete', 'pods', 'no'],
      ['get', 'secrets', 'no'],
      ['patch', 'deployments', 'no'],
      ['update', 'leases/another', 'no'],
      ['update', 'leases/seldon-lifecycle-agent', 'yes'],
    ] as const) {
      const { stdout } = await kubectl(['auth', 'can-i', verb, resource, `--as=${account}`, '-n', namespace]);
      assert.equal(stdout.trim(), answer, `${verb} ${resource}`);
    }
    assert.equal(
      (await kubectl(['auth', 'can-i', 'list', 'seldondeployments', '-A', `--as=${account}`])).stdout.trim(),
      'no',
    );
  });

  it('syncs with these rights; when the leader is killed another takes over within 15 s, and nothing is done twice', {
    timeout: 120_000,
  }, async () => {
    const since = new Date();
    source.answers = [jsonList([item('a'), item('b')])];
    const ports = [await freePort(), await freePort()];
    const [first, second] = ports.map(start);
    await seen(async () => (await images()) === 'example/a:1.0 example/b:1.0', 'both deployments');
    await seen(() => areReady(source, 'a', 'b'), 'a report of Ready');
    const ready = async (port: number) => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      return (await answer?.json()) as { standby: boolean } | undefined;
    };
    await seen(async () => (await Promise.all(ports.map(ready))).every(Boolean), 'both replicas listening');
    const states = (await Promise.all(ports.map(ready))).map((state) => ({ standby: state?.standby ?? false }));
    assert.deepEqual(states.map(({ standby }) => standby).sort(), [false, true]);
    const metrics = `http://127.0.0.1:${ports[states[0]?.standby ? 1 : 0]}/metrics`;
    await seen(
      async () => /_deployments\{phase="Ready"\} 2$/m.test(await (await fetch(metrics)).text()),
      'two that are ready in the metrics',
    );
    assert.ok(source.requests.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`));
    const row = /^NAME +DEPLOYMENTS +STATUS +VERSION +AGE\nagent +2 +Running +\d/;
    await seen(async () => row.test((await cluster.run(['agent', 'ls', '-n', namespace])).stdout), 'the agent listed');

    const before = await holder();
    const leader = states[0]?.standby ? second : first;
    leader?.kill('SIGKILL');
    const killedAt = performance.now();
    source.answers = [jsonList([item('a', '2.0'), item('b')])];
    await seen(async () => (await images()) === 'example/a:2.0 example/b:1.0', 'the new image');
    const tookMs = performance.now() - killedAt;
    process.stderr.write(`taken over in ${Math.round(tookMs)} ms\n`);
    assert.ok(tookMs < 15_000, `it took ${tookMs} ms`);
    assert.notEqual(await holder(), before);
    const standby = states[0]?.standby ? first : second;
    const ended = new Promise((resolve) => standby?.on('close', resolve));
    standby?.kill('SIGTERM');
    assert.equal(await ended, 143);
    assert.equal(await holder(), '');

    await sleep(500);
    const requests = await readAudit(cluster.controlPlane.auditLogPath, {
      since,
      userAgent: 'kubectl-seldon-lifecycle/',
    });
    const writes = requests.filter(
      ({ verb, objectRef }) => /^(create|patch|delete)$/.test(verb) && objectRef?.resource === 'seldondeployments',
    );
    assert.deepEqual(writes.map(({ verb, objectRef, code }) => `${verb} ${objectRef?.name} ${code}`).sort(), [
      'patch a 200',
      'patch a 201',
      'patch b 201',
    ]);
    assert.deepEqual(
      requests.filter(({ code }) => code === 403),
      [],
    );
  });
});

describe('The agent for all namespaces', () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('agent-everywhere');
  });
  after(() => cluster.stop());

  it('syncs them with the rights of its manifest, and has no others', { timeout: 120_000 }, async () => {
    const kubectl = (args: readonly string[], stdin = '') =>
      runProcess(cluster.controlPlane.kubectlPath, args, ownEnvironment({ KUBECONFIG: cluster.kubeconfig }), { stdin });
    const [home, elsewhere] = [await newNamespace(cluster), await newNamespace(cluster)];
    const source = await SourceServer.start();
    const args = ['agent', 'manifest', `--source=${source.url}`, '-n', home, '-A', '--owner=everywhere'];
    const more = ['--prune', `--report=${source.reportUrl}`, '--insecure-http'];
    const manifest = (await cluster.run([...args, ...more])).stdout;
    const labels = { 'pod-security.kubernetes.io/enforce': 'baseline' };
    const guarded = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home, labels } };
    await kubectl(['apply', '-f', '-'], JSON.stringify(guarded));
    const applied = await kubectl(['apply', '-f', '-'], manifest);
    assert.equal(applied.exitCode, 0, applied.stderr);
    const own = 'seldon-lifecycle-everywhere';
    const access = await accessOf(cluster, own, own);
    const since = new Date();
    const documents = parseAllDocuments(manifest).map((document) => document.toJS());
    const { args: given } = documents.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
    const port = await freePort();
    source.answers = [jsonList([item('a'), { ...item('b'), namespace: elsewhere }])];
    const agent = spawn(
      process.execPath,
      [
        builtFile,
        ...given.map((arg: string) => arg.replace(/^--health-port=.*/, `--health-port=${port}`)),
        '--interval=300ms',
      ],
      { env: ownEnvironment({ KUBECONFIG: access.kubeconfig }), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let told = '';
    agent.stdout?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const ended = once(agent, 'close');
    try {
      const names = async () => [
        (await list<SeldonDeployment>(cluster, seldonPath(home))).map(({ metadata }) => metadata.name).join(),
        (await list<SeldonDeployment>(cluster, seldonPath(elsewhere))).map(({ metadata }) => metadata.name).join(),
      ];
      await seen(async () => (await names()).join(' ') === 'a b', 'one in each namespace');
      await seen(() => areReady(source, 'a', 'b'), 'Ready');
      source.answers = [jsonList([item('a')])];
      await seen(async () => (await names()).join(' ') === 'a ', 'the other pruned');
      const row = new RegExp(`^NAMESPACE +NAME +DEPLOYMENTS +STATUS +VERSION +AGE\n${own} +everywhere +1 +Running`);
      await seen(async () => row.test((await cluster.run(['agent', 'ls', '-A'])).stdout), 'the agent listed');
      const reserved = ['kube-system', 'seldon-system', own];
      const forbidden = reserved.map((namespace, index) => ({ ...item(`forbidden-${index}`), namespace }));
      source.answers = [jsonList([item('a'), ...forbidden])];
      await seen(
        () => reserved.every((namespace) => told.includes(`namespace ${namespace} is not synced with -A`)),
        'that nothing is made in namespaces that are not for models',
      );
      for (const namespace of reserved) assert.deepEqual(await list(cluster, seldonPath(namespace)), []);
    } finally {
      agent.kill('SIGTERM');
      await ended;
      access.forget();
      await source.close();
    }
    const account = `--as=system:serviceaccount:${own}:${own}`;
    for (const [verb, resource, answer] of [
      ['delete', 'seldondeployments', 'yes'],
      ['get', 'secrets', 'no'],
      ['delete', 'pods', 'no'],
      ['update', 'leases', 'no'],
      ['create', 'rolebindings', 'no'],
    ] as const) {
      const { stdout } = await kubectl(['auth', 'can-i', verb, resource, '-A', account]);
      assert.equal(stdout.trim(), answer, `${verb} ${resource}`);
    }
    const removed = await kubectl(['delete', '-f', '-'], manifest);
    assert.equal(removed.exitCode, 0, removed.stderr);
    const { stdout: left } = await kubectl(['get', 'namespace', home, '-o', 'json']);
    const { metadata, status } = JSON.parse(left);
    assert.equal(metadata.labels['pod-security.kubernetes.io/enforce'], 'baseline');
    assert.equal(status.phase, 'Active');
    assert.equal((await list<SeldonDeployment>(cluster, seldonPath(home))).length, 1);
    await sleep(500);
    const requests = await readAudit(cluster.controlPlane.auditLogPath, {
      since,
      userAgent: 'kubectl-seldon-lifecycle/',
    });
    assert.deepEqual(
      requests.filter(({ code }) => code === 403),
      [],
    );
  });
});

const TOKEN = 'token-of-the-source';
const TOKEN_FILE = '/var/run/secrets/seldon-lifecycle.io/source/token';

function authorityOf(server: Record<string, string>): string {
  const { 'certificate-authority': file, 'certificate-authority-data': data = '' } = server;
  return file === undefined ? Buffer.from(data, 'base64').toString('utf8') : readFileSync(file, 'utf8');
}

/** One that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
