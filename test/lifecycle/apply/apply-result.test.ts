import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyResult } from '../../../src/lifecycle/apply/apply-result.ts';
import type { ApplyResult } from '../../../src/progress/progress.ts';

const before = { metadata: { name: 'iris', resourceVersion: '10', generation: 1, labels: { team: 'a' } } };

const cases: [name: string, result: ApplyResult, created: boolean, after: object][] = [
  ['made it', 'created', true, {}],
  ['changed nothing at all', 'unchanged', false, {}],
  ['changed nothing while the operator wrote its status', 'unchanged', false, { resourceVersion: '12' }],
  ['would change the spec, in a dry run', 'configured', false, { generation: 2 }],
  ['would change a label, in a dry run', 'configured', false, { labels: { team: 'b' } }],
  ['changed the spec', 'configured', false, { resourceVersion: '12', generation: 2 }],
  ['changed a label only', 'configured', false, { resourceVersion: '12', labels: { team: 'b' } }],
  ['added an annotation only', 'configured', false, { resourceVersion: '12', annotations: { a: 'b' } }],
];

describe('an apply', () => {
  for (const [name, result, created, after] of cases) {
    it(`that ${name} is ${result}`, () => {
      const deployment = { metadata: { ...before.metadata, ...after } };
      assert.equal(applyResult({ created, deployment }, before), result);
    });
  }
});
