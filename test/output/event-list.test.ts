import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';
import { describedEvents, eventColumns, wideEventColumns } from '../../src/output/event-list.ts';
import { ages, timestamps } from '../../src/output/event-table.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

const event: KubernetesEvent = {
  metadata: { name: 'iris-x.18ea', namespace: 'team', uid: 'e' },
  involvedObject: { kind: 'Pod', name: 'iris-x', uid: 'p', fieldPath: 'spec.containers{classifier}' },
  type: 'Warning',
  reason: 'BackOff',
  message: ' Back-off pulling image\n',
  count: 3,
  firstTimestamp: '2026-01-01T11:30:00Z',
  lastTimestamp: '2026-01-01T11:40:00Z',
  source: { component: 'kubelet', host: 'node-0' },
};
const scheduled: KubernetesEvent = {
  metadata: { name: 'iris-x.18eb', namespace: 'team', uid: 'f' },
  involvedObject: { kind: 'Pod', name: 'iris-x', uid: 'p' },
  type: 'Normal',
  reason: 'Scheduled',
  message: 'Successfully assigned',
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: '2026-01-01T11:59:30.123456Z',
  source: {},
  reportingComponent: 'default-scheduler',
  reportingInstance: 'default-scheduler-0',
};

describe('the columns of events', () => {
  it('are those of kubectl events', () => {
    const row = ['20m (x3 over 30m)', 'Warning', 'BackOff', 'Pod/iris-x', 'Back-off pulling image'];
    assert.deepEqual(eventColumns.row(event, ages(now)), row);
  });

  it('have absolute times where ages would not stay true', () => {
    assert.equal(eventColumns.row(event, timestamps)[0], '2026-01-01T11:40:00Z (x3 since 2026-01-01T11:30:00Z)');
    assert.equal(eventColumns.row(scheduled, timestamps)[0], '2026-01-01T11:59:30Z');
  });

  it('say of a warning that it is harmless, as a run does', () => {
    const conflict = { ...event, reason: 'UpdateFailed', message: 'the object has been modified' };
    const remark = 'the object has been modified (harmless: the operator tries again)';
    assert.equal(eventColumns.row(conflict, ages(now))[4], remark);
  });

  it('are those of kubectl get events -o wide', () => {
    const row =
      '20m|Warning|BackOff|pod/iris-x|spec.containers{classifier}|kubelet, node-0|Back-off pulling image|30m|3';
    assert.deepEqual(wideEventColumns.row(event, ages(now)), [...row.split('|'), 'iris-x.18ea']);
  });

  it('name who reported an event of the newer API', () => {
    const row = '29s|Normal|Scheduled|pod/iris-x||default-scheduler, default-scheduler-0|Successfully assigned|29s|1';
    assert.deepEqual(wideEventColumns.row(scheduled, ages(now)), [...row.split('|'), 'iris-x.18eb']);
  });

  it('have their control characters escaped', () => {
    const evil = { ...event, message: 'a\u001b[2Jb', reason: 'R\rx' };
    assert.equal(eventColumns.row(evil, ages(now))[4], 'a^[[2Jb');
    assert.equal(wideEventColumns.row(evil, ages(now))[2], 'R\\rx');
  });
});

describe('the events of kubectl describe', () => {
  it('are a table of their own kind', () => {
    assert.deepEqual(describedEvents([scheduled, event], ages(now)), [
      'Events:',
      '  Type     Reason     Age                From               Message',
      '  ----     ------     ----               ----               -------',
      '  Normal   Scheduled  29s                default-scheduler  Successfully assigned',
      '  Warning  BackOff    20m (x3 over 30m)  kubelet            spec.containers{classifier}: Back-off pulling image',
    ]);
  });

  it('may be none', () => assert.deepEqual(describedEvents([], ages(now)), ['Events:  <none>']));
});
