import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventRecorder, type RecordedEvent } from '../../src/sandbox/event-recorder.ts';
import { FakeClock } from '../fake-clock.ts';

const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'm', namespace: 'ns', uid: 'uid-of-m' } };

function recorder() {
  const clock = new FakeClock();
  const sent: RecordedEvent[] = [];
  const events = new EventRecorder(clock, { component: 'kubelet', host: 'node-0' }, (event) => sent.push(event));
  const record = (reason: string, message: string) => events.record(object, { type: 'Normal', reason, message });
  /** Of each Event what was sent last, in the order of their names. */
  const lines = () => {
    const last = new Map(sent.map((event) => [event.metadata.name, event]));
    return [...last.values()].map(({ type, reason, message, count }) => `${type} ${reason} x${count}: ${message}`);
  };
  return { clock, sent, record, lines };
}

describe('An event recorder', () => {
  it('names an Event after its object and the time, and says what it is about and where it comes from', () => {
    const { sent, record } = recorder();
    record('Started', 'Started container');
    const [event] = sent;
    assert.match(event?.metadata.name ?? '', /^m\.[0-9a-f]{16}$/);
    assert.equal(event?.metadata.namespace, 'ns');
    assert.deepEqual(event?.source, { component: 'kubelet', host: 'node-0' });
    const { apiVersion, kind, metadata } = object;
    assert.deepEqual(event?.involvedObject, { apiVersion, kind, ...metadata, resourceVersion: undefined });
  });

  it('raises count and lastTimestamp of the same Event at a repeat', () => {
    const { sent, clock, record } = recorder();
    record('Updated', 'again');
    clock.turn(60_000);
    record('Updated', 'again');
    assert.equal(new Set(sent.map(({ metadata }) => metadata.name)).size, 1);
    const event = sent.at(-1);
    assert.equal(event?.count, 2);
    assert.equal(event?.firstTimestamp, '2026-01-01T00:00:00Z');
    assert.equal(event?.lastTimestamp, '2026-01-01T00:01:00Z');
  });

  it('lets an object have 25 at once, whatever their reasons, then one each five minutes', () => {
    const { clock, record, lines } = recorder();
    for (let times = 0; times < 30; times++) record('Updated', 'again');
    record('CreateService', 'lost');
    assert.deepEqual(lines(), ['Normal Updated x25: again']);
    clock.turn(300_000);
    record('UpdateService', 'written');
    record('UpdateService', 'lost');
    assert.deepEqual(lines(), ['Normal Updated x25: again', 'Normal UpdateService x1: written']);
  });

  it('counts on while repeats are lost, so that the count jumps with the next that is written', () => {
    const { clock, record, lines } = recorder();
    for (let times = 0; times < 30; times++) record('Updated', 'again');
    clock.turn(300_000);
    record('Updated', 'again');
    assert.deepEqual(lines(), ['Normal Updated x31: again']);
  });

  it('begins a combined Event with the tenth message of one reason within ten minutes', () => {
    const { record, lines } = recorder();
    for (let number = 1; number <= 11; number++) record('CreateService', `service ${number}`);
    assert.equal(lines().length, 10);
    assert.equal(lines().at(-1), 'Normal CreateService x2: (combined from similar events): service 11');
  });
});
