import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { builtFile } from '../test/behaviour/built-file.ts';
import { model } from '../test/behaviour/models.ts';
import { newNamespace } from '../test/behaviour/server-under-test.ts';
import { type AuditedRequest, readAudit } from '../test/control-plane/audit.ts';
import { startRealCluster } from '../test/real-cluster/real-cluster.ts';
import { type ClusterTime, clusterTime } from './cluster-time.ts';
import { type Measured, measure } from './measured-process.ts';
import { type Command, succeeding } from './pairs.ts';
import { printTable } from './table.ts';

/**
 * How the cost grows with the number of deployments in one command, on the real control plane: all of them at the same
 * time, in one namespace, with pods that are ready in 100 ms. kubectl stands beside it where it can do the same.
 * SCALE_BENCH_COUNTS says how many. Of more than a hundred only `run` is measured: the control plane takes minutes for each
 * of the others.
 */
const COUNTS = (process.env.SCALE_BENCH_COUNTS ?? '1,10,100,1000').split(',').map(Number);
const ALL_COMMANDS_UP_TO = 100;
const OURS = /^kubectl-seldon-lifecycle\//;
const KUBECTL = /^kubectl\//;
const TIME = '--timeout=30m';

interface Cost extends Measured {
  requests: number;
  watches: number;
  /** Of `run` alone. */
  times?: ClusterTime[];
  /** How much of the time was the cluster's own turn with none of the deployments. */
  ownMs?: number;
}

const cluster = await startRealCluster('bench-scale', { workers: 16 });
const kubectl = cluster.controlPlane.kubectlPath;
const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
const directory = mkdtempSync(path.join(tmpdir(), 'bench-scale-'));

async function cost(commands: readonly Command[], client: RegExp): Promise<[Cost, Audit]> {
  const since = new Date();
  const all: Measured[] = [];
  for (const command of commands) all.push(await succeeding(command, env));
  await sleep(1_000); // The audit log is written after the answer.
  const audit = await readAudit(cluster.controlPlane.auditLogPath, { since });
  const mine = audit.filter(({ userAgent }) => client.test(userAgent));
  const sum = (figure: (one: Measured) => number | undefined) => all.reduce((so, one) => so + (figure(one) ?? 0), 0);
  const measured = {
    exitCode: 0,
    stdout: '',
    wallMs: sum(({ wallMs }) => wallMs),
    cpuS: sum(({ cpuS }) => cpuS),
    peakMiB: Math.max(...all.map(({ peakMiB = 0 }) => peakMiB)),
    requests: mine.length,
    watches: mine.filter(({ verb }) => verb === 'watch').length,
  };
  return [measured, audit];
}
type Audit = readonly AuditedRequest[];

async function runOf(count: number, file: string): Promise<Cost> {
  const namespace = await newNamespace(cluster);
  const args = ['run', '-f', file, '-n', namespace, `--concurrency=${count}`, TIME];
  const [measured, audit] = await cost([[process.execPath, builtFile, ...args]], OURS);
  const about = audit.filter(({ objectRef }) => objectRef?.namespace === namespace);
  const deployments = about.filter(({ objectRef }) => objectRef?.resource === 'seldondeployments');
  const byName = Map.groupBy(deployments, ({ objectRef }) => objectRef?.name ?? '');
  const times = Array.from({ length: count }, (_, index) =>
    clusterTime(byName.get(`m${index}`) ?? [], `m${index}`, OURS),
  );
  return { ...measured, times, ownMs: measured.wallMs - covered(times.flatMap(({ spans }) => spans)) };
}

/** How long at least one of the spans lasts. */
function covered(spans: readonly (readonly [number, number])[]): number {
  let [sum, end] = [0, 0];
  for (const [from, to] of [...spans].sort(([one], [other]) => one - other)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}

const HEAD = [
  'command',
  'deployments',
  'requests',
  'watches',
  'peak memory (MiB)',
  'processor (s)',
  'whole (s)',
  'not the cluster’s turn (s)',
  'reaction, median / 99 % (ms)',
];

function row(count: number, command: string, { times = [], ...measured }: Cost): string[] {
  const { requests, watches, peakMiB = 0, cpuS = 0, wallMs, ownMs } = measured;
  const reactions = times.flatMap(({ reactionsMs }) => reactionsMs).sort((one, other) => one - other);
  const at = (share: number) => Math.round(reactions[Math.floor((reactions.length - 1) * share)] ?? 0);
  return [
    command,
    String(count),
    String(requests),
    String(watches),
    peakMiB.toFixed(0),
    cpuS.toFixed(2),
    (wallMs / 1_000).toFixed(2),
    ownMs === undefined ? '' : (ownMs / 1_000).toFixed(2),
    reactions.length === 0 ? '' : `${at(0.5)} / ${at(0.99)}`,
  ];
}

const rows: string[][] = [];
try {
  for (const count of COUNTS) {
    const file = path.join(directory, `${count}.yaml`);
    const models = Array.from({ length: count }, (_, index) => stringify(model({ name: `m${index}` })));
    writeFileSync(file, models.join('---\n'));
    rows.push(row(count, 'run', await runOf(count, file)));

    if (count > ALL_COMMANDS_UP_TO) continue;
    const theirs = await newNamespace(cluster);
    const available = `--for=jsonpath={.status.state}=Available`;
    const [kubectls] = await cost(
      [
        [kubectl, 'apply', '--server-side', '-f', file, '-n', theirs],
        [kubectl, 'wait', 'sdep', '--all', '-n', theirs, available, TIME],
      ],
      KUBECTL,
    );
    await measure(kubectl, ['delete', 'sdep', '--all', '-n', theirs, '--cascade=foreground'], env);
    const mine = await newNamespace(cluster);
    const apply = ['apply', '-f', file, '-n', mine, '--wait', `--concurrency=${count}`, TIME];
    rows.push(row(count, 'apply --wait', (await cost([[process.execPath, builtFile, ...apply]], OURS))[0]));
    rows.push(row(count, 'kubectl apply, kubectl wait', kubectls));
    const wait = ['wait', '--all', '-n', mine, '--for=available', `--concurrency=${count}`, TIME];
    rows.push(row(count, 'wait --for=available', (await cost([[process.execPath, builtFile, ...wait]], OURS))[0]));
    process.stderr.write(`${count} measured\n`);
    await measure(kubectl, ['delete', 'sdep', '--all', '-n', mine, '--cascade=foreground'], env);
  }
} finally {
  await cluster.stop();
  rmSync(directory, { recursive: true });
  printTable([HEAD, ...rows.sort(([one = ''], [other = '']) => one.localeCompare(other))]);
}
