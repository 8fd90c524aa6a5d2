import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storeEvents } from '../../src/sandbox/workloads/store-events.ts';
import { startTestCluster } from './cluster.ts';

function controller() {
  const cluster = startTestCluster();
  const pod = cluster.create('Pod', { metadata: { name: 'm' }, spec: { containers: [{ name: 'c', image: 'c:1' }] } });
  const events = storeEvents(cluster.store, { component: 'kubelet', host: 'node-0' }, 'kubelet');
  return { cluster, record: () => events.record(pod, { type: 'Normal', reason: 'Pulled', message: 'again' }) };
}

describe('Events of a controller in the sandbox', () => {
  it('are there as soon as they are recorded, and name who reports them', () => {
    const { cluster, record } = controller();
    record();
    assert.deepEqual(cluster.events(), ['Normal Pulled Pod: again']);
    const [event] = cluster.store.list(cluster.typeOf('Event'));
    assert.deepEqual(
      [event?.source, event?.reportingComponent, event?.reportingInstance],
      [{ component: 'kubelet', host: 'node-0' }, 'kubelet', 'node-0'],
    );
  });

  it('that repeat are one Event', () => {
    const { cluster, record } = controller();
    record();
    record();
    assert.deepEqual(cluster.events(), ['Normal Pulled Pod: again (x2)']);
  });

  it('that repeat one which has gone are written anew, with the count so far', () => {
    const { cluster, record } = controller();
    record();
    for (const name of cluster.names('Event')) cluster.delete('Event', name);
    record();
    assert.deepEqual(cluster.events(), ['Normal Pulled Pod: again (x2)']);
  });
});
