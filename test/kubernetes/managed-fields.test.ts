import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCreatedBy } from '../../src/kubernetes/managed-fields.ts';

const since = Date.parse('2026-01-01T12:00:00.700Z');
const ours = { manager: 'us', operation: 'Apply' };
const cases: [it: string, created: string, managedFields: object[], answer: boolean][] = [
  ['made in the same second', '2026-01-01T12:00:00Z', [ours], true],
  ['made later, and its status written by the operator', '2026-01-01T12:00:09Z', [ours, { manager: 'op' }], true],
  ['there before, and applied by us then', '2026-01-01T11:59:58Z', [ours], false],
  ['made by somebody else', '2026-01-01T12:00:01Z', [{ manager: 'them', operation: 'Apply' }], false],
  ['only its status written by us', '2026-01-01T12:00:01Z', [{ ...ours, subresource: 'status' }], false],
  ['without a word of who has written it', '2026-01-01T12:00:01Z', [], false],
];

describe('An object was made by our write without an answer', () => {
  for (const [sentence, creationTimestamp, managedFields, answer] of cases) {
    it(`if ${sentence}: ${answer ? 'yes' : 'no'}`, () => {
      assert.equal(isCreatedBy({ metadata: { name: 'm', creationTimestamp, managedFields } }, 'us', since), answer);
    });
  }
});
