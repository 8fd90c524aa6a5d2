import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { reportedEvent } from '../../src/events/reported-event.ts';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';

/** As the kubelet writes them: core/v1, with count and timestamps. */
const core = `
metadata: {name: iris-abc.17f, namespace: default, uid: event-1, creationTimestamp: "2026-01-01T00:00:09Z"}
involvedObject: {apiVersion: v1, kind: Pod, namespace: default, name: iris-abc, uid: pod-1, fieldPath: "spec.containers{c}"}
type: Normal
reason: Pulled
message: "Container image already present on machine\\n"
count: 3
firstTimestamp: "2026-01-01T00:00:00Z"
lastTimestamp: "2026-01-01T00:00:08Z"
eventTime: null
source: {component: kubelet, host: node-1}
reportingComponent: kubelet
`;

/** As the scheduler writes them: events.k8s.io/v1, read as core/v1. */
const newer = `
metadata: {name: iris-abc.18a, namespace: default, uid: event-2, creationTimestamp: "2026-01-01T00:00:01Z"}
involvedObject: {apiVersion: v1, kind: Pod, namespace: default, name: iris-abc, uid: pod-1}
type: Warning
reason: FailedScheduling
message: no nodes available
firstTimestamp: null
lastTimestamp: null
eventTime: "2026-01-01T00:00:01.123456Z"
source: {}
reportingComponent: default-scheduler
`;

describe('one form for both kinds of events', () => {
  it('reads a core/v1 event', () => {
    assert.deepEqual(reportedEvent(eventOf(core)), {
      uid: 'event-1',
      type: 'Normal',
      reason: 'Pulled',
      message: 'Container image already present on machine',
      count: 3,
      firstTime: Date.parse('2026-01-01T00:00:00Z'),
      lastTime: Date.parse('2026-01-01T00:00:08Z'),
      source: 'kubelet',
      object: { kind: 'Pod', namespace: 'default', name: 'iris-abc', uid: 'pod-1' },
      container: 'c',
    });
  });

  it('reads an events.k8s.io event that was not repeated', () => {
    const { count, firstTime, lastTime, source } = reportedEvent(eventOf(newer));
    const time = Date.parse('2026-01-01T00:00:01.123Z');
    assert.deepEqual([count, firstTime, lastTime, source], [1, time, time, 'default-scheduler']);
  });

  it('reads the series of one that was repeated', () => {
    const series = '\nseries: {count: 5, lastObservedTime: "2026-01-01T00:00:31.500000Z"}';
    const { count, firstTime, lastTime } = reportedEvent(eventOf(newer + series));
    assert.deepEqual(
      [count, firstTime, lastTime],
      [5, Date.parse('2026-01-01T00:00:01.123Z'), Date.parse('2026-01-01T00:00:31.500Z')],
    );
  });

  it('takes the creation time when the event has no other', () => {
    const bare = 'metadata: {name: e, uid: e, creationTimestamp: "2026-01-01T00:00:00Z"}\ninvolvedObject: {}';
    const { firstTime, lastTime } = reportedEvent(eventOf(bare));
    const created = Date.parse('2026-01-01T00:00:00Z');
    assert.deepEqual([firstTime, lastTime], [created, created]);
  });

  it('leaves empty or unknown what an event does not say', () => {
    assert.deepEqual(reportedEvent(eventOf('metadata: {name: e}\ninvolvedObject: {}')), {
      uid: '',
      type: '',
      reason: '',
      message: '',
      count: 1,
      firstTime: undefined,
      lastTime: undefined,
      source: '',
      object: { kind: '', namespace: '', name: '', uid: '' },
    });
  });
});

function eventOf(yaml: string): KubernetesEvent {
  return parse(yaml);
}
