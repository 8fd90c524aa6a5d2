import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiRequest } from '../src/cluster/api.ts';
import type { KubernetesObject } from '../src/kubernetes/objects.ts';
import { builtFile } from '../test/behaviour/built-file.ts';
import { model, modelYaml } from '../test/behaviour/models.ts';
import { newNamespace, seldonPath } from '../test/behaviour/server-under-test.ts';
import { eventAbout, sendMany } from '../test/many-objects.ts';
import { startRealCluster } from '../test/real-cluster/real-cluster.ts';
import { processorSeconds, residentPeak } from './measured-process.ts';
import { type Command, succeeding } from './pairs.ts';
import { printTable } from './table.ts';

/**
 * What a crowd costs, on the real control plane: other people's pods and Events in the namespace of one deployment, and
 * a burst of Events of its own. CROWD_BENCH_FOREIGN and CROWD_BENCH_BURST say how many.
 */
const FOREIGN = Number(process.env.CROWD_BENCH_FOREIGN ?? 20_000);
const BURST = Number(process.env.CROWD_BENCH_BURST ?? 10_000);
const cluster = await startRealCluster('bench-crowd');
const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
const { api } = cluster;

/** Half of them belong to a ReplicaSet of a Deployment, as most do; no scheduler touches them. */
function foreignPod(namespace: string, owner: KubernetesObject, index: number): ApiRequest {
  const ownerReferences = [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner.metadata.name, uid: owner.metadata.uid },
  ];
  const environment = Array.from({ length: 12 }, (_, number) => ({
    name: `SETTING_${number}`,
    value: `value ${index}`,
  }));
  return {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods`,
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `other-${index}`, labels: { app: 'other' }, ...(index % 2 && { ownerReferences }) },
      spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'example/other:1.0', env: environment }] },
    },
  };
}

/** As a kubelet writes it. */
function podStatus(namespace: string, index: number): ApiRequest {
  const time = '2026-01-01T00:00:00Z';
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: time });
  const running = { name: 'main', image: 'example/other:1.0', ready: true, restartCount: 0, started: true };
  const hash = `${index}`.padStart(64, '0');
  const status = {
    phase: 'Running',
    startTime: time,
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
    containerStatuses: [
      {
        ...running,
        imageID: `sha256:${hash}`,
        containerID: `containerd://${hash}`,
        state: { running: { startedAt: time } },
      },
    ],
  };
  return {
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/pods/other-${index}/status`,
    contentType: 'application/merge-patch+json',
    body: { status },
  };
}

async function crowd(namespace: string): Promise<void> {
  const replicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'other' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'nothing' } },
      template: {
        metadata: { labels: { app: 'nothing' } },
        spec: { containers: [{ name: 'main', image: 'example/other:1.0' }] },
      },
    },
  };
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  const owner = (await api.call<KubernetesObject>({ method: 'POST', path, body: replicaSet })).body;
  const pods = await sendMany(api, FOREIGN, (index) => foreignPod(namespace, owner, index));
  await sendMany(api, FOREIGN, (index) => podStatus(namespace, index));
  await sendMany(api, FOREIGN, (index) => {
    const { name, uid = '' } = (pods[index] as KubernetesObject).metadata;
    return eventAbout({ kind: 'Pod', namespace, name, uid }, `other-${index}`);
  });
}

async function commands(namespace: string): Promise<Map<string, string[]>> {
  const cells = new Map<string, string[]>();
  for (const args of [
    ['run', '-f', '-'],
    ['apply', '-f', '-', '--wait'],
    ['status', 'iris'],
    ['events', 'iris'],
    ['list'],
  ]) {
    const command: Command = [process.execPath, builtFile, ...args, '-n', namespace];
    const { peakMiB = 0, cpuS = 0, wallMs } = await succeeding(command, env, modelYaml());
    cells.set(args.join(' '), [peakMiB.toFixed(0), cpuS.toFixed(2), (wallMs / 1_000).toFixed(2)]);
  }
  return cells;
}

interface Shown {
  child: ChildProcess;
  /** The uids of the Events, in the order in which they were shown. */
  uids(): string[];
}

function follow(args: readonly string[], uidOf: (line: string) => string | undefined): Shown {
  const child = spawn(process.execPath, [builtFile, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more) => {
    text += more;
  });
  return { child, uids: () => text.split('\n').flatMap((line) => uidOf(line) ?? []) };
}

async function burst(): Promise<string[][]> {
  const namespace = await newNamespace(cluster);
  const path = seldonPath(namespace);
  const body = { ...model({ replicas: 0 }) };
  const { metadata } = (await api.call<KubernetesObject>({ method: 'POST', path, body })).body;
  const about = { kind: 'SeldonDeployment', namespace, name: 'iris', uid: metadata.uid ?? '' };
  const shownBy: Record<string, Shown> = {
    'events -w': follow(
      ['events', 'iris', '-w', '-n', namespace, '-o', 'jsonpath={.metadata.uid}{"\\n"}'],
      (line) => line || undefined,
    ),
    'wait --events=tree': follow(
      ['wait', 'iris', '--for=deleted', '--events=tree', '-o', 'json', '-n', namespace, '--timeout=10m'],
      (line) => (line.includes('"type":"event"') ? JSON.parse(line).event.uid : undefined),
    ),
  };
  await sleep(3_000);
  const start = performance.now();
  const made = await sendMany(api, BURST, (index) => eventAbout(about, `burst-${index}`));
  const sentS = (performance.now() - start) / 1_000;
  const version = ({ metadata }: KubernetesObject) => Number(metadata.resourceVersion);
  const inOrder = [...made]
    .sort((one, other) => version(one) - version(other))
    .map(({ metadata }) => metadata.uid ?? '');
  const ours = new Set(inOrder);
  const rows: string[][] = [];
  for (const [command, { child, uids }] of Object.entries(shownBy)) {
    const shown = () => uids().filter((uid) => ours.has(uid));
    for (let tries = 0; tries < 100 && shown().length < BURST; tries += 1) await sleep(200);
    const all = shown();
    rows.push([
      command,
      String(all.length),
      String(BURST - new Set(all).size),
      String(all.length - new Set(all).size),
      all.every((uid, index) => uid === inOrder[index]) ? 'yes' : 'no',
      (residentPeak(child.pid) ?? 0).toFixed(0),
      (processorSeconds(child.pid) ?? 0).toFixed(2),
    ]);
    child.kill('SIGINT');
  }
  rows.unshift([
    `${BURST} in ${sentS.toFixed(1)} s`,
    'shown',
    'lost',
    'twice',
    'in order',
    'peak memory (MiB)',
    'processor (s)',
  ]);
  return rows;
}

try {
  printTable(await burst());
  const alone = await commands(await newNamespace(cluster));
  const namespace = await newNamespace(cluster);
  await crowd(namespace);
  const among = await commands(namespace);
  const figures = ['memory (MiB)', 'processor (s)', 'whole (s)'];
  printTable([
    ['', ...figures.map((figure) => `alone: ${figure}`), ...figures.map((figure) => `among ${FOREIGN}: ${figure}`)],
    ...[...alone].map(([command, cells]) => [command, ...cells, ...(among.get(command) ?? [])]),
  ]);
} finally {
  await cluster.stop();
}
