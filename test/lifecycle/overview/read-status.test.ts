import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { events } from '../../../src/cluster/kinds.ts';
import { kubeconfigFromText } from '../../../src/cluster/kubeconfig.ts';
import { resourcePath } from '../../../src/cluster/resource-kinds.ts';
import { assumedSeldon, type SeldonCluster } from '../../../src/cluster/seldon-cluster.ts';
import { beginReading, readStatus } from '../../../src/lifecycle/overview/read-status.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';
import { StandInApiServer } from '../../cluster/stand-in-api-server.ts';

describe('The status of deployments', () => {
  let server: StandInApiServer;
  let cluster: SeldonCluster;
  let told: string[];
  beforeEach(async () => {
    server = await StandInApiServer.start();
    cluster = assumedSeldon(kubeconfigFromText(server.kubeconfig(), 'tester/1.0').connection);
    for (const kind of [cluster.resource, ...cluster.kindsOwned([]), events]) {
      server.collection(resourcePath(kind, 'team'));
    }
    told = [];
  });
  afterEach(() => server.close());

  const iris: SeldonDeployment = { metadata: { name: 'iris', namespace: 'team', uid: 'u1' }, spec: { predictors: [] } };

  const read = async (begun: ReturnType<typeof beginReading> | undefined, deployment: SeldonDeployment) => {
    const tell = (text: string) => told.push(text);
    return await readStatus({ cluster, found: [deployment], namespaces: ['team'], all: false, tell }, { begun });
  };

  const lists = (kind = 'deployments') => server.received.filter(({ path }) => path.endsWith(`/${kind}`)).length;
  const made = (secondsAgo: number): SeldonDeployment => {
    const creationTimestamp = new Date(Date.now() - secondsAgo * 1_000).toISOString();
    return { ...iris, metadata: { ...iris.metadata, creationTimestamp } };
  };

  it('is read while the deployment is looked for, and not twice', async () => {
    const begun = beginReading(cluster, 'team');
    await begun.read;
    const { reports } = await read(begun, made(3_600));
    assert.equal(reports[0]?.tree.status, 'Pending');
    assert.equal(lists(), 1);
  });

  it('is read anew where the deployment may have been made since', async () => {
    const begun = beginReading(cluster, 'team');
    await begun.read;
    const { reports } = await read(begun, made(1));
    assert.equal(reports[0]?.tree.status, 'Pending');
    assert.equal(lists(), 2);
  });

  it('asks for nothing of the deployments again, and for Services only to see their end', async () => {
    await read(beginReading(cluster, 'team'), made(3_600));
    assert.deepEqual([lists('seldondeployments'), lists('services')], [0, 0]);
    const deletionTimestamp = new Date().toISOString();
    await read(undefined, { ...iris, metadata: { ...iris.metadata, deletionTimestamp } });
    assert.deepEqual([lists('seldondeployments'), lists('services')], [0, 1]);
  });
});
