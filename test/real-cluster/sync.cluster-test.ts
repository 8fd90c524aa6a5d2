import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { model, modelYaml } from '../behaviour/models.ts';
import { list, newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { type AuditedRequest, readAudit } from '../control-plane/audit.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

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

  it('go into all namespaces that the source names, and are the only ones there', async () => {
    const [one, two, foreign] = [await newNamespace(cluster), await newNamespace(cluster), await newNamespace(cluster)];
    const item = (namespace: string | undefined, name: string, tag = '1.0') => ({
      id: `${namespace ?? 'default'}-${name}`,
      name,
      ...(namespace && { namespace }),
      deployment: { image: `example/m:${tag}`, replicas: 0 },
    });
    await cluster.api.call({ method: 'POST', path: seldonPath(foreign), body: model({ name: 'm' }) });
    const all = (items: object[]) =>
      cluster.run(['sync', '-', '-A', '-n', one, '--owner=everywhere', '--prune', '--max-prune=100%'], {
        stdin: JSON.stringify(items),
      });
    const owned = async () => {
      const found = await list<SeldonDeployment>(cluster, '/apis/machinelearning.seldon.io/v1/seldondeployments');
      return found
        .filter(({ metadata }) => [one, two, foreign].includes(metadata.namespace ?? ''))
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
        .sort();
    };
    const made = await writes(() => all([item(undefined, 'm'), item(two, 'm'), item(two, 'n')]));
    assert.equal(made.length, 3);
    assert.deepEqual(await owned(), [`${one}/m`, `${two}/m`, `${two}/n`, `${foreign}/m`].sort());
    assert.deepEqual(await writes(() => all([item(undefined, 'm'), item(two, 'm'), item(two, 'n')])), []);
    assert.deepEqual((await writes(() => all([item(two, 'm', '2.0')]))).sort(), ['delete m', 'delete n', 'patch m']);
    assert.deepEqual(await owned(), [`${two}/m`, `${foreign}/m`].sort());
    const refused = await all([item(foreign, 'm'), item(two, 'm', '2.0')]);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /"m" exists and does not belong to this source/);
  });
});
