import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure, Unreachable } from '../../../src/cluster/api-failure.ts';
import { applyNew } from '../../../src/lifecycle/apply/apply-new.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';
import { model } from '../../behaviour/models.ts';
import { FakeClock } from '../../fake-clock.ts';

const lost = new Unreachable('https://server', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
const taken = new ApiFailure(409, '{"kind":"Status","reason":"Conflict","message":"the object has been modified"}');
const at = Date.parse('2026-01-01T00:00:00Z');

function live(manager: string): SeldonDeployment {
  const { metadata, ...rest } = model({ namespace: 'ns' }) as SeldonDeployment;
  const managedFields = [{ manager, operation: 'Apply' }];
  return { ...rest, metadata: { ...metadata, uid: 'u', creationTimestamp: '2026-01-01T00:00:01Z', managedFields } };
}

const OURS = live('kubectl-seldon-lifecycle');
const THEIRS = live('somebody-else');
type Answer = Error | 'made';

/**
 * What each try is answered, what each look finds, how it ends, and how many tries it took.
 */
const cases: [what: string, answers: Answer[], looks: (SeldonDeployment | undefined)[], end: unknown, tries: number][] =
  [
    ['is made at once', ['made'], [], 'u', 1],
    ['was made by a try of which no answer came', [lost], [OURS], 'u', 1],
    ['was not made by it, and is sent again', [lost, 'made'], [undefined], 'u', 2],
    ['was made by it after all, which only the next try shows', [lost, taken], [undefined, OURS], 'u', 2],
    ['is somebody else’s, whom no answer was lost', [taken], [], taken, 1],
    ['is somebody else’s, although an answer was lost', [lost, taken], [THEIRS, THEIRS], taken, 2],
  ];

describe('A deployment that is new', () => {
  for (const [what, answers, looks, end, expectedTries] of cases) {
    it(what, async () => {
      const clock = new FakeClock(at);
      const told: string[] = [];
      let tries = 0;
      const cluster = {
        serverClock: { now: () => at },
        apply: async () => {
          const answer = answers[tries++];
          if (answer instanceof Error) throw answer;
          return { deployment: OURS, created: true };
        },
        read: async () => {
          assert.ok(looks.length > 0, 'one look too many');
          return looks.shift();
        },
      };
      const repeating = {
        clock,
        signal: new AbortController().signal,
        withinMs: 60_000,
        tell: (_: string, message: string) => told.push(message),
      };
      const result = applyNew(model({ namespace: 'ns' }), {}, repeating, { cluster, follow: () => {} }).then(
        ({ deployment, created }) => (created ? deployment.metadata.uid : 'changed'),
        (error: unknown) => error,
      );
      await clock.advance(60_000);
      assert.equal(await result, end);
      assert.deepEqual([tries, looks.length], [expectedTries, 0]);
      assert.ok(!told.some((message) => message.includes('may exist nevertheless')), told.join('\n'));
    });
  }
});
