import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { age, duration } from '../../src/text/age.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

// The cases of k8s.io/apimachinery/pkg/util/duration/duration_test.go, and those at the edges between them.
const ages: [name: string, milliseconds: number, expected: string][] = [
  ['two seconds before now are no clock skew any more', -2 * SECOND, '<invalid>'],
  ['less than two seconds before now are clock skew', -1_999, '0s'],
  ['nothing is 0s', 0, '0s'],
  ['less than a second is 0s', 999, '0s'],
  ['seconds are cut off, not rounded', 1_999, '1s'],
  ['seconds alone up to two minutes', 2 * MINUTE - 1, '119s'],
  ['two minutes have no seconds when there are none', 2 * MINUTE, '2m'],
  ['minutes with seconds up to ten minutes', 10 * MINUTE - 1, '9m59s'],
  ['minutes alone from ten minutes', 10 * MINUTE, '10m'],
  ['minutes alone up to three hours', 3 * HOUR - 1, '179m'],
  ['three hours have no minutes when there are none', 3 * HOUR + 30 * SECOND, '3h'],
  ['hours with minutes up to eight hours', 8 * HOUR - 1, '7h59m'],
  ['hours alone from eight hours', 8 * HOUR + 59 * MINUTE, '8h'],
  ['hours alone up to two days', 2 * DAY - 1, '47h'],
  ['two days have no hours when there are none', 2 * DAY + 59 * MINUTE, '2d'],
  ['days with hours up to eight days', 8 * DAY - 1, '7d23h'],
  ['days alone from eight days', 8 * DAY + 23 * HOUR, '8d'],
  ['days alone up to two years', 2 * YEAR - 1, '729d'],
  ['two years have no days when there are none', 2 * YEAR + 23 * HOUR, '2y'],
  ['years with days up to eight years', 8 * YEAR - 1, '7y364d'],
  ['years alone from eight years', 8 * YEAR + 300 * DAY, '8y'],
];

describe('age', () => {
  for (const [name, milliseconds, expected] of ages) {
    it(name, () => assert.equal(age(milliseconds), expected));
  }
});

const durations: [name: string, milliseconds: number, expected: string][] = [
  ['nothing took 0ms', 0, '0ms'],
  ['up to a second in milliseconds', 999, '999ms'],
  ['up to a minute in tenths of a second', 1_200, '1.2s'],
  ['tenths are cut off like the parts of an age, so that a minute never shows as 60.0s', 59_999, '59.9s'],
  ['from a minute on as an age', 60_000, '60s'],
  ['long ones as an age too', 150_000, '2m30s'],
];

describe('duration', () => {
  for (const [name, milliseconds, expected] of durations) {
    it(name, () => assert.equal(duration(milliseconds), expected));
  }
});
