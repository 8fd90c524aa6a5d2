import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { platformHere } from '../krew/platforms.ts';
import { buildExecutables } from '../scripts/executables.ts';
import { builtFile } from '../test/behaviour/built-file.ts';
import { modelYaml } from '../test/behaviour/models.ts';
import { readAudit } from '../test/control-plane/audit.ts';
import { startRealCluster } from '../test/real-cluster/real-cluster.ts';
import { clusterTime } from './cluster-time.ts';
import type { Measured } from './measured-process.ts';
import { type Command, figures, inTurn, median, succeeding } from './pairs.ts';
import { printTable } from './table.ts';

/**
 * This program beside kubectl and beside Node itself, measured in turn on the same real control plane, with pods that are ready
 * in 100 ms: one table, with ratios first. They are for reading: nothing passes or fails by them. BENCH_ROUNDS says how many
 * pairs there are of each; BENCH_NODES names further Nodes to run this program with, as v22=/path/to/node,v24=...
 */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
const NODES = (process.env.BENCH_NODES ?? '').split(',').flatMap((one) => (one ? [one.split('=')] : []));
const bareRequest = fileURLToPath(new URL('bare-request.mjs', import.meta.url));
const directory = mkdtempSync(path.join(tmpdir(), 'bench-'));
const file = path.join(directory, 'model.yaml');
const nothing = path.join(directory, 'nothing.cjs');
writeFileSync(file, modelYaml());
writeFileSync(nothing, '');

const cluster = await startRealCluster('bench');
const kubectl = cluster.controlPlane.kubectlPath;
const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
const ours = (...args: string[]): Command => [process.execPath, builtFile, ...args];
const rows: string[][] = [];
const remarks: string[] = [];

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

async function lifecycle(command: Command, client: RegExp): Promise<Lifecycle> {
  const since = new Date();
  const measured = await succeeding(command, env);
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

async function lifecycles(): Promise<void> {
  const pairs = await inTurn(
    ROUNDS,
    () => lifecycle(ours('run', '-f', file), /^kubectl-seldon-lifecycle\//),
    () => lifecycle(['sh', '-c', script], /^kubectl\//),
  );
  const [run, five] = ['run', 'five kubectl commands'];
  rows.push(['a whole life (ms)', ...beside(pairs, run, five, ({ wallMs }) => wallMs)]);
  rows.push(['of it processor time (s)', ...beside(pairs, run, five, ({ cpuS = Number.NaN }) => cpuS)]);
  const mine = median(pairs.ours.map(({ clusterMs }) => clusterMs));
  const theirs = median(pairs.theirs.map(({ clusterMs }) => clusterMs));
  const count = median(pairs.ours.map(({ requests }) => requests));
  const reaction = median(pairs.ours.flatMap(({ reactionsMs }) => reactionsMs));
  const peak = Math.max(...pairs.ours.map(({ peakMiB = 0 }) => peakMiB));
  remarks.push(
    `the cluster's own time of a life: ${Math.round(mine)} ms of run, ${Math.round(theirs)} ms of the script`,
    `run: ${count} requests, watches included; ${reaction.toFixed(1)} ms from the write that completes a wait to the next request; ${peak.toFixed(0)} MiB`,
  );
}

function beside(
  pairs: Parameters<typeof figures>[0],
  mine: string,
  theirs: string,
  figure: Parameters<typeof figures>[1],
): string[] {
  const [ratio, one, other] = figures(pairs, figure);
  return [ratio, mine, one, theirs, other];
}

async function compare(
  what: string,
  mine: Command,
  theirs: Command,
  { names, coldCache = false }: { names: [string, string]; coldCache?: boolean },
): Promise<void> {
  const cold = { ...env, NODE_DISABLE_COMPILE_CACHE: '1' };
  // Both once, so that the first pair is like the others.
  await succeeding(mine, env);
  await succeeding(theirs, env);
  const pairs = await inTurn(
    ROUNDS,
    () => succeeding(mine, coldCache ? cold : env),
    () => succeeding(theirs, env),
  );
  rows.push([`${what} (ms)`, ...beside(pairs, ...names, ({ wallMs }) => wallMs)]);
}

async function commands(): Promise<void> {
  const get: Command = [kubectl, 'get', 'sdep'];
  const bare: Command = [
    process.execPath,
    bareRequest,
    '/apis/machinelearning.seldon.io/v1/namespaces/default/seldondeployments',
  ];
  const available = "--for=jsonpath={.status.state}='Available'";
  await compare('all of a namespace', ours('list'), get, { names: ['list', 'kubectl get'] });
  await compare('the same', ours('list'), bare, { names: ['list', 'a bare request by Node'] });
  await compare('the same', ours('list'), get, { names: ['list, nothing compiled', 'kubectl get'], coldCache: true });
  for (const [name = '', node = ''] of NODES) {
    await compare('the same', [node, builtFile, 'list'], get, { names: [`list, Node ${name}`, 'kubectl get'] });
  }
  const one: Command = [kubectl, 'get', 'sdep', 'iris'];
  const here = platformHere();
  const [made] = here ? await buildExecutables([here], directory, () => {}) : [];
  const executable = made?.file;
  if (executable) {
    await compare('the same', [executable, 'list'], get, { names: ['list, the executable', 'kubectl get'] });
    await compare('one', [executable, 'status', 'iris'], one, { names: ['status, the executable', 'kubectl get'] });
  }
  await compare('one', ours('status', 'iris'), one, { names: ['status', 'kubectl get'] });
  await compare('available', ours('wait', 'iris', '--for=available'), [kubectl, 'wait', 'sdep/iris', available], {
    names: ['wait', 'kubectl wait'],
  });
  const version = ours('--version');
  await compare('version', version, [kubectl, 'version', '--client'], { names: ['--version', 'kubectl version'] });
  await compare('the same', version, [process.execPath, nothing], { names: ['--version', 'an empty Node program'] });
  await compare('help', ours('--help'), [kubectl, '--help'], { names: ['--help', 'kubectl --help'] });
  await compare('completion', ours('__complete', 'run', '--'), [kubectl, '__complete', 'get', '--'], {
    names: ['of run', 'of kubectl get'],
  });
}

try {
  await lifecycles();
  await succeeding(ours('apply', '-f', file, '--wait'), env);
  await commands();
  printTable(
    [['', 'ratio', 'this', '', 'beside', ''], ...rows],
    [`medians of ${ROUNDS} pairs, Node ${process.version}`, ...remarks].join(')\n  ('),
  );
} finally {
  await cluster.stop();
  rmSync(directory, { recursive: true });
}
