import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeldonDeployment } from '../../src/operator/seldon-deployment.ts';
import { kinds } from '../../src/sandbox/operator/client.ts';
import { startOperator } from '../../src/sandbox/operator/start.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { oneModel, seldonDeployment } from './seldon-deployment-yaml.ts';

/** Lets everything that can go on without a further message go on. */
async function settled(): Promise<void> {
  for (let times = 0; times < 20; times++) await new Promise((resolve) => setImmediate(resolve));
}

async function running() {
  const cluster = new FakeCluster();
  const clock = new FakeClock();
  cluster.put(kinds.namespace, { metadata: { name: 'ns' } });
  const operator = await startOperator(cluster, { clock });
  const deliver = async () => {
    cluster.deliver();
    await settled();
  };
  const status = () => cluster.find<SeldonDeployment>(kinds.seldonDeployment, 'm')?.status;
  return { cluster, clock, operator, deliver, status };
}

describe('the running operator', () => {
  it('reconciles what is applied, and again when its Deployments change', async () => {
    const { cluster, operator, deliver, status } = await running();
    cluster.put(kinds.seldonDeployment, seldonDeployment(oneModel));
    await deliver();
    assert.equal(status()?.state, 'Creating');
    cluster.setPods('m-p-0-c', 1, 1);
    await deliver();
    await deliver();
    assert.equal(status()?.state, 'Available');
    await operator.stop();
  });

  it('does not hear of a Deployment that it does not own', async () => {
    const { cluster, operator, deliver, status } = await running();
    cluster.put(kinds.seldonDeployment, seldonDeployment(oneModel));
    await deliver();
    await deliver();
    cluster.change(kinds.deployment, 'm-p-0-c', ({ metadata }) => {
      delete metadata.ownerReferences;
    });
    await deliver();
    cluster.setPods('m-p-0-c', 1, 1);
    await deliver();
    assert.equal(status()?.state, 'Creating');
    await operator.stop();
  });

  it('tries again after an error, and stops trying when stopped', async () => {
    const { cluster, clock, operator, deliver, status } = await running();
    cluster.put(kinds.seldonDeployment, seldonDeployment('predictors: [{name: p, graph: {name: c}}]'));
    await deliver();
    assert.equal(status()?.state, 'Failed');
    assert.equal(clock.next, 5);
    await operator.stop();
    assert.equal(clock.next, undefined);
  });

  it('puts back what somebody deletes', async () => {
    const { cluster, operator, deliver } = await running();
    cluster.put(kinds.seldonDeployment, seldonDeployment(oneModel));
    await deliver();
    await deliver();
    cluster.remove(kinds.deployment, 'm-p-0-c');
    await deliver();
    assert.ok(cluster.find(kinds.deployment, 'm-p-0-c'));
    await operator.stop();
  });
});
