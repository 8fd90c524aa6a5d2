import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseQuantity, quantityText, sumOf } from '../../src/sandbox/api-server/quantity.ts';

const written = (text: unknown) => {
  const quantity = parseQuantity(text);
  return quantity && quantityText(quantity);
};

describe('An amount of a resource', () => {
  for (const [given, shown] of [
    ['0.5', '500m'],
    ['2', '2'],
    [2, '2'],
    ['1000', '1k'],
    ['1e9', '1e9'],
    ['100e-3', '100e-3'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['100n', '1m'],
    ['-1', '-1'],
    ['0', '0'],
    ['1 GB', undefined],
    ['', undefined],
    ['ten', undefined],
  ] as const) {
    it(`that is given as ${JSON.stringify(given)} is written ${shown ?? 'nowhere, since it is none'}`, () => {
      assert.equal(written(given), shown);
    });
  }

  it('is added to others', () => {
    const all = ['500m', '1'].flatMap((one) => parseQuantity(one) ?? []);
    assert.equal(quantityText(sumOf(all)), '1500m');
  });
});
