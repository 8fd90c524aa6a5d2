import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exitCodes, Failure } from '../../../src/failures.ts';
import type { StepDeps } from '../../../src/lifecycle/step.ts';
import type { StepProgress } from '../../../src/lifecycle/step-progress.ts';
import { waiting } from '../../../src/lifecycle/waits/answer.ts';
import { takeWait } from '../../../src/lifecycle/waits/take-wait.ts';
import { FakeClock } from '../../fake-clock.ts';

const steps = {
  deployment: { name: 'iris', namespace: 'ns' },
  take: async (_: string, work: () => Promise<unknown>) => await work(),
  waiting: () => {},
  warn: () => {},
} as unknown as StepProgress;

/** Of a cluster whose watches never list anything. */
function depsOf(clock: FakeClock): StepDeps {
  const cache = {
    clock,
    unsyncedKinds: ['pods'],
    staleKinds: [],
    lostKinds: [],
    listedKinds: [],
    get: () => undefined,
    isGone: () => false,
    ownedBy: () => ({ deployments: [], replicaSets: [], pods: [] }),
    ofKind: () => [],
    onChange: () => () => {},
  };
  const events = { of: () => [], warnings: [], onSeen: () => () => {}, hasSeen: () => false };
  return {
    cache,
    events,
    clock,
    signal: new AbortController().signal,
    timeoutMs: 5_000,
    deadline: Number.POSITIVE_INFINITY,
    failGraceMs: 10_000,
  } as unknown as StepDeps;
}

describe('A wait', () => {
  for (const unchanged of [false, true]) {
    it(`ends on time where nothing is ever listed, ${unchanged ? 'after an apply that changed nothing' : 'after a change'}`, async () => {
      const clock = new FakeClock();
      const asked = { step: 'wait-available', uid: 'u', goal: 'available', desired: undefined, unchanged } as const;
      let hasEnded = false;
      const wait = takeWait({ ...asked, question: () => waiting('the API server') }, steps, depsOf(clock));
      const end = assert.rejects(wait, (error) => {
        hasEnded = true;
        return error instanceof Failure && error.exitCode === exitCodes.timedOut;
      });
      await clock.advance(4_999);
      assert.ok(!hasEnded);
      await clock.advance(1);
      assert.ok(hasEnded);
      await end;
    });
  }
});
