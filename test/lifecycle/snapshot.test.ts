import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deployments, pods, replicaSets, services } from '../../src/cluster/kinds.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { resourcePath } from '../../src/cluster/resource-kinds.ts';
import { assumedSeldon } from '../../src/cluster/seldon-cluster.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { snapshot } from '../../src/lifecycle/snapshot.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';

const SELECTOR = 'seldon-deployment-id';
const kinds = [deployments, replicaSets, pods, services];

describe('a snapshot of a namespace', () => {
  let server: StandInApiServer;
  let told: string[];
  beforeEach(async () => {
    server = await StandInApiServer.start();
    for (const kind of kinds) server.collection(resourcePath(kind, 'team'));
    told = [];
  });
  afterEach(() => server.close());

  async function taken() {
    const cluster = assumedSeldon(kubeconfigFromText(server.kubeconfig(), 'tester/1.0').connection);
    return await snapshot(cluster, 'team', kinds, (warning) => told.push(warning));
  }

  function put(kind: (typeof kinds)[number], name: string, owner: [kind: string, name: string], spec?: object): void {
    const ownerReferences = [{ apiVersion: 'v1', kind: owner[0], name: owner[1], uid: owner[1] }];
    const object: KubernetesObject = { metadata: { name, uid: name, ownerReferences }, ...(spec && { spec }) };
    server.collection(resourcePath(kind, 'team')).put(object);
  }

  /** The label selectors of each kind's lists, in their order. */
  function asked(): Record<string, (string | undefined)[]> {
    const byKind = Object.groupBy(server.received, ({ path }) => path.split('/').at(-1) ?? '');
    return Object.fromEntries(
      Object.entries(byKind).map(([kind, all = []]) => [kind, all.map(({ query }) => query.labelSelector)]),
    );
  }

  it('asks for the pods and ReplicaSets alone that have the label of SeldonDeployments', async () => {
    const selector = { matchLabels: { [SELECTOR]: 'iris' } };
    put(deployments, 'd', ['SeldonDeployment', 'iris'], { selector });
    put(pods, 'p', ['ReplicaSet', 's']);
    put(replicaSets, 's', ['Deployment', 'd']);
    const cache = await taken();
    assert.deepEqual(asked(), {
      deployments: [undefined],
      replicasets: [SELECTOR],
      pods: [SELECTOR],
      services: [undefined],
    });
    assert.deepEqual(
      cache.ownedBy('iris').pods.map(({ metadata }) => metadata.name),
      ['p'],
    );
    assert.deepEqual(told, []);
  });

  it('asks for all of them where a Deployment of a SeldonDeployment selects otherwise', async () => {
    put(deployments, 'd', ['SeldonDeployment', 'iris'], { selector: { matchLabels: { app: 'iris' } } });
    await taken();
    assert.deepEqual(asked(), {
      deployments: [undefined],
      replicasets: [SELECTOR, undefined],
      pods: [SELECTOR, undefined],
      services: [undefined],
    });
  });

  it('tells of a kind that may not be listed, and leaves it out', async () => {
    server.refuseNext(resourcePath(pods, 'team'), 403, 'pods is forbidden');
    const cache = await taken();
    assert.deepEqual(told, ['Pods are not shown: pods is forbidden']);
    assert.deepEqual(cache.unseenKinds, ['Pod']);
  });
});
