import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { modelYaml } from '../behaviour/models.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';
import { readAudit } from '../control-plane/audit.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

describe('The requests of one run', () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('requests');
  });
  after(() => cluster.stop());

  it('are at most 16 however long it takes, and no GET or LIST is repeated', async () => {
    const namespace = await newNamespace(cluster);
    const since = new Date();
    const finished = await cluster.run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml({ tag: 'slow-14s' }) });
    const lastedMs = Date.now() - since.getTime();

    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.ok(lastedMs > 28_000, `it took ${lastedMs} ms`);
    const requests = await readAudit(cluster.controlPlane.auditLogPath, {
      since,
      userAgent: 'kubectl-seldon-lifecycle/',
    });
    const inWords = requests.map(({ verb, requestURI }) => `${verb} ${requestURI.split('?')[0]}`);
    assert.ok(requests.length >= 10 && requests.length <= 16, inWords.join('\n'));
    const reads = inWords.filter((request) => /^(get|list) /.test(request));
    assert.deepEqual(reads, [...new Set(reads)]);
  });
});
