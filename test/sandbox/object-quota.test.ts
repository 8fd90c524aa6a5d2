import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deploymentOf, startTestCluster, withoutGeneratedNames } from './cluster.ts';

const quota = (hard: object) => ({ metadata: { name: 'few' }, spec: { hard } });

describe('A ResourceQuota in the sandbox', () => {
  it('lets no more objects be made than it says', () => {
    const cluster = startTestCluster();
    cluster.create('ResourceQuota', quota({ 'count/deployments.apps': '1', services: '0' }));
    cluster.create('Deployment', deploymentOf('one', 'x:1'));
    assert.throws(() => cluster.create('Deployment', deploymentOf('two', 'x:1')), {
      code: 403,
      reason: 'Forbidden',
      message:
        'deployments.apps "two" is forbidden: exceeded quota: few, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
    });
    assert.throws(() => cluster.create('Service', { metadata: { name: 's' }, spec: {} }), {
      message:
        'services "s" is forbidden: exceeded quota: few, requested: services=1, used: services=0, limited: services=0',
    });
  });

  it('counts in its own namespace', () => {
    const cluster = startTestCluster();
    cluster.create('ResourceQuota', quota({ 'count/deployments.apps': '0' }));
    cluster.create('Deployment', deploymentOf('one', 'x:1'), 'kube-system');
  });

  it('that forbids pods is told by the Deployment as long as it lasts, and by events fewer and fewer', async () => {
    const cluster = startTestCluster();
    cluster.create('ResourceQuota', quota({ pods: '0' }));
    cluster.create('Deployment', deploymentOf('web', 'x:1', { replicas: 1 }));
    const failure = () => cluster.deployment('web').status.conditions?.find(({ type }) => type === 'ReplicaFailure');
    const attempts = () => cluster.events().filter((line) => line.startsWith('Warning FailedCreate')).length;
    await cluster.clock.advance(1000);
    assert.equal(failure()?.reason, 'FailedCreate');
    assert.equal(
      withoutGeneratedNames(String(failure()?.message)),
      'pods "web-RS-POD" is forbidden: exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0',
    );
    const afterOneSecond = attempts();
    assert.ok(afterOneSecond > 5 && afterOneSecond < 12, `${afterOneSecond} events in the first second`);

    const message = failure()?.message;
    cluster.delete('ResourceQuota', 'few');
    await cluster.clock.advance(3000);
    assert.equal(failure(), undefined, `${message} is over`);
    assert.equal(cluster.deployment('web').status.availableReplicas, 1);
  });
});
