import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Deployment } from '../../../src/kubernetes/objects.ts';
import { overviewsOf } from '../../../src/lifecycle/overview/read-overviews.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';

const models: SeldonDeployment[] = parse(`
  - {metadata: {name: a, uid: u-a}, spec: {predictors: []}}
  - {metadata: {name: b, uid: u-b}, spec: {predictors: []}}
  - {metadata: {name: none, uid: u-none}, spec: {predictors: []}}`);

const there = (name: string, replicas: number, ...owners: string[]): Deployment => ({
  metadata: { name, ownerReferences: owners.map((uid) => ({ apiVersion: 'v1', kind: 'Any', name: uid, uid })) },
  spec: { replicas },
  status: { replicas },
});

describe('A list of deployments', () => {
  it('counts for each the pods of the Deployments that name it as an owner, each once', () => {
    const deployments = [
      there('a-1', 1, 'u-a'),
      there('b-1', 2, 'u-b'),
      there('a-2', 4, 'u-other', 'u-a', 'u-a'),
      there('both', 8, 'u-a', 'u-b'),
      there('of-nobody', 16),
    ];
    assert.deepEqual(
      overviewsOf(models, deployments).map(({ deployment, pods }) => [deployment.metadata.name, pods?.there]),
      [
        ['a', 13],
        ['b', 10],
        ['none', 0],
      ],
    );
  });

  it('says nothing of pods where the Deployments cannot be read', () => {
    assert.deepEqual(
      overviewsOf(models, undefined).map(({ pods }) => pods),
      [undefined, undefined, undefined],
    );
  });
});
