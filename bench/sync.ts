import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeldonDeployment } from '../src/seldon/seldon-deployment.ts';
import { builtFile } from '../test/behaviour/built-file.ts';
import { list, newNamespace, seldonPath } from '../test/behaviour/server-under-test.ts';
import { auditMilliseconds, readAudit } from '../test/control-plane/audit.ts';
import { startRealCluster } from '../test/real-cluster/real-cluster.ts';
import { ndjson, SourceServer, snapshot, stream } from '../test/sync/source-server.ts';
import { residentPeak } from './measured-process.ts';

/**
 * The figures of a sync with many deployments, on the real control plane: how long a snapshot takes, what one change among
 * them costs, and whether a steady stream of changes is kept up with. SYNC_BENCH_DEPLOYMENTS says how many; they are all at
 * 0 replicas, because it is not the pods that are measured.
 */
const MANY = Number(process.env.SYNC_BENCH_DEPLOYMENTS ?? 1_000);
const CHANGES = 100;
const EVERY_MS = 100;

const item = (index: number, tag = '1.0') => ({
  id: `m${index}`,
  name: `m${index}`,
  deployment: { image: `example/m:${tag}`, replicas: 0 },
});
const all = Array.from({ length: MANY }, (_, index) => item(index));

const cluster = await startRealCluster('bench-sync');
const source = await SourceServer.start();
const namespace = await newNamespace(cluster);
source.answers = [stream(() => source, 'application/x-ndjson', [ndjson(snapshot(all))])];
const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
const args = [
  'sync',
  source.url,
  '--insecure-http',
  '--watch',
  '--prune',
  '--owner=bench',
  '-n',
  namespace,
  '-o',
  'json',
];
const child = spawn(process.execPath, [builtFile, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
const line = (what: string, figure: string | number) => process.stdout.write(`${what.padEnd(64)}${figure}\n`);

async function requestsSince(since: Date) {
  await sleep(500); // The audit log is written after the answer.
  return await readAudit(cluster.controlPlane.auditLogPath, { since, userAgent: 'kubectl-seldon-lifecycle/' });
}
const isWrite = ({ verb }: { verb: string }) => /^(create|update|patch|delete)$/.test(verb);
const withTag = async (tag: string) =>
  (await list<SeldonDeployment>(cluster, seldonPath(namespace))).filter(
    ({ spec }) => spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image === `example/m:${tag}`,
  ).length;

try {
  const start = new Date();
  while ((await withTag('1.0')) < MANY) await sleep(500);
  line(`${MANY} deployments made from one snapshot (ms)`, Date.now() - start.getTime());
  const made = await requestsSince(start);
  line('  requests, watches included / writes', `${made.length} / ${made.filter(isWrite).length}`);
  const again = new Date();
  source.say(ndjson(snapshot(all, 'r2')));
  await sleep(3_000);
  line('the same snapshot again: writes', (await requestsSince(again)).filter(isWrite).length);

  const changed = new Date();
  source.say(ndjson(snapshot([item(0, '2.0'), ...all.slice(1)], 'r3')));
  while ((await withTag('2.0')) < 1) await sleep(50);
  const writes = (await requestsSince(changed)).filter(isWrite);
  line('one image changed in a snapshot: writes', writes.length);
  const [write] = writes;
  if (write) {
    const ms = auditMilliseconds(write.requestReceivedTimestamp) - changed.getTime();
    line('  from the snapshot sent to the write received (ms)', Math.round(ms));
  }

  const steady = new Date();
  const saidAt = new Map<string, number>();
  for (let index = 1; index <= CHANGES; index += 1) {
    saidAt.set(`m${index}`, Date.now());
    source.say(ndjson({ type: 'upsert', item: item(index, '3.0') }));
    await sleep(EVERY_MS);
  }
  while ((await withTag('3.0')) < CHANGES) await sleep(50);
  const changes = (await requestsSince(steady)).filter(isWrite);
  const behind = changes
    .map(
      ({ objectRef, requestReceivedTimestamp }) =>
        auditMilliseconds(requestReceivedTimestamp) - (saidAt.get(objectRef?.name ?? '') ?? 0),
    )
    .sort((a, b) => a - b)
    .map(Math.round);
  line(`${CHANGES} changes, one each ${EVERY_MS} ms: writes`, changes.length);
  line('  from a change to its write, median / maximum (ms)', `${behind[behind.length >> 1]} / ${behind.at(-1)}`);
  line('peak memory (MiB)', Math.round(residentPeak(child.pid) ?? 0));
} finally {
  child.kill('SIGTERM');
  await source.close();
  await cluster.stop();
}
