import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import { findExisting } from '../../src/execution/find-existing.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';

describe('The deployments that are there already', () => {
  const there = (name: string): SeldonDeployment => ({ metadata: { name, namespace: 'models', uid: name } });

  /** A cluster with one of them, that writes down what it is asked. */
  function cluster(asked: string[]): SeldonCluster {
    return {
      read: async (_: string, name: string) => {
        asked.push(`read ${name}`);
        return name === 'm0' ? there('m0') : undefined;
      },
      listDeployments: async (namespace: string) => {
        asked.push(`list ${namespace}`);
        return [there('m0'), there('another')];
      },
    } as Partial<SeldonCluster> as SeldonCluster;
  }

  const targets = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `m${index}`, namespace: 'models', spec: undefined }));

  for (const [count, lists, requests] of [
    [3, true, 3],
    [20, true, 1],
    [1_000, true, 1],
    // The right to list is not asked for where it is not needed.
    [25, false, 25],
  ] as const) {
    it(`are found by ${requests} requests where ${count} of a namespace ${lists ? 'are' : 'are not'} watched`, async () => {
      const asked: string[] = [];
      const found = await findExisting(targets(count), { existing: 'any', lists }, cluster(asked));
      assert.equal(asked.length, requests);
      assert.deepEqual(
        found.map((one) => one?.metadata.name),
        ['m0', ...Array(count - 1).fill(undefined)],
      );
    });
  }

  it('are refused by a run, however many it has', async () => {
    const existing = { taken: false as const, advice: '' };
    for (const count of [1, 30]) {
      await assert.rejects(findExisting(targets(count), { existing, lists: true }, cluster([])), /already exists/);
    }
  });
});
