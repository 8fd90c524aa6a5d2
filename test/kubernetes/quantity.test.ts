import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseQuantity, writtenQuantity } from '../../src/kubernetes/quantity.ts';

const same: [written: string | number, as: string, resource?: string][] = [
  ['0.5', '500m'],
  ['500m', '500m'],
  [2, '2'],
  ['2000m', '2'],
  ['.25', '250m'],
  ['1.', '1'],
  ['1e3', '1000'],
  ['1E', '1000000000000000000'],
  ['1.5Gi', '1536Mi', 'memory'],
  ['512Mi', '512Mi', 'requests.memory'],
  ['1024Mi', '1Gi', 'limits.memory'],
  ['1G', '1000000000', 'memory'],
  ['100', '100', 'memory'],
  ['0', '0', 'memory'],
  ['-1', '-1'],
  ['1n', '1n'],
  ['0.1n', '1n'],
];

describe('Quantities', () => {
  for (const [written, as, resource = 'cpu'] of same) {
    it(`has ${written} of ${resource} as ${as}`, () => {
      const amount = parseQuantity(written);
      assert.ok(amount !== undefined);
      assert.equal(writtenQuantity(amount, resource), as);
    });
  }

  it('adds up without loss', () => {
    const tenth = parseQuantity('0.1') ?? 0n;
    assert.equal(tenth + tenth + tenth, parseQuantity('300m'));
  });

  for (const wrong of ['', 'Gi', '1 Gi', '1g', '1e', '0x1', 'a lot', null, {}, '1'.repeat(50), '1e9999']) {
    it(`takes ${JSON.stringify(wrong)} for none`, () => assert.equal(parseQuantity(wrong), undefined));
  }
});
