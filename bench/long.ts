import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../src/kubernetes/objects.ts';
import { builtFile } from '../test/behaviour/built-file.ts';
import { model } from '../test/behaviour/models.ts';
import { newNamespace, seldonPath } from '../test/behaviour/server-under-test.ts';
import { FaultProxy } from '../test/faults/fault-proxy.ts';
import { upstreamOf } from '../test/faults/upstream.ts';
import { eventAbout, sendMany } from '../test/many-objects.ts';
import { startRealCluster } from '../test/real-cluster/real-cluster.ts';
import { ndjson, SourceServer, snapshot, stream } from '../test/sync/source-server.ts';
import { type Look, LookedAtProcess, riseOfSecondHalf } from './looked-at-process.ts';
import { printTable } from './table.ts';

/**
 * An hour of `events -w` and of `sync --watch`, with the time compressed: what comes in an hour comes in
 * LONG_BENCH_SECONDS, through a proxy that closes all watches every half second, in their order or in the middle of a
 * line. Events expire, pods come and go, the source changes its mind; memory and open files are looked at meanwhile.
 * Resident memory says what V8 has taken; whether something leaks, only what is alive after a garbage collection does.
 */
const SECONDS = Number(process.env.LONG_BENCH_SECONDS ?? 90);
const LOOKS = 12;
const EVENTS_A_ROUND = 50;
const EVENTS_HELD = 500;
const CLOSE_EVERY_MS = 500;
/** The Node that runs the two programs: the older ones let go of less. */
const NODE = process.env.LONG_BENCH_NODE ?? process.execPath;
/** A directory for heap snapshots at a quarter of the time and at the end; taking one costs resident memory. */
const SNAPSHOTS = process.env.LONG_BENCH_SNAPSHOTS;

const cluster = await startRealCluster('bench-long');
/** By namespace. */
const watchesOpened = new Map<string, number>();
const proxy = await FaultProxy.start(upstreamOf(cluster.kubeconfig), {
  fateOf: ({ path, isWatch }) => {
    const [, namespace = ''] = /\/namespaces\/([^/]+)\//.exec(path) ?? [];
    if (isWatch) watchesOpened.set(namespace, (watchesOpened.get(namespace) ?? 0) + 1);
    return 'pass';
  },
});
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

class LongRun extends LookedAtProcess {
  readonly name: string;
  readonly namespace: string;
  readonly watches: number[] = [];

  constructor(name: string, namespace: string, args: readonly string[]) {
    super(NODE, [builtFile, ...args, '-n', namespace], { ...process.env, KUBECONFIG: kubeconfig });
    this.name = name;
    this.namespace = namespace;
  }

  override async look(): Promise<void> {
    const at = this.looks.length;
    const isWanted = SNAPSHOTS !== undefined && (at === LOOKS / 4 || at === LOOKS);
    await super.look(isWanted ? path.join(SNAPSHOTS, `${this.name.split(' ')[0]}-${at}.heapsnapshot`) : undefined);
    this.watches.push(watchesOpened.get(this.namespace) ?? 0);
  }

  /** Figures of every look, and how much they would rise in an hour if all of it were as the second half. */
  row(what: keyof Look, title: string, digits = 0): string[] {
    const figures = this.looks.map((look) => look[what]);
    const rise = riseOfSecondHalf(figures) * LOOKS;
    return [`${this.name}: ${title}`, ...figures.map((figure) => figure.toFixed(digits)), rise.toFixed(digits)];
  }
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

  const uids = 'jsonpath={.metadata.uid}{"\\n"}';
  const events = new LongRun('events -w', namespace, ['events', 'iris', '-w', '-o', uids]);
  const following = [source.url, '--insecure-http', '--watch', '--prune', '--owner=bench', '-o', 'json'];
  const sync = new LongRun('sync --watch', synced, ['sync', ...following]);
  const both = [events, sync];
  await sleep(3_000);
  let closed = 0;
  const closing = setInterval(() => {
    closed += 1;
    proxy.watchesShall(closed % 3 === 0 ? 'reset' : 'end');
  }, CLOSE_EVERY_MS);
  const uidsMade: string[] = [];
  let [made, expired, changes, pods] = [0, 0, 0, 0];
  const end = Date.now() + SECONDS * 1_000;
  let nextLook = Date.now();
  while (Date.now() < end) {
    if (Date.now() >= nextLook) {
      for (const one of both) await one.look();
      nextLook += (SECONDS * 1_000) / LOOKS;
    }
    const sent = await sendMany(api, EVENTS_A_ROUND, (index) => eventAbout(about, `event-${made + index}`), {
      atATime: 8,
    });
    for (const { metadata } of sent) uidsMade.push(metadata.uid ?? '');
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
  for (const one of both) await one.look();
  const missed = uidsMade.filter((uid) => !events.lines.has(uid)).length;
  printTable(
    [
      ['', ...events.looks.map((_, index) => `${(60 / LOOKS) * index} min`), 'rise in an hour'],
      ...both.flatMap((one) => [
        one.row('alive', 'alive (MiB)', 1),
        one.row('resident', 'resident (MiB)'),
        one.row('files', 'open files').slice(0, -1),
        [`${one.name}: watches opened`, ...one.watches.map(String)],
      ]),
    ],
    `${made} events, of which ${expired} expired; ${missed} not shown, ${events.lineCount - events.lines.size} twice; ` +
      `${changes} changes of the source; ${pods} pods of others; all watches closed ${closed} times`,
  );
  for (const one of both) one.interrupt();
} finally {
  await source.close();
  await proxy.close();
  await cluster.stop();
  rmSync(directory, { recursive: true });
}
