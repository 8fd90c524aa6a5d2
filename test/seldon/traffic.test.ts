import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Predictor } from '../../src/seldon/seldon-deployment.ts';
import { planPromotion, planTraffic, trafficInWords } from '../../src/seldon/traffic.ts';

const of = (...predictors: Predictor[]) => ({ metadata: { name: 'm' }, spec: { predictors } });
const main = { name: 'main', traffic: 75 };
const canary = { name: 'canary', traffic: 25 };
const shadow = { name: 'probe', shadow: true };

const cases: { it: string; given: Predictor[]; weights: Record<string, number>; after: string }[] = [
  { it: 'changes two together', given: [main, canary], weights: { main: 90, canary: 10 }, after: 'main=90 canary=10' },
  {
    it: 'leaves one that is not named, where the sum is right',
    given: [
      { name: 'a', traffic: 50 },
      { name: 'b', traffic: 30 },
      { name: 'c', traffic: 20 },
    ],
    weights: { b: 10, c: 40 },
    after: 'a=50 b=10 c=40',
  },
  {
    it: 'counts a weight that is not set as 0',
    given: [main, { name: 'canary' }],
    weights: { main: 100 },
    after: 'main=100 canary=0',
  },
  {
    it: 'takes the only one for all of it',
    given: [{ name: 'main' }, shadow],
    weights: { main: 100 },
    after: 'main=100 probe=shadow',
  },
  {
    it: 'refuses less than 100',
    given: [main, canary],
    weights: { main: 10 },
    after: 'main=10 canary=25 add up to 35, not to 100',
  },
  {
    it: 'refuses 100 beside what the others have',
    given: [main, canary],
    weights: { main: 100 },
    after: 'main=100 canary=25 add up to 125, not to 100',
  },
  {
    it: 'refuses a name that every object has',
    given: [main, canary],
    weights: { constructor: 100 },
    after: 'there is no predictor "constructor"',
  },
  {
    it: 'refuses a weight for a shadow',
    given: [main, canary, shadow],
    weights: { probe: 0 },
    after: 'predictor "probe" is a shadow, which gets a copy of the traffic and has no weight',
  },
];

describe('planTraffic', () => {
  for (const { it: name, given, weights, after } of cases) {
    it(name, () => {
      const plan = planTraffic(of(...given), weights);
      assert.equal(plan.answer === 'change' ? trafficInWords(plan.spec) : plan.reason, after);
    });
  }
});

describe('planPromotion', () => {
  it('takes the traffic of all others, but no shadow', () => {
    const plan = planPromotion(of(main, canary, shadow), 'canary');
    assert.ok(plan.answer === 'change');
    assert.deepEqual(plan.spec.predictors, [{ ...main, traffic: 0 }, { ...canary, traffic: 100 }, shadow]);
    assert.deepEqual(plan.changes, [
      { predictor: 'main', from: 75, to: 0 },
      { predictor: 'canary', from: 25, to: 100 },
    ]);
  });

  it('changes nothing where it has all of it', () => {
    const plan = planPromotion(of({ name: 'only' }), 'only');
    assert.ok(plan.answer === 'change');
    assert.deepEqual([plan.changes, plan.spec.predictors], [[], [{ name: 'only' }]]);
  });
});
