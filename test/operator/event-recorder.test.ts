import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kinds } from '../../src/sandbox/operator/client.ts';
import { EventRecorder, type RecordedEvent } from '../../src/sandbox/operator/event-recorder.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { oneModel, seldonDeployment } from './seldon-deployment-yaml.ts';

function recorder() {
  const cluster = new FakeCluster();
  const clock = new FakeClock();
  const events = new EventRecorder(cluster, clock);
  const sdep = seldonDeployment(oneModel);
  const record = (reason: string, message: string) => events.record(sdep, 'Normal', reason, message);
  return { cluster, clock, events, record };
}

describe('Events of the operator', () => {
  it('are about the SeldonDeployment and come from seldon-controller-manager', async () => {
    const { cluster, events, record } = recorder();
    record('CreateService', 'Created Service "m-p"');
    await events.flushed();
    const [event] = cluster.all<RecordedEvent>(kinds.event);
    assert.match(event?.metadata.name ?? '', /^m\.[0-9a-f]{16}$/);
    assert.equal(event?.metadata.namespace, 'ns');
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

  it('a repeat raises count and lastTimestamp of the same Event', async () => {
    const { cluster, clock, events, record } = recorder();
    record('Updated', 'Updated SeldonDeployment "m"');
    clock.turn(60_000);
    record('Updated', 'Updated SeldonDeployment "m"');
    await events.flushed();
    const [event, ...others] = cluster.all<RecordedEvent>(kinds.event);
    assert.deepEqual(others, []);
    assert.equal(event?.count, 2);
    assert.equal(event?.firstTimestamp, '2026-01-01T00:00:00Z');
    assert.equal(event?.lastTimestamp, '2026-01-01T00:01:00Z');
  });

  it('a repeat of an Event that has gone is written anew, with the count so far', async () => {
    const { cluster, events, record } = recorder();
    record('Updated', 'again');
    await events.flushed();
    for (const { metadata } of cluster.all(kinds.event)) cluster.remove(kinds.event, metadata.name);
    record('Updated', 'again');
    await events.flushed();
    assert.deepEqual(cluster.events(), ['Normal Updated x2: again']);
  });

  it('an object gets 25 at once, whatever their reasons, then one each five minutes', async () => {
    const { cluster, clock, events, record } = recorder();
    for (let times = 0; times < 30; times++) record('Updated', 'again');
    record('CreateService', 'lost');
    await events.flushed();
    assert.deepEqual(cluster.events(), ['Normal Updated x25: again']);
    clock.turn(300_000);
    record('UpdateService', 'written');
    record('UpdateService', 'lost');
    await events.flushed();
    assert.deepEqual(cluster.events(), ['Normal Updated x25: again', 'Normal UpdateService x1: written']);
  });

  it('the count goes on while repeats are lost, and jumps with the next that is written', async () => {
    const { cluster, clock, events, record } = recorder();
    for (let times = 0; times < 30; times++) record('Updated', 'again');
    await events.flushed();
    clock.turn(300_000);
    record('Updated', 'again');
    await events.flushed();
    assert.deepEqual(cluster.events(), ['Normal Updated x31: again']);
  });

  it('the tenth message of one reason within ten minutes begins a combined Event', async () => {
    const { cluster, events, record } = recorder();
    for (let number = 1; number <= 11; number++) record('CreateService', `service ${number}`);
    await events.flushed();
    assert.equal(cluster.events().length, 10);
    assert.equal(cluster.events().at(-1), 'Normal CreateService x2: (combined from similar events): service 11');
  });
});
