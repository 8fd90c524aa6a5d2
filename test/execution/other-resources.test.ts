import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import type { SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import { OtherResources } from '../../src/execution/other-resources.ts';
import type { OtherResource } from '../../src/manifests/manifest.ts';

const secret = (name: string): OtherResource => ({
  object: { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'ns' } },
  positionOf: () => ({ file: 'f', line: 1, column: 1 }),
});

/** What the server answers when one of these names is read. */
async function deleteAll(answers: Record<string, { uid: string } | undefined | Error>) {
  const deleted: string[] = [];
  const cluster = {
    objects: {
      discover: async () => ({ apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }),
      read: async ({ metadata: { name } }: OtherResource['object']) => {
        const answer = answers[name];
        if (answer instanceof Error) throw answer;
        return answer && { metadata: { name, ...answer } };
      },
      delete: async ({ metadata: { name } }: OtherResource['object'], uid: string) => {
        deleted.push(`${name} ${uid}`);
        return [];
      },
    },
  } as unknown as SeldonCluster;
  const others = await OtherResources.find(Object.keys(answers).map(secret), cluster);
  const [told, troubles]: [string[], string[]] = [[], []];
  const allGone = await others.delete(
    (message) => told.push(message),
    (message) => troubles.push(message),
    'none',
  );
  return { allGone, deleted, told, troubles };
}

describe('What stands beside deployments in a file that is deleted', () => {
  it('is deleted last first, each as it was looked at, and what is not there is gone', async () => {
    const { allGone, deleted, told, troubles } = await deleteAll({ a: { uid: '1' }, b: undefined, c: { uid: '3' } });
    assert.deepEqual([allGone, deleted, troubles], [true, ['c 3', 'a 1'], []]);
    assert.deepEqual(told, ['secret "c" deleted from ns namespace', 'secret "a" deleted from ns namespace']);
  });

  it('is not said to be gone where it cannot be looked at: that is told, and the others go', async () => {
    const forbidden = new ApiFailure(
      403,
      '{"kind":"Status","reason":"Forbidden","message":"secrets \\"a\\" is forbidden"}',
    );
    const { allGone, deleted, troubles } = await deleteAll({ a: forbidden, b: { uid: '2' } });
    assert.deepEqual([allGone, deleted], [false, ['b 2']]);
    assert.deepEqual(troubles, ['cannot delete secret/a in namespace "ns": secrets "a" is forbidden']);
  });
});
