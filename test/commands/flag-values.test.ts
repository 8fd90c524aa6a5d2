import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { timeout, wholeNumber } from '../../src/commands/flag-values.ts';
import { BadInput } from '../../src/failures.ts';

describe('--timeout', () => {
  const week = 7 * 24 * 3_600_000;

  it('is a duration', () => assert.equal(timeout('--timeout', '1m30s'), 90_000));
  it('is at once when it is 0', () => assert.equal(timeout('--timeout', '0'), 0));
  it('is a week when it is negative, as in kubectl', () => assert.equal(timeout('--timeout', '-1s'), week));
  it('is a week at most, which timers can still count', () => assert.equal(timeout('--timeout', '10000h'), week));

  it('is refused when it is no duration, with examples', () => {
    assert.throws(() => timeout('--timeout', '5'), {
      constructor: BadInput,
      message: 'invalid argument "5" for "--timeout": expected a duration such as 90s, 5m or 1m30s',
    });
  });
});

describe('--replicas', () => {
  it('is a whole number', () => assert.equal(wholeNumber('--replicas', '12'), 12));
  it('may be 0', () => assert.equal(wholeNumber('--replicas', '0'), 0));
  it('may be as large as the API server takes', () => {
    assert.equal(wholeNumber('--replicas', '2147483647'), 2_147_483_647);
  });

  for (const text of ['', '-1', '1.5', '2x', '0x2', '1e3', ' 2', '2147483648', '٣']) {
    it(`is refused when it is "${text}"`, () => {
      assert.throws(() => wholeNumber('--replicas', text), {
        constructor: BadInput,
        message: `invalid argument "${text}" for "--replicas": expected a whole number from 0 to 2147483647`,
      });
    });
  }
});
