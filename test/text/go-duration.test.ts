import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { goDuration, parseGoDuration } from '../../src/text/go-duration.ts';

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
