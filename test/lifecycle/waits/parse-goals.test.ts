import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput } from '../../../src/failures.ts';
import { type Goal, parseGoals } from '../../../src/lifecycle/waits/goals.ts';

const path = '{.status.conditions[?(@.type=="Ready" || @.type!="x")].status}';

const understood: Record<string, Goal[]> = {
  available: [{ kind: 'available' }],
  failed: [{ kind: 'failed' }],
  deleted: [{ kind: 'deleted' }],
  delete: [{ kind: 'deleted' }],
  Delete: [{ kind: 'deleted' }],
  create: [{ kind: 'create' }],
  Create: [{ kind: 'create' }],
  'scaled=3': [{ kind: 'scaled', replicas: 3 }],
  'condition=Ready': [{ kind: 'condition', type: 'Ready', equals: true, status: 'True' }],
  'condition=Ready=false': [{ kind: 'condition', type: 'Ready', equals: true, status: 'false' }],
  'condition=Ready!=Unknown': [{ kind: 'condition', type: 'Ready', equals: false, status: 'Unknown' }],
  'jsonpath={.status.state}': [{ kind: 'jsonpath', path: '{.status.state}', equals: true, value: undefined }],
  'jsonpath={.status.state}=Available': [
    { kind: 'jsonpath', path: '{.status.state}', equals: true, value: 'Available' },
  ],
  "jsonpath='{.status.state}'='Available'": [
    { kind: 'jsonpath', path: '{.status.state}', equals: true, value: 'Available' },
  ],
  'jsonpath=.status.state!=Creating': [{ kind: 'jsonpath', path: '.status.state', equals: false, value: 'Creating' }],
  [`jsonpath=${path}=True`]: [{ kind: 'jsonpath', path, equals: true, value: 'True' }],
  'available||failed': [{ kind: 'available' }, { kind: 'failed' }],
  'available || scaled=2': [{ kind: 'available' }, { kind: 'scaled', replicas: 2 }],
};

const refused = [
  '',
  'ready',
  'create=',
  'created',
  'scaled',
  'scaled=',
  'scaled=two',
  'scaled=-1',
  'condition=',
  'jsonpath=',
  'available||',
];

describe('--for', () => {
  for (const [text, expected] of Object.entries(understood)) {
    it(`understands ${text}`, () => assert.deepEqual(parseGoals(text), expected));
  }
  for (const text of refused) {
    it(`refuses "${text}"`, () =>
      assert.throws(
        () => parseGoals(text),
        (error) => error instanceof BadInput && /^unrecognized condition: "/.test(error.message),
      ));
  }
});
