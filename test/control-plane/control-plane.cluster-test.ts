import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readAudit } from './audit.ts';
import { type ControlPlane, findControlPlane, startControlPlane } from './control-plane.ts';
import { partNames } from './parts.ts';

const cluster = await startControlPlane({ name: 'control-plane-test', customResourceDefinitions: [definition()] });
after(() => cluster.stop());

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(cluster.kubectlPath, ['--kubeconfig', cluster.kubeconfigPath, ...args]);
  return stdout;
}

function definition() {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'owners.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'owners', singular: 'owner', kind: 'Owner', listKind: 'OwnerList' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

async function runningParts(controlPlane: ControlPlane): Promise<string[]> {
  const runs = await Promise.all(partNames.map((name) => controlPlane.parts[name].isRunning()));
  return partNames.filter((_, index) => runs[index]);
}

test('the node is Ready and of the version that was built', async () => {
  assert.match(await kubectl('get', 'nodes', '--no-headers'), /^node-0\s+Ready\s.*\sv1\.\d+\.\d+\s*$/);
});

test('a Deployment becomes available, is scaled, and is deleted with all that it owns', async () => {
  await kubectl('create', 'deployment', 'rollout', '--image=model:1.0', '--replicas=2');
  await kubectl('wait', 'deployment/rollout', '--for=jsonpath={.status.availableReplicas}=2', '--timeout=10s');
  await kubectl('scale', 'deployment/rollout', '--replicas=3');
  await kubectl('wait', 'deployment/rollout', '--for=jsonpath={.status.availableReplicas}=3', '--timeout=10s');
  await kubectl('delete', 'deployment/rollout', '--cascade=foreground', '--timeout=10s');
  assert.equal(await kubectl('get', 'replicasets,pods', '-l', 'app=rollout', '-o', 'name'), '');
});

test('foreground deletion of a custom resource does not wait for the garbage collector to find its kind', async () => {
  const owner = { apiVersion: 'example.com/v1', kind: 'Owner', metadata: { name: 'it' } };
  const input = promisify(execFile)(cluster.kubectlPath, ['--kubeconfig', cluster.kubeconfigPath, 'create', '-f', '-']);
  input.child.stdin?.end(JSON.stringify(owner));
  await input;
  await kubectl('delete', 'owners/it', '--cascade=foreground', '--timeout=5s');
});

test('kubectl logs shows what a container printed', async () => {
  await kubectl('create', 'deployment', 'talkative', '--image=model:1.0');
  await kubectl('wait', 'deployment/talkative', '--for=condition=Available', '--timeout=10s');
  assert.equal(await kubectl('logs', 'deployment/talkative', '--tail=1'), 'listening on port 9000\n');
});

test('the audit log has each request of a client once', async () => {
  const since = new Date();
  await kubectl('get', 'pods', '--watch', '--request-timeout=1s', '-n', 'kube-system').catch(() => '');
  await sleep(100);
  const requests = await readAudit(cluster.auditLogPath, { since, userAgent: /^kubectl\/v1\./ });
  const aboutPods = requests.filter(({ objectRef }) => objectRef?.resource === 'pods');
  assert.deepEqual(
    aboutPods.map(({ verb, code, complete }) => [verb, code, complete]),
    [
      ['list', 200, true],
      ['watch', 200, true],
    ],
  );
});

test('an outage: the API server is killed, and started again it has kept everything', async () => {
  await kubectl('create', 'configmap', 'kept');
  const before = cluster.parts['kube-apiserver'].pid;
  await cluster.parts['kube-apiserver'].kill();
  assert.equal(await cluster.parts['kube-apiserver'].isRunning(), false);
  await assert.rejects(kubectl('get', 'nodes'), /refused/);
  await cluster.parts['kube-apiserver'].restart();
  assert.notEqual(cluster.parts['kube-apiserver'].pid, before);
  assert.match(await kubectl('get', 'configmap', 'kept', '-o', 'name'), /kept/);
});

test('a name that is in use is refused, and what runs under it is left alone', async () => {
  await assert.rejects(startControlPlane({ name: cluster.name }), /is running already/);
  assert.equal((await runningParts(cluster)).length, partNames.length);
});

test('a control plane ends when the process that started it is killed', async () => {
  const script = `
    import { startControlPlane } from ${JSON.stringify(join(import.meta.dirname, 'control-plane.ts'))};
    await startControlPlane({ name: 'orphan' });
    console.log('up');
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(starter.stdout, 'data');
  const orphan = findControlPlane('orphan');
  assert.ok(orphan);
  assert.equal((await runningParts(orphan)).length, partNames.length);
  starter.kill('SIGKILL');
  for (let left = 200; left > 0 && (await runningParts(orphan)).length > 0; left--) await sleep(25);
  assert.deepEqual(await runningParts(orphan), []);
});

test('everything listens on loopback only', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  const addresses = Object.values(cluster.parts).flatMap(({ pid }) => listeningAddresses(pid));
  assert.ok(addresses.length >= partNames.length, `found only ${addresses}`);
  assert.deepEqual([...new Set(addresses)], ['0100007F']); // 127.0.0.1, as the kernel writes it
});

/** Of a process's own listening TCP sockets (proc_pid_net(5): the state of those is 0A). */
function listeningAddresses(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return ''; // closed since
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(`socket:[${inode}]`))
      .map(([, local = '']) => local.split(':')[0] ?? ''),
  );
}
