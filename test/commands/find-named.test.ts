import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { seldonDeployments } from '../../src/cluster/kinds.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { resourcePath } from '../../src/cluster/resource-kinds.ts';
import { assumedSeldon, type SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import { findNamed, nearestNames } from '../../src/commands/find-named.ts';
import { StandInApiServer } from '../cluster/stand-in-api-server.ts';

const ids = ['0', '1'].map((end) => `00000000-0000-0000-0000-00000000000${end}`);

describe('Deployments that are named', () => {
  let server: StandInApiServer;
  let cluster: SeldonCluster;
  let path: string;
  beforeEach(async () => {
    server = await StandInApiServer.start();
    cluster = assumedSeldon(kubeconfigFromText(server.kubeconfig(), 'tester/1.0').connection);
    path = resourcePath(seldonDeployments(cluster.resource), 'team');
    const models = [
      { name: 'iris', uid: ids[0] },
      { name: 'wine', uid: ids[1] },
    ].map((metadata) => ({ metadata: { ...metadata, namespace: 'team' }, spec: { predictors: [] } }));
    for (const model of models) {
      server.collection(path).put(model as never);
      server.answer(`${path}/${model.metadata.name}`, (response) => void response.end(JSON.stringify(model)));
    }
  });
  afterEach(() => server.close());

  const inTeam = (names: readonly (string | undefined)[]) => names.map((name = '') => ({ name, namespace: 'team' }));
  const lists = () => server.received.filter((request) => request.path === path).length;

  it('are found by their names and by their IDs, in the order in which they are named', async () => {
    const found = await findNamed(cluster, inTeam(['wine', ids[0], 'none', 'iris']));
    assert.deepEqual(
      found.map((one) => one?.metadata.name),
      ['wine', 'iris', undefined, 'iris'],
    );
  });

  it('are listed once, however many are named by their IDs', async () => {
    await findNamed(cluster, inTeam([...ids, ...ids]));
    assert.equal(lists(), 1);
  });

  it('are listed once to find the names that may have been meant', async () => {
    assert.deepEqual(await nearestNames(cluster, inTeam(['irsi', 'wines', 'other'])), ['iris', 'wine', undefined]);
    assert.equal(lists(), 1);
  });

  it('are not looked for among others where so many are missing that nobody has mistyped them', async () => {
    const many = Array.from({ length: 11 }, (_, index) => `iris${index}`);
    assert.deepEqual(
      await nearestNames(cluster, inTeam(many)),
      many.map(() => undefined),
    );
    assert.equal(lists(), 0);
  });

  it('are read twenty at a time', async () => {
    let [now, most] = [0, 0];
    const names = Array.from({ length: 50 }, (_, index) => `m${index}`);
    for (const name of names) {
      server.answer(`${path}/${name}`, (response) => {
        now += 1;
        most = Math.max(most, now);
        setImmediate(() => {
          now -= 1;
          response.end(JSON.stringify({ metadata: { name, uid: name }, spec: {} }));
        });
      });
    }
    const found = await findNamed(cluster, inTeam(names));
    assert.deepEqual(
      found.map((one) => one?.metadata.name),
      names,
    );
    assert.ok(most <= 20, `${most}`);
  });
});
