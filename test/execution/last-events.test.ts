import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasLastEvents, LateEvents } from '../../src/execution/last-events.ts';
import type { Pod } from '../../src/kubernetes/objects.ts';
import type { Outcome } from '../../src/progress/progress.ts';
import { FakeClock } from '../fake-clock.ts';

describe('The last Events of a deployment', () => {
  const cases: [outcome: Outcome, stands: boolean, waitedFor: boolean][] = [
    ['succeeded', false, true],
    ['succeeded', true, true],
    ['failed', true, false],
    ['timed-out', true, false],
    // It failed while it was deleted, or was cleaned up.
    ['failed', false, true],
    ['interrupted', true, false],
    ['interrupted', false, false],
  ];
  for (const [outcome, stands, waitedFor] of cases) {
    it(`are ${waitedFor ? '' : 'not '}waited for where it has ${outcome} and ${stands ? 'stands' : 'is gone'}`, () => {
      assert.equal(hasLastEvents(outcome, stands), waitedFor);
    });
  }

  const pod = (uid: string, running: boolean): Pod => ({
    metadata: { name: uid, uid },
    status: {
      containerStatuses: [
        { name: 'model', ready: false, restartCount: 0, state: running ? { running: {} } : { waiting: {} } },
      ],
    },
  });
  const event = (reason: string, uid: string) => ({
    reason,
    object: { kind: 'Pod', namespace: 'default', name: uid, uid },
  });
  const lives: [what: string, live: (late: LateEvents) => void, quietMs: number][] = [
    ['a pod that ran is gone, and nobody has said that it was stopped', (late) => late.seePods([pod('a', true)]), 250],
    [
      'the kubelet has said that it stopped all that ran',
      (late) => {
        late.seePods([pod('a', true), pod('b', false)]);
        late.seeEvent(event('Killing', 'a'));
      },
      50,
    ],
    [
      'one of two was stopped',
      (late) => {
        late.seePods([pod('a', true), pod('b', true)]);
        late.seeEvent(event('Killing', 'b'));
      },
      250,
    ],
    ['no container ever ran', (late) => late.seePods([pod('a', false)]), 50],
  ];
  for (const [what, live, quietMs] of lives) {
    it(`are waited for ${quietMs} ms after the last sign of life where ${what}`, () => {
      const clock = new FakeClock();
      const late = new LateEvents(clock);
      live(late);
      late.seePods([]);
      assert.equal(late.until - clock.now(), quietMs);
    });
  }
});
