import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { ApiFailure } from '../../../src/cluster/api-failure.ts';
import { Cache } from '../../../src/cluster/cache.ts';
import type { WatchedKind } from '../../../src/cluster/kinds.ts';
import type { SeldonCluster } from '../../../src/cluster/seldon-cluster.ts';
import { ClusterNotReady } from '../../../src/failures.ts';
import type { Deployment, PodMetrics } from '../../../src/kubernetes/objects.ts';
import { listUsage, usageIfServed } from '../../../src/lifecycle/overview/pod-usage.ts';
import { readUsage } from '../../../src/lifecycle/overview/read-usage.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';

const DEPLOYMENT = `
  metadata: {name: d, uid: u-d, ownerReferences: [{apiVersion: v, kind: SeldonDeployment, name: m, uid: u-m}]}
  spec: {selector: {matchLabels: {LABEL: d}}}`;

/** A cluster that has a Deployment with this label in its selector, and answers a list of metrics with this. */
function clusterWith(answer: string | Error, label = 'seldon-deployment-id') {
  const asked: (string | undefined)[] = [];
  const cluster = {
    serverClock: { now: () => 0 },
    resource: { apiVersion: 'machinelearning.seldon.io/v1', kind: 'SeldonDeployment' },
    list: async ({ kind, labelSelector }: WatchedKind) => {
      if (kind === 'Deployment') return [parse(DEPLOYMENT.replace('LABEL', label))];
      if (kind !== 'PodMetrics') return [];
      asked.push(labelSelector);
      if (typeof answer !== 'string') throw answer;
      return parse(answer) as PodMetrics[];
    },
  } as unknown as SeldonCluster;
  const cache = new Cache({ now: () => 0 });
  cache.replace('Deployment', [parse(DEPLOYMENT.replace('LABEL', label)) as Deployment]);
  return { cluster, asked, places: [{ namespace: 'ns', cache }] };
}

const failure = (code: number, message: string) =>
  new ApiFailure(code, JSON.stringify({ kind: 'Status', code, message, reason: 'ServiceUnavailable' }));

describe('What a pod uses', () => {
  const metrics = (containers: string) => `[{metadata: {name: p, namespace: ns}, containers: ${containers}}]`;
  const figures: [what: string, containers: string, nanocores: number | undefined, bytes: number | undefined][] = [
    ['of its container', '[{name: a, usage: {cpu: 2381497n, memory: 50312Ki}}]', 2_381_497, 50_312 * 1024],
    [
      'of all its containers together',
      '[{name: a, usage: {cpu: 100m, memory: 1Mi}}, {name: b, usage: {cpu: "1", memory: 128Mi}}]',
      1_100_000_000,
      129 * 1024 ** 2,
    ],
    [
      'not known where it is not of one of them',
      '[{name: a, usage: {cpu: 100m, memory: 1Mi}}, {name: b}]',
      undefined,
      undefined,
    ],
    ['not known where it cannot be read', '[{name: a, usage: {cpu: much, memory: 1Ki}}]', undefined, 1024],
    ['not known without containers', '[]', undefined, undefined],
  ];
  for (const [what, containers, nanocores, bytes] of figures) {
    it(`is ${what}`, async () => {
      const { cluster, places } = clusterWith(metrics(containers));
      const usage = await listUsage(cluster, places);
      const { nanocores: cpu, bytes: memory } = usage('ns', 'p') ?? {};
      assert.deepEqual([cpu, memory], [nanocores, bytes]);
      assert.equal(usage('other', 'p'), undefined);
    });
  }

  it('is asked of pods with the label of Seldon’s, and of all only where a Deployment may make pods without it', async () => {
    const usual = clusterWith('[]');
    await listUsage(usual.cluster, usual.places);
    assert.deepEqual(usual.asked, ['seldon-deployment-id']);
    const other = clusterWith('[]', 'app');
    await listUsage(other.cluster, other.places);
    assert.deepEqual(other.asked, [undefined]);
  });
});

describe('Beside something else', () => {
  const ends: [what: string, error: Error, told: string[]][] = [
    ['nothing is said where nothing serves it', failure(404, 'not found'), []],
    ['a refusal is told', failure(403, 'pods is forbidden'), ['CPU and MEMORY are not shown: pods is forbidden']],
    ['an outage is told', failure(503, 'unable'), ['CPU and MEMORY are not shown: unable']],
  ];
  for (const [what, error, expected] of ends) {
    it(what, async () => {
      const { cluster, places } = clusterWith(error);
      const told: string[] = [];
      assert.equal(await usageIfServed(cluster, places, (text) => told.push(text)), undefined);
      assert.deepEqual(told, expected);
    });
  }

  it('a bug stays one', async () => {
    const { cluster, places } = clusterWith(new TypeError('x'));
    await assert.rejects(() => usageIfServed(cluster, places, () => {}), TypeError);
  });
});

describe('Where it is all that is asked for', () => {
  const found = [parse('{metadata: {name: m, namespace: ns, uid: u-m}, spec: {}}') as SeldonDeployment];
  const ends: [what: string, error: Error, message: RegExp][] = [
    ['nothing serves it', failure(404, 'not found'), /^Metrics API not available: the server does not serve metrics/],
    ['metrics-server is down', failure(503, 'unable to handle'), /^Metrics API not available: unable to handle$/],
    ['it may not be read', failure(403, 'pods is forbidden'), /pods is forbidden$/],
  ];
  for (const [what, error, message] of ends) {
    it(`the cluster is not ready where ${what}`, async () => {
      const { cluster } = clusterWith(error);
      await assert.rejects(
        () => readUsage(cluster, found, ['ns']),
        (failed) => {
          assert.ok(failed instanceof Error && 'exitCode' in failed && failed.exitCode === 3, String(failed));
          assert.match(failed.message, message);
          assert.ok('hint' in failed && failed.hint !== undefined);
          return what === 'it may not be read' || failed instanceof ClusterNotReady;
        },
      );
    });
  }
});
