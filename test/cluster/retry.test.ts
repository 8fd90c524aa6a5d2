import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Outcome, retryDelayMs } from '../../src/cluster/retry.ts';

const busy = (status: number, retryAfterSeconds?: number): Outcome => ({ status, retryAfterSeconds });
const cases: [it: string, method: string, outcome: Outcome, attempt: number, delayMs: number | undefined][] = [
  ['a read that the server is too busy for, after the time it asks for', 'GET', busy(429, 7), 1, 7_000],
  ['a change too: the server has not taken it up', 'PATCH', busy(429, 1), 1, 1_000],
  ['not without a time', 'GET', busy(429), 1, undefined],
  ['a read while the server is not well, if it says for how long', 'GET', busy(503, 2), 1, 2_000],
  ['not otherwise', 'GET', busy(500), 1, undefined],
  ['no change then: it may have been made', 'DELETE', busy(503, 2), 1, undefined],
  ['a read after a lost connection, in a second', 'GET', { code: 'ECONNRESET' }, 1, 1_000],
  ['no change then', 'POST', { code: 'ECONNRESET' }, 1, undefined],
  ['nothing when nobody listens', 'GET', { code: 'ECONNREFUSED' }, 1, undefined],
  ['nothing that was refused for good', 'GET', busy(403, 1), 1, undefined],
  ['after a minute at most', 'GET', busy(429, 60), 1, 60_000],
  ['not for a server that asks for an hour', 'GET', busy(429, 3_600), 1, undefined],
  ['nor for a year, which no timer has', 'PATCH', busy(429, 31_536_000), 1, undefined],
  ['a tenth time', 'GET', busy(429, 1), 10, 1_000],
  ['but not for ever', 'GET', busy(429, 1), 11, undefined],
];

describe('tries again', () => {
  for (const [sentence, method, outcome, attempt, delayMs] of cases) {
    it(sentence, () => assert.equal(retryDelayMs(method, outcome, attempt), delayMs));
  }
});
