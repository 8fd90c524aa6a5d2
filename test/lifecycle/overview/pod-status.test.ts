import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { podStatus, readyContainers } from '../../../src/lifecycle/overview/pod-status.ts';

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

  it('comes with its containers that are ready', () => {
    const pod = parse('{spec: {containers: [{name: a}, {name: b}]}, status: {containerStatuses: [{ready: true}]}}');
    assert.deepEqual(readyContainers(pod), { ready: 1, of: 2 });
  });
});
