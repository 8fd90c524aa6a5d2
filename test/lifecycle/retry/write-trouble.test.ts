import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiFailure, CredentialsMissing, Unreachable } from '../../../src/cluster/api-failure.ts';
import { type WriteTrouble, writeTrouble } from '../../../src/lifecycle/retry/write-trouble.ts';

const lost = (code: string) => new Unreachable('https://server', Object.assign(new Error(code), { code }));
const answered = (status: number, message = '', retryAfter?: string) =>
  new ApiFailure(status, JSON.stringify({ kind: 'Status', message }), retryAfter);
const done = { unsure: true, askedMs: 0 };
const notDone = { unsure: false, askedMs: 0 };

const cases: [it: string, error: unknown, tries: number, trouble: WriteTrouble | undefined][] = [
  ['nobody listened: it was not made', lost('ECONNREFUSED'), 1, notDone],
  ['the name was not found: it was not made', lost('EAI_AGAIN'), 1, notDone],
  ['the connection was lost: it may have been made', lost('ECONNRESET'), 1, done],
  ['no answer in time: it may have been made', lost('TimeoutError'), 1, done],
  ['half an answer: it may have been made', lost('CUT_SHORT'), 1, done],
  ['a certificate that is not trusted stays so', lost('DEPTH_ZERO_SELF_SIGNED_CERT'), 1, undefined],
  ['nobody to be', new CredentialsMissing('https://server', new Error('no token')), 1, undefined],
  ['too many requests: it was not looked at', answered(429, '', '2'), 1, { unsure: false, askedMs: 2_000 }],
  ['a server that is going down', answered(503, '', '1'), 1, { unsure: true, askedMs: 1_000 }],
  ['a gateway without a server', answered(502), 20, done],
  ['a time that was up', answered(504), 1, done],
  ['a database that is away', answered(500, 'etcdserver: request timed out'), 4, done],
  ['a server that keeps failing', answered(500, 'etcdserver: request timed out'), 5, undefined],
  ['a webhook that is away', answered(500, 'failed calling webhook "a.b": no route'), 1, undefined],
  [
    'an object that does not fit',
    answered(500, 'failed to create typed patch object (x): .spec.y: field not declared in schema'),
    1,
    undefined,
  ],
  ['a refusal', answered(403), 1, undefined],
  ['a login that has ended', answered(401), 1, undefined],
  ['a conflict', answered(409), 1, undefined],
  ['a bug', new TypeError('x is not a function'), 1, undefined],
];

describe('Another try after a write that failed with', () => {
  for (const [sentence, error, tries, trouble] of cases) {
    it(`${sentence}: ${trouble ? 'yes' : 'no'}`, () => assert.deepEqual(writeTrouble(error, tries), trouble));
  }
});
