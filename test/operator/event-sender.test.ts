import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordedEvent } from '../../src/sandbox/event-recorder.ts';
import { kinds } from '../../src/sandbox/operator/client.ts';
import { EventSender } from '../../src/sandbox/operator/event-sender.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { oneModel, seldonDeployment } from './seldon-deployment-yaml.ts';

function sender() {
  const cluster = new FakeCluster();
  const events = new EventSender(cluster, new FakeClock());
  const sdep = seldonDeployment(oneModel);
  const record = (reason: string, message: string) => events.record(sdep, { type: 'Normal', reason, message });
  return { cluster, events, record };
}

describe('Events of the operator', () => {
  it('are about the SeldonDeployment and come from seldon-controller-manager', async () => {
    const { cluster, events, record } = sender();
    record('CreateService', 'Created Service "m-p"');
    await events.flushed();
    const [event] = cluster.all<RecordedEvent>(kinds.event);
    assert.deepEqual(event?.source, { component: 'seldon-controller-manager' });
    assert.deepEqual(event?.involvedObject, {
      apiVersion: 'machinelearning.seldon.io/v1',
      kind: 'SeldonDeployment',
      namespace: 'ns',
      name: 'm',
      uid: 'uid-of-m',
      resourceVersion: undefined,
    });
  });

  it('that repeat are one Event', async () => {
    const { cluster, events, record } = sender();
    record('Updated', 'again');
    record('Updated', 'again');
    await events.flushed();
    assert.deepEqual(cluster.events(), ['Normal Updated x2: again']);
  });

  it('that repeat one which has gone are written anew, with the count so far', async () => {
    const { cluster, events, record } = sender();
    record('Updated', 'again');
    await events.flushed();
    for (const { metadata } of cluster.all(kinds.event)) cluster.remove(kinds.event, metadata.name);
    record('Updated', 'again');
    await events.flushed();
    assert.deepEqual(cluster.events(), ['Normal Updated x2: again']);
  });
});
