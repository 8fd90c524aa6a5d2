import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Change } from '../../src/sandbox/api-server/watch-history.ts';
import type { Deployment } from '../../src/sandbox/workloads/workload-objects.ts';
import { deploymentOf, startTestCluster } from './cluster.ts';

/** One line a status as written: generation/observed, then the counts that are there, then the conditions. */
function statusLines(changes: Change[]): string[] {
  return changes.map(({ type, object }) => {
    const { metadata, status } = object as Deployment;
    const { conditions = [], observedGeneration = '-', ...counts } = status;
    const numbers = Object.entries(counts).map(([field, value]) => `${field.replace('Replicas', '')}=${value}`);
    const states = conditions.map((condition) => `${condition.type}=${condition.status}:${condition.reason}`).sort();
    const prefix = type === 'MODIFIED' ? '' : `${type} `;
    return `${prefix}${metadata.generation}/${observedGeneration} ${[...numbers.sort(), ...states].join(' ')}`.trim();
  });
}

const enough = 'Available=True:MinimumReplicasAvailable';
const tooFew = 'Available=False:MinimumReplicasUnavailable';
const done = 'Progressing=True:NewReplicaSetAvailable';
const created = 'Progressing=True:NewReplicaSetCreated';
const moving = 'Progressing=True:ReplicaSetUpdated';

// The expected lines were written down from Kubernetes 1.36.3, where pods become ready in 100 ms as well.
describe('A Deployment in the sandbox goes through the statuses of a real one', async () => {
  const cluster = startTestCluster();
  const changes = cluster.record('Deployment');
  const during = async (act: () => void, milliseconds = 1000) => {
    changes.length = 0;
    act();
    await cluster.clock.advance(milliseconds);
    return statusLines(changes);
  };
  const scaleTo = (replicas: number) => () =>
    cluster.update('Deployment', 'web', (web) => {
      (web as Deployment).spec.replicas = replicas;
    });

  it('when created', async () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } };
    const lines = await during(() =>
      cluster.create('Deployment', deploymentOf('web', 'x:1', { replicas: 2, strategy })),
    );
    assert.deepEqual(lines, [
      'ADDED 1/-',
      `1/- ${created}`,
      `1/1 terminating=0 unavailable=2 ${tooFew} ${created}`,
      `1/1 replicas=2 terminating=0 unavailable=2 updated=2 ${tooFew} ${moving}`,
      `1/1 available=1 ready=1 replicas=2 terminating=0 unavailable=1 updated=2 ${tooFew} ${moving}`,
      `1/1 available=2 ready=2 replicas=2 terminating=0 updated=2 ${enough} ${done}`,
    ]);
  });

  it('when scaled up', async () => {
    assert.deepEqual(await during(scaleTo(3)), [
      `2/1 available=2 ready=2 replicas=2 terminating=0 updated=2 ${enough} ${done}`,
      `2/2 available=2 ready=2 replicas=2 terminating=0 updated=2 ${tooFew} ${done}`,
      `2/2 available=2 ready=2 replicas=2 terminating=0 unavailable=1 updated=2 ${tooFew} ${done}`,
      `2/2 available=2 ready=2 replicas=3 terminating=0 unavailable=1 updated=3 ${tooFew} ${done}`,
      `2/2 available=3 ready=3 replicas=3 terminating=0 updated=3 ${enough} ${done}`,
    ]);
  });

  it('when scaled down', async () => {
    assert.deepEqual(await during(scaleTo(1)), [
      `3/2 available=3 ready=3 replicas=3 terminating=0 updated=3 ${enough} ${done}`,
      `3/3 available=3 ready=3 replicas=3 terminating=0 updated=3 ${enough} ${done}`,
      `3/3 available=1 ready=1 replicas=1 terminating=2 updated=1 ${enough} ${done}`,
      `3/3 available=1 ready=1 replicas=1 terminating=1 updated=1 ${enough} ${done}`,
      `3/3 available=1 ready=1 replicas=1 terminating=0 updated=1 ${enough} ${done}`,
    ]);
  });

  it('when its image changes', async () => {
    const lines = await during(() =>
      cluster.update('Deployment', 'web', (web) => {
        const [container] = (web as Deployment).spec.template.spec.containers;
        if (container) container.image = 'x:2';
      }),
    );
    assert.deepEqual(lines, [
      `4/3 available=1 ready=1 replicas=1 terminating=0 updated=1 ${enough} ${done}`,
      `4/3 available=1 ready=1 replicas=1 terminating=0 updated=1 ${enough} ${created}`,
      `4/4 available=1 ready=1 replicas=1 terminating=0 unavailable=1 ${enough} ${created}`,
      `4/4 available=1 ready=1 replicas=2 terminating=0 unavailable=1 updated=1 ${enough} ${moving}`,
      `4/4 available=2 ready=2 replicas=2 terminating=0 updated=1 ${enough} ${moving}`,
      `4/4 available=1 ready=1 replicas=1 terminating=1 updated=1 ${enough} ${done}`,
      `4/4 available=1 ready=1 replicas=1 terminating=0 updated=1 ${enough} ${done}`,
    ]);
    assert.equal(cluster.deployment('web').metadata.annotations?.['deployment.kubernetes.io/revision'], '2');
  });

  it('when scaled to nothing', async () => {
    assert.deepEqual((await during(scaleTo(0))).slice(-2), [
      `5/5 terminating=1 ${enough} ${done}`,
      `5/5 terminating=0 ${enough} ${done}`,
    ]);
  });

  it('when deleted in the foreground: it goes last', async () => {
    await during(scaleTo(2));
    const lines = await during(() => {
      cluster.delete('Deployment', 'web', { propagationPolicy: 'Foreground' });
    });
    assert.deepEqual(lines, [
      `7/6 available=2 ready=2 replicas=2 terminating=0 updated=2 ${enough} ${done}`,
      `7/7 available=2 ready=2 replicas=2 terminating=0 updated=2 ${enough} ${done}`,
      `7/7 terminating=2 unavailable=2 ${tooFew} ${done}`,
      `7/7 terminating=1 unavailable=2 ${tooFew} ${done}`,
      `7/7 terminating=0 ${tooFew} ${done}`,
      `DELETED 7/7 terminating=0 ${tooFew} ${done}`,
    ]);
    assert.deepEqual([cluster.names('ReplicaSet'), cluster.names('Pod')], [[], []]);
  });
});

describe('A rollout in the sandbox', () => {
  it('tells itself in the events of the real controllers', async () => {
    const cluster = startTestCluster();
    cluster.create('Deployment', deploymentOf('web', 'x:1'));
    await cluster.clock.advance(1000);
    assert.deepEqual(cluster.events(), [
      'Normal ScalingReplicaSet Deployment: Scaled up replica set web-RS from 0 to 1',
      'Normal SuccessfulCreate ReplicaSet: Created pod: web-RS-POD',
      'Normal Scheduled Pod: Successfully assigned default/web-RS-POD to node-0',
      'Normal Pulling Pod: Pulling image',
      'Normal Pulled Pod: Successfully pulled image',
      'Normal Created Pod: Created container',
      'Normal Started Pod: Started container',
    ]);
  });

  it('never leaves fewer than it may', async () => {
    const cluster = startTestCluster();
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } };
    cluster.create('Deployment', deploymentOf('web', 'x:1', { replicas: 4, strategy }));
    await cluster.clock.advance(1000);
    const changes = cluster.record('Deployment');
    cluster.update('Deployment', 'web', (web) => {
      (web as Deployment).spec.template.spec.containers[0] = { name: 'c', image: 'x:slow-1s' };
    });
    await cluster.clock.advance(20_000);
    const statuses = changes.map(({ object }) => (object as Deployment).status);
    assert.ok(statuses.every(({ availableReplicas = 0 }) => availableReplicas >= 3));
    assert.ok(statuses.every(({ replicas = 0 }) => replicas <= 5));
    const last = cluster.deployment('web').status;
    assert.deepEqual([last.updatedReplicas, last.availableReplicas, last.replicas], [4, 4, 4]);
  });

  it('that cannot progress is said to have exceeded its deadline, while the old pods serve on', async () => {
    const cluster = startTestCluster();
    cluster.create('Deployment', deploymentOf('web', 'x:1', { progressDeadlineSeconds: 10 }));
    await cluster.clock.advance(1000);
    cluster.update('Deployment', 'web', (web) => {
      (web as Deployment).spec.template.spec.containers[0] = { name: 'c', image: 'x:missing' };
    });
    await cluster.clock.advance(9000);
    assert.equal(reasonOf(cluster.deployment('web'), 'Progressing'), 'ReplicaSetUpdated');
    await cluster.clock.advance(4000);
    const web = cluster.deployment('web');
    assert.equal(reasonOf(web, 'Progressing'), 'ProgressDeadlineExceeded');
    assert.equal(reasonOf(web, 'Available'), 'MinimumReplicasAvailable');
    assert.deepEqual([web.status.replicas, web.status.unavailableReplicas], [2, 1]);
  });

  it('spreads a scaling over old and new pods', async () => {
    const cluster = startTestCluster();
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2, maxSurge: 3 } };
    cluster.create('Deployment', deploymentOf('web', 'x:1', { replicas: 10, strategy }));
    await cluster.clock.advance(1000);
    cluster.update('Deployment', 'web', (web) => {
      (web as Deployment).spec.template.spec.containers[0] = { name: 'c', image: 'x:missing' };
    });
    await cluster.clock.advance(1000);
    const sizes = () =>
      cluster
        .replicaSets()
        .map(({ spec }) => spec.replicas)
        .sort((a, b) => a - b);
    assert.deepEqual(sizes(), [5, 8]);
    cluster.update('Deployment', 'web', (web) => {
      (web as Deployment).spec.replicas = 15;
    });
    await cluster.clock.advance(1000);
    // The example of the Kubernetes documentation: of five more, three go to the larger and two to the smaller.
    assert.deepEqual(sizes(), [7, 11]);
  });

  it('by recreation takes all old pods away first', async () => {
    const cluster = startTestCluster();
    cluster.create('Deployment', deploymentOf('web', 'x:linger-2s', { replicas: 2, strategy: { type: 'Recreate' } }));
    await cluster.clock.advance(1000);
    cluster.update('Deployment', 'web', (web) => {
      (web as Deployment).spec.template.spec.containers[0] = { name: 'c', image: 'x:2' };
    });
    await cluster.clock.advance(1500);
    assert.equal(cluster.pods().filter((pod) => pod.spec.containers[0]?.image === 'x:2').length, 0);
    await cluster.clock.advance(2000);
    assert.deepEqual(
      cluster.pods().map((pod) => pod.spec.containers[0]?.image),
      ['x:2', 'x:2'],
    );
  });

  it('adopts what an orphaning deletion has left', async () => {
    const cluster = startTestCluster();
    cluster.create('Deployment', deploymentOf('web', 'x:1'));
    await cluster.clock.advance(1000);
    const [pod] = cluster.names('Pod');
    cluster.delete('Deployment', 'web', { propagationPolicy: 'Orphan' });
    await cluster.clock.advance(1000);
    assert.deepEqual(cluster.names('Deployment'), []);
    cluster.create('Deployment', deploymentOf('web', 'x:1'));
    await cluster.clock.advance(1000);
    assert.deepEqual(cluster.names('Pod'), [pod]);
    assert.equal(cluster.deployment('web').status.availableReplicas, 1);
  });
});

function reasonOf({ status }: Deployment, type: string): string | undefined {
  return status.conditions?.find((condition) => condition.type === type)?.reason;
}
