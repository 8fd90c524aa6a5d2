import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { builtFile } from '../behaviour/built-file.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { readAudit } from '../control-plane/audit.ts';
import { seededRandom } from '../corpus/mutation.ts';
import { ownEnvironment } from '../own-environment.ts';
import { jsonList, SourceServer } from '../sync/source-server.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/** So often a sync is killed in the middle; SYNC_SEED plays the same moments again. */
const KILLS = Number(process.env.SYNC_KILLS ?? 50);
const SEED = Number(process.env.SYNC_SEED ?? Date.now() % 1_000_000);

interface Item {
  id: string;
  name: string;
  deployment: { image: string; replicas: number };
}

describe('A sync that is killed -9 again and again', () => {
  let cluster: RealCluster;
  let source: SourceServer;
  before(async () => {
    cluster = await startRealCluster('sync-killed');
    source = await SourceServer.start();
  });
  after(async () => {
    await source.close();
    await cluster.stop();
  });

  /** Deployments come and go, change their images and, with the same id, their names. */
  const state = (random: () => number): Item[] =>
    [0, 1, 2, 3, 4, 5, 6, 7]
      .filter(() => random() < 0.7)
      .map((index) => ({
        id: `id-${index}`,
        name: random() < 0.2 ? `renamed-${index}` : `m-${index}`,
        deployment: { image: `example/m:${Math.floor(random() * 3)}`, replicas: 0 },
      }));

  it(`leaves nothing that one more sync does not put right, after ${KILLS} times`, {
    timeout: 120_000 + KILLS * 5_000,
  }, async (test) => {
    test.diagnostic(`SYNC_SEED=${SEED}`);
    const random = seededRandom(SEED);
    const namespace = await newNamespace(cluster);
    const begin = new Date();
    const args = ['sync', source.url, '--insecure-http', '--owner=one', '--prune', '--max-prune=100%', '--allow-empty'];
    let inTheMiddle = 0;
    for (let round = 0; round < KILLS; round += 1) {
      source.answers = [jsonList(state(random), `"${round}"`)];
      const isWatch = random() < 0.7;
      const child = spawn(
        process.execPath,
        [builtFile, ...args, '-n', namespace, '--concurrency=2', ...(isWatch ? ['--watch', '--interval=20ms'] : [])],
        { env: ownEnvironment({ KUBECONFIG: cluster.kubeconfig }), stdio: 'ignore' },
      );
      const closed = once(child, 'close');
      // From the moment at which it has asked for the state, which on a busy machine may come late.
      while (source.requests.length === 0 && child.exitCode === null) await sleep(2);
      source.requests.length = 0;
      await sleep(random() * 150);
      // Another state while it works.
      if (random() < 0.5) source.answers = [jsonList(state(random), `"${round}b"`)];
      await sleep(random() * 250);
      if (child.kill('SIGKILL')) inTheMiddle += 1;
      await closed;
    }
    const last = state(random);
    source.answers = [jsonList(last, '"last"')];
    const finished = await cluster.run([...args, '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    const live = await list<SeldonDeployment>(cluster, seldonPath(namespace));
    const found = live.map(({ metadata, spec }) => ({
      id: metadata.annotations?.['seldon-lifecycle.io/id'] ?? '',
      owner: metadata.labels?.['seldon-lifecycle.io/owner'],
      name: metadata.name,
      image: spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image,
    }));
    assert.deepEqual(
      found.sort((a, b) => a.id.localeCompare(b.id)),
      last.map(({ id, name, deployment: { image } }) => ({ id, owner: 'one', name, image })),
    );
    await sleep(500); // The audit log is written after the answer.
    const writes = async (since: Date) =>
      (await readAudit(cluster.controlPlane.auditLogPath, { since, userAgent: 'kubectl-seldon-lifecycle/' })).filter(
        ({ verb }) => /^(create|update|patch|delete)$/.test(verb),
      ).length;
    const made = await writes(begin);
    test.diagnostic(`${inTheMiddle} killed while they ran, ${made} writes in all`);
    assert.ok(inTheMiddle >= KILLS / 2, `only ${inTheMiddle} were killed in the middle`);
    assert.ok(made > KILLS, `only ${made} writes: they were killed before they did anything`);
    const again = new Date();
    await cluster.run([...args, '-n', namespace]);
    await sleep(500);
    assert.equal(await writes(again), 0);
  });
});
