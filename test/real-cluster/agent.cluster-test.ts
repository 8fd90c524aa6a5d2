import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import type { Lease } from '../../src/cluster/leases.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { builtFile, runProcess } from '../behaviour/built-file.ts';
import { seen } from '../behaviour/seen.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { readAudit } from '../control-plane/audit.ts';
import { jsonList, SourceServer } from '../sync/source-server.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';
import { accessOf, type ServiceAccountAccess } from './service-account.ts';

const item = (id: string, tag = '1.0') => ({ id, name: id, deployment: { image: `example/${id}:${tag}` } });

describe('The agent, as its manifest has it', () => {
  let cluster: RealCluster;
  let source: SourceServer;
  let namespace: string;
  let manifest: string;
  let access: ServiceAccountAccess;
  const replicas: ChildProcess[] = [];
  before(async () => {
    cluster = await startRealCluster('agent');
    source = await SourceServer.start();
    namespace = await newNamespace(cluster);
    const args = ['agent', 'manifest', `--source=${source.url}`, '-n', namespace, '--owner=agent', '--prune'];
    manifest = (await cluster.run([...args, `--report=${source.reportUrl}`, '--insecure-http'])).stdout;
  });
  after(async () => {
    for (const replica of replicas) replica.kill('SIGKILL');
    access?.forget();
    await source.close();
    await cluster.stop();
  });

  const kubectl = (args: readonly string[], stdin = '') =>
    runProcess(cluster.controlPlane.kubectlPath, args, { ...process.env, KUBECONFIG: cluster.kubeconfig }, { stdin });
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
    const here = args.map((arg: string) =>
      arg.replace(/^--health-port=.*/, `--health-port=${port}`).replace('0.0.0.0', '127.0.0.1'),
    );
    const env = { ...process.env, KUBECONFIG: access.kubeconfig };
    const replica = spawn(process.execPath, [builtFile, ...here, '--interval=300ms'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    replica.stdout?.resume();
    replicas.push(replica);
    return replica;
  }

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
    await seen(
      () => source.reports.at(-1)?.items.every(({ phase }) => phase === 'Ready') ?? false,
      'a report of Ready',
    );
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
    const agents = await cluster.run(['agent', 'ls', '-n', namespace]);
    assert.match(agents.stdout, /^NAME +DEPLOYMENTS +STATUS +VERSION +AGE\nagent +\d+ +Running +\d/);

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

/** One that nobody listens on at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
