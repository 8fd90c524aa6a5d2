import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { builtFile } from '../behaviour/built-file.ts';
import { modelYaml } from '../behaviour/models.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { type AuditedRequest, readAudit } from '../control-plane/audit.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/** So often a sync is killed in the middle: SYNC_KILLS=50 for a thorough look. */
const KILLS = Number(process.env.SYNC_KILLS ?? 10);

describe('The writes of a sync', () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('sync');
  });
  after(() => cluster.stop());

  const source = (count: number, tag: string, from = 0) =>
    Array.from({ length: count }, (_, index) => modelYaml({ name: `m${from + index}`, tag, replicas: 0 })).join(
      '---\n',
    );
  const sync = (namespace: string, text: string) =>
    cluster.run(['sync', '-', '--owner=one', '--prune', '--max-prune=100%', '-n', namespace], { stdin: text });

  /** What was written by us while `act` was under way; a dry run writes nothing. */
  async function writes(act: () => Promise<unknown>): Promise<string[]> {
    const since = new Date();
    await act();
    await sleep(500); // The audit log is written after the answer.
    const { auditLogPath } = cluster.controlPlane;
    const requests = await readAudit(auditLogPath, { since, userAgent: 'kubectl-seldon-lifecycle/' });
    return requests
      .filter(({ verb, requestURI }) => !/^(get|list|watch)$/.test(verb) && !requestURI.includes('dryRun=All'))
      .map(({ verb, objectRef }: AuditedRequest) => `${verb} ${objectRef?.name}`);
  }

  it('are one for each deployment, none the second time, and one for one that is different', async () => {
    const namespace = await newNamespace(cluster);
    assert.equal((await writes(() => sync(namespace, source(5, '1.0')))).length, 5);
    assert.deepEqual(await writes(() => sync(namespace, source(5, '1.0'))), []);
    const changed = [source(2, '1.0'), source(1, '2.0', 2), source(2, '1.0', 3)].join('---\n');
    assert.deepEqual(await writes(() => sync(namespace, changed)), ['patch m2']);
    assert.deepEqual(await writes(() => sync(namespace, source(4, '1.0'))), ['patch m2', 'delete m4']);
  });

  it(`come to the same after it was killed ${KILLS} times`, { timeout: 120_000 + KILLS * 10_000 }, async () => {
    const namespace = await newNamespace(cluster);
    const states = [source(8, '1.0'), source(8, '2.0', 4), source(6, '3.0', 2)];
    for (let round = 0; round < KILLS; round += 1) {
      const args = ['sync', '-', '--owner=one', '--prune', '--max-prune=100%', '-n', namespace];
      const env = { ...process.env, KUBECONFIG: cluster.kubeconfig };
      const child = spawn(process.execPath, [builtFile, ...args], { env, stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.on('error', () => {});
      child.stdin.end(states[round % states.length]);
      const ended = new Promise((resolve) => child.on('close', resolve));
      await sleep(100 + Math.random() * 700);
      child.kill('SIGKILL');
      await ended;
    }
    const finished = await sync(namespace, source(6, '4.0', 1));
    assert.equal(finished.exitCode, 0, finished.stderr);
    const live = await list<SeldonDeployment>(cluster, seldonPath(namespace));
    const found = live.map(
      ({ metadata, spec }) =>
        `${metadata.name} ${spec?.predictors?.[0]?.componentSpecs?.[0]?.spec?.containers?.[0]?.image}`,
    );
    assert.deepEqual(
      found.sort(),
      [1, 2, 3, 4, 5, 6].map((index) => `m${index} example/iris:4.0`),
    );
    assert.deepEqual(await writes(() => sync(namespace, source(6, '4.0', 1))), []);
  });
});
