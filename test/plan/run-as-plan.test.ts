import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allSteps, type Plan } from '../../src/execution/plan.ts';
import { toPlan } from '../../src/plan/plan.ts';
import { type RunSettings, runAsPlan, runAsPlanFile } from '../../src/plan/run-as-plan.ts';
import { planOf } from './plan-file.ts';

const settings: RunSettings = {
  filename: ['model.yaml'],
  recursive: false,
  scale: { replicas: 2 },
  hold: undefined,
  cleanup: 'on-success',
  cascade: 'foreground',
};
const told = (plan: Plan) =>
  allSteps(plan).map(({ step }) => ({ word: step.word, names: step.names, told: step.told }));
const words = (more: Partial<RunSettings>) => {
  const plan = toPlan(runAsPlan({ ...settings, ...more }));
  return [plan.steps, plan.lastly].map((steps) => steps.map(({ step }) => step.word).join(' '));
};

describe('The built-in plan', () => {
  it('is printed as it is carried out', async () => {
    const { plan } = await planOf(runAsPlanFile(), { set: ['filename=model.yaml'] });
    assert.deepEqual(told(plan), told(toPlan(runAsPlan(settings))));
    assert.equal(plan.name, 'run');
  });

  const cases: [sentence: string, more: Partial<RunSettings>, steps: string, lastly: string][] = [
    ['deletes last', {}, 'apply wait scale wait delete', ''],
    ['deletes whatever happens', { cleanup: 'always' }, 'apply wait scale wait delete', 'delete'],
    ['keeps what it makes', { cleanup: 'never' }, 'apply wait scale wait', ''],
    ['holds before it deletes', { hold: '10m' }, 'apply wait scale wait hold delete', ''],
  ];
  for (const [sentence, more, steps, lastly] of cases) {
    it(sentence, () => assert.deepEqual(words(more), [steps, lastly]));
  }

  it('takes what the flags of run say', () => {
    const scale = { replicas: 5, predictor: 'p', includeSvcOrch: true, includeExplainer: true, through: 'subresource' };
    const plan = toPlan(runAsPlan({ ...settings, recursive: true, scale, hold: true, cascade: 'orphan' }));
    assert.deepEqual(told(plan), [
      { word: 'apply', names: ['apply'], told: { filename: ['model.yaml'], recursive: true } },
      { word: 'wait', names: ['wait-available'], told: { goals: [[{ kind: 'available' }]] } },
      { word: 'scale', names: ['scale'], told: scale },
      { word: 'wait', names: ['wait-scaled'], told: { goals: 'scaled' } },
      { word: 'hold', names: ['hold'], told: { ms: undefined } },
      { word: 'delete', names: ['delete', 'wait-deleted'], told: { cascade: 'Orphan' } },
    ]);
  });
});
