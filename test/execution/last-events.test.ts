import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasLastEvents } from '../../src/execution/last-events.ts';
import type { Outcome } from '../../src/progress/progress.ts';

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
});
