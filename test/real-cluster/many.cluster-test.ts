import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { model } from '../behaviour/models.ts';
import { linesOf, summaryOf } from '../behaviour/reports.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';
import { type AuditedRequest, readAudit } from '../control-plane/audit.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

const MANY = 50;

describe('Many deployments in one run', () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('many');
  });
  after(() => cluster.stop());

  /** So many deployments go through their life; answers what that asked of the server. */
  async function run(count: number): Promise<AuditedRequest[]> {
    const namespace = await newNamespace(cluster);
    const models = Array.from({ length: count }, (_, index) => stringify(model({ name: `m${index}` })));
    const since = new Date();
    const args = ['run', '-f', '-', '-n', namespace, '-o', 'json', `--concurrency=${count}`];
    const finished = await cluster.run(args, { stdin: models.join('---\n') });
    const lastedMs = Date.now() - since.getTime();

    assert.equal(finished.exitCode, 0, finished.stderr);
    const { deployments } = summaryOf(finished);
    assert.deepEqual(
      deployments.map(({ outcome, left }: { outcome: string; left: string[] }) => `${outcome} ${left.length}`),
      models.map(() => 'succeeded 0'),
    );
    const lost = linesOf(finished).filter(({ type, message }) => type === 'notice' && /^lost the watch/.test(message));
    assert.deepEqual(lost, []);
    const { auditLogPath } = cluster.controlPlane;
    const requests = await readAudit(auditLogPath, { since, userAgent: 'kubectl-seldon-lifecycle/' });
    process.stderr.write(`${count} deployments: ${lastedMs} ms, ${requests.length} requests\n`);
    return requests;
  }

  it(`${MANY} go well, watched by no more watches than one`, async () => {
    const one = watched(await run(1));
    assert.ok(one.length >= 6, one.join(', '));
    assert.deepEqual(watched(await run(MANY)), one);
  });
});

/** What is watched, as often as it is. */
function watched(requests: readonly AuditedRequest[]): (string | undefined)[] {
  return requests
    .filter(({ verb }) => verb === 'watch')
    .map(({ objectRef }) => objectRef?.resource)
    .sort();
}
