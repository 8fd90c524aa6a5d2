import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../src/cluster/objects.ts';
import { builtFile } from '../test/behaviour/built-file.ts';
import { model } from '../test/behaviour/models.ts';
import { newNamespace, seldonPath } from '../test/behaviour/server-under-test.ts';
import { FaultProxy } from '../test/faults/fault-proxy.ts';
import { upstreamOf } from '../test/faults/upstream.ts';
import { eventAbout, sendMany } from '../test/many-objects.ts';
import { startRealCluster } from '../test/real-cluster/real-cluster.ts';
import { ndjson, SourceServer, snapshot, stream } from '../test/sync/source-server.ts';
import { printTable } from './table.ts';

/**
 * An hour of `events -w` and of `sync --watch`, with the time compressed: what comes in an hour comes in
 * LONG_BENCH_SECONDS, through a proxy that closes all watches every half second, in their order or in the middle of a
 * line. Events expire, pods come and go, the source changes its mind; memory and open files are looked at meanwhile.
 */
const SECONDS = Number(process.env.LONG_BENCH_SECONDS ?? 90);
const LOOKS = 12;
const EVENTS_A_ROUND = 50;
const EVENTS_HELD = 500;
const CLOSE_EVERY_MS = 500;

const cluster = await startRealCluster('bench-long');
const proxy = await FaultProxy.start(upstreamOf(cluster.kubeconfig), { fateOf: () => 'pass' });
const source = await SourceServer.start();
const directory = await mkdtemp(path.join(tmpdir(), 'bench-long-'));
const kubeconfig = path.join(directory, 'config');
writeFileSync(
  kubeconfig,
  JSON.stringify({
    clusters: [{ name: 'a', cluster: { server: `http://127.0.0.1:${proxy.port}` } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: '' } }],
    'current-context': 'a',
  }),
);
const { api } = cluster;

function start(args: readonly string[]) {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const child = spawn(process.execPath, [builtFile, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = { count: 0, different: new Set<string>() };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const all = (rest + text).split('\n');
    rest = all.pop() ?? '';
    lines.count += all.length;
    for (const line of all) lines.different.add(line);
  });
  return { child, lines, memory: [] as number[], files: [] as number[] };
}

function look({ child, memory, files }: ReturnType<typeof start>): void {
  const [, kibibytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  memory.push(Number(kibibytes) / 1024);
  files.push(readdirSync(`/proc/${child.pid}/fd`).length);
}

/** A pod of somebody else's that is there for a moment. */
async function passingPod(namespace: string, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const spec = { schedulerName: 'nobody', containers: [{ name: 'main', image: 'example/other:1.0' }] };
  await api.call({ method: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } });
  await api.call({ method: 'DELETE', path: `${path}/${name}`, body: { gracePeriodSeconds: 0 } });
}

try {
  const namespace = await newNamespace(cluster);
  const synced = await newNamespace(cluster);
  const item = (index: number, tag: string) => ({
    id: `m${index}`,
    name: `m${index}`,
    deployment: { image: `example/m:${tag}`, replicas: 0 },
  });
  const items = (tag: string) => Array.from({ length: 20 }, (_, index) => item(index, tag));
  source.answers = [stream(() => source, 'application/x-ndjson', [ndjson(snapshot(items('0')))])];
  const body = model({ replicas: 0 });
  const { metadata } = (await api.call<KubernetesObject>({ method: 'POST', path: seldonPath(namespace), body })).body;
  const about = { kind: 'SeldonDeployment', namespace, name: 'iris', uid: metadata.uid ?? '' };

  const events = start(['events', 'iris', '-w', '-n', namespace, '-o', 'jsonpath={.metadata.uid}{"\\n"}']);
  const sync = start([
    'sync',
    source.url,
    '--insecure-http',
    '--watch',
    '--prune',
    '--owner=bench',
    '-n',
    synced,
    '-o',
    'json',
  ]);
  await sleep(3_000);
  let closed = 0;
  const closing = setInterval(() => {
    closed += 1;
    proxy.watchesShall(closed % 3 === 0 ? 'reset' : 'end');
  }, CLOSE_EVERY_MS);
  let [made, expired, changes, pods] = [0, 0, 0, 0];
  const end = Date.now() + SECONDS * 1_000;
  let nextLook = Date.now();
  while (Date.now() < end) {
    if (Date.now() >= nextLook) {
      for (const one of [events, sync]) look(one);
      nextLook += (SECONDS * 1_000) / LOOKS;
    }
    await sendMany(api, EVENTS_A_ROUND, (index) => eventAbout(about, `event-${made + index}`), { atATime: 8 });
    made += EVENTS_A_ROUND;
    // As if its hour were over.
    const over = Math.max(0, made - expired - EVENTS_HELD);
    const first = expired;
    await sendMany(
      api,
      over,
      (index) => ({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/events/event-${first + index}` }),
      { atATime: 8 },
    );
    expired += over;
    changes += 1;
    source.say(ndjson({ type: 'upsert', item: item(changes % 20, String(changes)) }));
    // One of them goes and comes back, as another object.
    if (changes % 5 === 0) source.say(ndjson({ type: 'delete', id: `m${(changes + 7) % 20}` }));
    for (const where of [namespace, synced]) await passingPod(where, `pod-${pods++}`);
  }
  clearInterval(closing);
  await sleep(5_000);
  for (const one of [events, sync]) look(one);
  const curve = (title: string, figures: readonly number[]) => [title, ...figures.map((figure) => figure.toFixed(0))];
  printTable(
    [
      ['', ...events.memory.map((_, index) => `${Math.round((60 / LOOKS) * index)} min`)],
      curve('events -w: memory (MiB)', events.memory),
      curve('events -w: open files', events.files),
      curve('sync --watch: memory (MiB)', sync.memory),
      curve('sync --watch: open files', sync.files),
    ],
    `${made} events, of which ${expired} expired; ${events.lines.count} shown, ${events.lines.different.size} different; ` +
      `${changes} changes of the source; ${pods} pods of others; all watches closed ${closed} times`,
  );
  for (const { child } of [events, sync]) child.kill('SIGINT');
} finally {
  await source.close();
  await proxy.close();
  await cluster.stop();
  rmSync(directory, { recursive: true });
}
