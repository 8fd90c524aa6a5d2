import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { podStatus, readyContainers, restartsOf } from '../../../src/lifecycle/overview/pod-status.ts';

const pods: [status: string, pod: string][] = [
  ['Running', '{status: {phase: Running, containerStatuses: [{ready: true, state: {running: {}}}]}}'],
  ['Pending', '{status: {phase: Pending}}'],
  ['Pending', '{}'],
  ['Evicted', '{status: {phase: Failed, reason: Evicted}}'],
  [
    'ImagePullBackOff',
    '{status: {phase: Pending, containerStatuses: [{state: {running: {}}}, {state: {waiting: {reason: ImagePullBackOff}}}]}}',
  ],
  ['Error', '{status: {phase: Running, containerStatuses: [{state: {terminated: {reason: Error, exitCode: 1}}}]}}'],
  ['ExitCode:3', '{status: {phase: Running, containerStatuses: [{state: {terminated: {exitCode: 3}}}]}}'],
  [
    'Init:CrashLoopBackOff',
    '{status: {phase: Pending, initContainerStatuses: [{ready: false, state: {waiting: {reason: CrashLoopBackOff}}}]}}',
  ],
  [
    'Init:1/2',
    '{status: {initContainerStatuses: [{ready: true, state: {terminated: {exitCode: 0}}}, {ready: false, state: {running: {}}}]}}',
  ],
  ['Terminating', '{metadata: {deletionTimestamp: now}, status: {phase: Running}}'],
];

describe('A pod in one word', () => {
  for (const [status, pod] of pods) {
    it(`is ${status}: ${pod}`, () => assert.equal(podStatus({ metadata: { name: 'p' }, ...parse(pod) }), status));
  }

  const restarts: [what: string, pod: string, count: number, last?: string][] = [
    ['of none that has a status', '{}', 0],
    [
      'of all its containers, with the latest end of one',
      '{status: {containerStatuses: [{restartCount: 1, lastState: {terminated: {finishedAt: "2026-01-01T10:00:00Z"}}}, {restartCount: 2, lastState: {terminated: {finishedAt: "2026-01-01T11:00:00Z"}}}]}}',
      3,
      '2026-01-01T11:00:00Z',
    ],
    [
      'of its init containers while one of these is at it',
      '{status: {initContainerStatuses: [{restartCount: 4, ready: false, state: {waiting: {}}}], containerStatuses: [{restartCount: 0}]}}',
      4,
    ],
    [
      'not of init containers that have ended, but of sidecars',
      '{spec: {initContainers: [{name: load}, {name: side, restartPolicy: Always}]}, status: {initContainerStatuses: [{name: load, restartCount: 4, ready: true}, {name: side, restartCount: 1, ready: false}], containerStatuses: [{restartCount: 1}]}}',
      2,
    ],
  ];
  for (const [what, pod, count, last] of restarts) {
    it(`comes with the restarts ${what}`, () => {
      assert.deepEqual(restartsOf({ metadata: { name: 'p' }, ...parse(pod) }), { count, last });
    });
  }

  it('comes with its containers that are ready', () => {
    const pod = parse('{spec: {containers: [{name: a}, {name: b}]}, status: {containerStatuses: [{ready: true}]}}');
    assert.deepEqual(readyContainers(pod), { ready: 1, of: 2 });
  });
});
