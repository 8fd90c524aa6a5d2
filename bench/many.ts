import type { ApiRequest } from '../src/cluster/api.ts';
import type { KubernetesObject } from '../src/kubernetes/objects.ts';
import { seldonDeploymentCrd } from '../src/sandbox/operator/crd.ts';
import { builtFile } from '../test/behaviour/built-file.ts';
import { model } from '../test/behaviour/models.ts';
import { startControlPlane } from '../test/control-plane/control-plane.ts';
import { eventAbout, sendMany } from '../test/many-objects.ts';
import { apiOf } from '../test/real-cluster/operator-under-test.ts';
import { type Command, figures, inTurn, succeeding } from './pairs.ts';
import { printTable } from './table.ts';

/**
 * The commands that show a whole cluster, beside kubectl's, with MANY_BENCH_DEPLOYMENTS deployments (1,000) of ten pods each and
 * an Event of each pod, on the real API server. Nobody operates on them: they are written as an operator and a kubelet leave them.
 */
const COUNT = Number(process.env.MANY_BENCH_DEPLOYMENTS ?? 1_000);
const PODS_OF_EACH = 10;
const ROUNDS = 5;

const log = (line: string) => process.stderr.write(`${line}\n`);
const controlPlane = await startControlPlane({
  name: 'bench-many',
  log,
  customResourceDefinitions: [seldonDeploymentCrd],
});
const env = { ...process.env, KUBECONFIG: controlPlane.kubeconfigPath };
const api = apiOf(controlPlane, 'bench');

function ownedBy({ apiVersion = '', kind = '', metadata: { name, uid = '' } }: KubernetesObject) {
  return [{ apiVersion, kind, name, uid }];
}

const template = {
  metadata: { labels: { app: 'nothing' } },
  spec: { containers: [{ name: 'classifier', image: 'example/iris:1.0' }] },
};
/** Its controllers find nothing to do. */
const idle = { replicas: 0, selector: { matchLabels: { app: 'nothing' } }, template };

function post(path: string, body: KubernetesObject & { spec?: unknown }): ApiRequest {
  return { method: 'POST', path, body };
}

async function fill(): Promise<void> {
  const seldon = '/apis/machinelearning.seldon.io/v1/namespaces/default/seldondeployments';
  const apps = '/apis/apps/v1/namespaces/default';
  const models = await sendMany(api, COUNT, (index) => post(seldon, model({ name: `m${index}`, replicas: 0 })));
  await sendMany(api, COUNT, (index) => ({
    method: 'PATCH',
    path: `${seldon}/m${index}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { state: 'Available' } },
  }));
  const deployments = await sendMany(api, COUNT, (index) => {
    const name = `m${index}-default-0-classifier`;
    const metadata = { name, ownerReferences: ownedBy(models[index] as KubernetesObject) };
    return post(`${apps}/deployments`, { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: idle });
  });
  const replicaSets = await sendMany(api, COUNT, (index) => {
    const owner = deployments[index] as KubernetesObject;
    const metadata = { name: `${owner.metadata.name}-1`, ownerReferences: ownedBy(owner) };
    return post(`${apps}/replicasets`, { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: idle });
  });
  const pods = await sendMany(api, COUNT * PODS_OF_EACH, (index) => {
    const owner = replicaSets[Math.floor(index / PODS_OF_EACH)] as KubernetesObject;
    const name = `${owner.metadata.name}-${index % PODS_OF_EACH}`;
    const metadata = { name, labels: { app: 'pod' }, ownerReferences: ownedBy(owner) };
    const spec = { ...template.spec, schedulerName: 'nobody' };
    return post('/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  });
  await sendMany(api, pods.length, (index) => {
    const { name, uid = '' } = (pods[index] as KubernetesObject).metadata;
    return eventAbout({ kind: 'Pod', namespace: 'default', name, uid }, `event-${index}`);
  });
}

async function row(what: string, mine: readonly string[], theirs: readonly string[]): Promise<string[]> {
  const ours: Command = [process.execPath, builtFile, ...mine];
  const kubectl: Command = [controlPlane.kubectlPath, ...theirs];
  const pairs = await inTurn(
    ROUNDS,
    () => succeeding(ours, env),
    () => succeeding(kubectl, env),
  );
  const [ratio, mineMs, theirsMs] = figures(pairs, ({ wallMs }) => wallMs);
  const [, mineMiB, theirsMiB] = figures(pairs, ({ peakMiB = Number.NaN }) => peakMiB);
  return [`${what} (ms)`, ratio, mine.join(' '), mineMs, theirs.join(' '), theirsMs, mineMiB, theirsMiB];
}

try {
  await fill();
  const all = 'sdep,deployments,replicasets,pods';
  printTable(
    [
      ['', 'ratio', 'this', '', 'beside', '', 'this (MiB)', 'beside (MiB)'],
      await row('deployments', ['list', '-A'], ['get', 'sdep', '-A']),
      await row('with all that they own', ['status', '-A'], ['get', all, '-A']),
      await row('events', ['events', '-A'], ['events', '-A']),
    ],
    `medians of ${ROUNDS} pairs, ${COUNT} deployments, ${COUNT * PODS_OF_EACH} pods and as many Events`,
  );
} finally {
  await controlPlane.stop();
}
