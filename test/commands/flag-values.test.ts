import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { goDuration, timeout, wholeNumber } from '../../src/commands/flag-values.ts';
import { BadInput } from '../../src/failures.ts';
import { parseGoDuration } from '../../src/go-duration.ts';

const durations: [text: string, milliseconds: number | undefined][] = [
  ['0', 0],
  ['+0', 0],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['1m30s', 90_000],
  ['1h2m3s4ms', 3_723_004],
  ['1.5m', 90_000],
  ['.5s', 500],
  ['1.s', 1_000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['250μs', 0.25],
  ['500ns', 0.0005],
  ['-1s', -1_000],
  ['+1s', 1_000],
  ['', undefined],
  ['5', undefined],
  ['.s', undefined],
  ['s', undefined],
  ['5 m', undefined],
  ['5M', undefined],
  ['1d', undefined],
  ['1m-30s', undefined],
  ['5m!', undefined],
  ['1e3s', undefined],
];

describe('a duration as Go writes them', () => {
  for (const [text, milliseconds] of durations) {
    const meaning = milliseconds === undefined ? 'none' : `${milliseconds} ms`;
    it(`"${text}" is ${meaning}`, () => assert.equal(parseGoDuration(text), milliseconds));
  }
});

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

describe('goDuration', () => {
  const cases: [milliseconds: number, text: string][] = [
    [0, '0s'],
    [300_000, '5m0s'],
    [90_000, '1m30s'],
    [3_600_000, '1h0m0s'],
    [-1_000, '-1s'],
    [1_500, '1.5s'],
    [250, '250ms'],
    [0.5, '500\u00b5s'],
  ];
  for (const [milliseconds, text] of cases) it(text, () => assert.equal(goDuration(milliseconds), text));
});
