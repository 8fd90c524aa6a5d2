import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isBenign } from '../../src/events/reported-event.ts';

const conflict =
  'Operation cannot be fulfilled on seldondeployments.machinelearning.seldon.io "iris": the object has been modified; please apply your changes to the latest version and try again';

const cases: [name: string, type: string, reason: string, message: string, benign: boolean][] = [
  ['a conflict in a reconciliation mends itself', 'Warning', 'InternalError', conflict, true],
  ['a conflict of the status mends itself', 'Warning', 'UpdateFailed', `Failed to update status: ${conflict}`, true],
  ['any other error of the operator may not', 'Warning', 'InternalError', 'exceeded quota', false],
  ['the same words from somebody else may not', 'Warning', 'FailedCreate', conflict, false],
  ['what is no Warning needs no excuse', 'Normal', 'InternalError', conflict, false],
];

describe('A benign Warning:', () => {
  for (const [name, type, reason, message, benign] of cases) {
    it(name, () => assert.equal(isBenign({ type, reason, message }), benign));
  }
});
