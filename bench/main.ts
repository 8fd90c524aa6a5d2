import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtFile } from '../test/behaviour/built-file.ts';
import { modelYaml } from '../test/behaviour/models.ts';
import { readAudit } from '../test/control-plane/audit.ts';
import { startRealCluster } from '../test/real-cluster/real-cluster.ts';
import { clusterTime } from './cluster-time.ts';
import { type Measured, measure } from './measured-process.ts';
import { printTable } from './table.ts';

/**
 * The figures of this program beside kubectl's, measured in turn on the same real control plane, with pods that are
 * ready in 100 ms. They are for reading: nothing passes or fails by them.
 */
const RUNS = 7;
const directory = mkdtempSync(path.join(tmpdir(), 'bench-'));
const file = path.join(directory, 'model.yaml');
writeFileSync(file, modelYaml());

const cluster = await startRealCluster('bench');
const kubectl = cluster.controlPlane.kubectlPath;
const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };

/** The same lifecycle as a script; it is told the name of the Deployment, which somebody would have to look up. */
const script = `set -e
${kubectl} apply --server-side -f ${file}
${kubectl} wait sdep/iris --for=jsonpath='{.status.state}'=Available --timeout=60s
${kubectl} patch sdep/iris --type=json -p '[{"op":"replace","path":"/spec/predictors/0/replicas","value":2}]'
${kubectl} wait deployment/iris-default-0-classifier --for=jsonpath='{.status.availableReplicas}'=2 --timeout=60s
${kubectl} delete sdep/iris --cascade=foreground --timeout=60s`;

interface Lifecycle extends Measured {
  requests: number;
  clusterMs: number;
  reactionsMs: number[];
}

async function lifecycle(program: string, args: string[], client: RegExp): Promise<Lifecycle> {
  const since = new Date();
  const measured = await measure(program, args, env);
  if (measured.exitCode !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${measured.exitCode}`);
  await sleep(300); // The audit log is written after the answer.
  const requests = await readAudit(cluster.controlPlane.auditLogPath, { since });
  const { availableMs, scaledMs, deletedMs, reactionsMs } = clusterTime(requests, 'iris', client);
  return {
    ...measured,
    requests: requests.filter(({ userAgent }) => client.test(userAgent)).length,
    clusterMs: availableMs + scaledMs + deletedMs,
    reactionsMs,
  };
}

try {
  const ours: Lifecycle[] = [];
  const scripts: Lifecycle[] = [];
  for (let round = 0; round < RUNS; round += 1) {
    ours.push(await lifecycle(process.execPath, [builtFile, 'run', '-f', file], /^kubectl-seldon-lifecycle\//));
    scripts.push(await lifecycle('sh', ['-c', script], /^kubectl\//));
  }
  const both = (figure: (one: Lifecycle) => number): [string, string] => [
    inMs(ours.map(figure)),
    inMs(scripts.map(figure)),
  ];
  print('One lifecycle: apply, available, 2 replicas, gone', 'run', 'five kubectl commands', [
    ['whole, process start included (ms)', ...both(({ wallMs }) => wallMs)],
    ["of that the cluster's own time (ms)", ...both(({ clusterMs }) => clusterMs)],
    ['added to it (ms)', ...both(({ wallMs, clusterMs }) => wallMs - clusterMs)],
    [
      'from the write that completes a wait to our next request (ms)',
      inMs(ours.flatMap(({ reactionsMs }) => reactionsMs)),
      '-',
    ],
    ['requests, watches included', ...both(({ requests }) => requests)],
    ['peak memory (MiB)', inMs(ours.flatMap(({ peakMiB }) => peakMiB ?? [])), '-'],
  ]);

  const starts: [string, string, string][] = [];
  const someModel = await measure(process.execPath, [builtFile, 'apply', '-f', file, '--wait'], env);
  if (someModel.exitCode !== 0) throw new Error('there is no deployment to list');
  for (const [what, mine, theirs] of [
    ['version', ['--version'], ['version', '--client']],
    ['help', ['--help'], ['--help']],
    ['completion', ['__complete', 'run', '--'], ['__complete', 'get', '--']],
    ['one deployment', ['list'], ['get', 'sdep']],
  ] as const) {
    const mineMs: number[] = [];
    const theirsMs: number[] = [];
    for (let round = 0; round < RUNS; round += 1) {
      mineMs.push((await measure(process.execPath, [builtFile, ...mine], env)).wallMs);
      theirsMs.push((await measure(kubectl, theirs, env)).wallMs);
    }
    starts.push([`${what} (ms)`, inMs(mineMs), inMs(theirsMs)]);
  }
  print('Start-up', 'kubectl-seldon_lifecycle', 'kubectl', starts);
} finally {
  await cluster.stop();
  rmSync(directory, { recursive: true });
}

/** Minimum, median and maximum. */
function inMs(figures: number[]): string {
  const sorted = [...figures].sort((a, b) => a - b).map(Math.round);
  if (sorted.length === 0) return '-';
  return `${sorted[0]} / ${sorted[sorted.length >> 1]} / ${sorted.at(-1)}`;
}

function print(title: string, mine: string, theirs: string, rows: [string, string, string][]): void {
  printTable([[title, mine, theirs], ...rows], `minimum / median / maximum of ${RUNS}`);
}
