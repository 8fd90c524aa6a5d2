import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCreatedBy, isUnchanged } from '../../src/kubernetes/managed-fields.ts';

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

const at = (time: string, more: object = {}) => ({ ...ours, time, ...more });
const applies: [it: string, managedFields: object[], answer: boolean][] = [
  ['our fields are of an earlier apply', [at('2026-01-01T11:59:50Z')], true],
  ['our fields are of this second', [at('2026-01-01T12:00:00Z')], false],
  ['they may be of this apply, by a clock that is a second off', [at('2026-01-01T11:59:59Z')], false],
  ['only the fields of somebody else are old', [at('2026-01-01T11:59:50Z', { manager: 'them' })], false],
  ['only what we have changed otherwise is old', [at('2026-01-01T11:59:50Z', { operation: 'Update' })], false],
  ['only our status is old', [at('2026-01-01T11:59:50Z', { subresource: 'status' })], false],
  ['we have no fields of it', [], false],
  ['nobody says when', [ours], false],
];

describe('An apply of ours has changed nothing', () => {
  for (const [sentence, managedFields, answer] of applies) {
    it(`if ${sentence}: ${answer ? 'yes' : 'no'}`, () => {
      assert.equal(isUnchanged({ metadata: { name: 'm', managedFields } }, 'us', since), answer);
    });
  }
});
