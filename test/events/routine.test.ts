import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRoutine } from '../../src/events/routine.ts';
import type { Pod } from '../../src/kubernetes/objects.ts';
import type { ReportedEvent } from '../../src/progress/progress.ts';

const event = (reason: string, message = '', kind = 'Pod', second = 0): ReportedEvent => ({
  uid: 'e',
  type: 'Warning',
  reason,
  message,
  count: 1,
  firstTime: undefined,
  lastTime: Date.parse('2026-01-01T00:00:00Z') + second * 1_000,
  source: '',
  object: { kind, namespace: 'ns', name: 'p', uid: 'u' },
});

const pod = (ready: string, deleted = false): Pod => ({
  metadata: { name: 'p', ...(deleted && { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
  status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-01-01T00:00:30Z' }] },
});

const readiness = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
const cases: [name: string, event: ReportedEvent, pod: Pod | undefined, routine: boolean][] = [
  ['the operator has written its status', event('Updated', '', 'SeldonDeployment'), undefined, true],
  ['a probe failed before the pod was ready', event('Unhealthy', readiness, 'Pod', 20), pod('True'), true],
  ['a probe fails of a pod that has been ready', event('Unhealthy', readiness, 'Pod', 60), pod('True'), false],
  ['a probe fails of a pod that is not ready yet', event('Unhealthy', readiness), pod('False'), false],
  ['a probe fails while the pod is being ended', event('Unhealthy', readiness), pod('False', true), true],
  ['a probe fails of a pod that is gone', event('Unhealthy', readiness), undefined, true],
  ['a liveness probe fails', event('Unhealthy', 'Liveness probe failed: 500', 'Pod', 20), pod('True'), false],
  ['a container crashes', event('BackOff', 'Back-off restarting failed container'), pod('False'), false],
  ['a volume cannot be mounted', event('FailedMount', 'not found'), undefined, false],
];

describe('Of the usual course is it that', () => {
  for (const [name, one, of, routine] of cases) {
    it(`${name}: ${routine}`, () =>
      assert.equal(
        isRoutine(one, () => of),
        routine,
      ));
  }
});
