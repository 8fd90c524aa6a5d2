import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desiredOf, stateOf, untilNextStep } from '../../src/lifecycle/step.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';

describe('What is kept of a deployment until the next step', () => {
  const live: SeldonDeployment = {
    metadata: { name: 'iris', uid: 'u', generation: 2, labels: { a: 'b' }, managedFields: [{ manager: 'kubectl' }] },
    spec: { predictors: [{ name: 'default' }] },
    status: { state: 'Available' },
  };

  it('is all of it where it was read just now, since a change begins with it', () => {
    const state = stateOf(live);
    assert.equal(untilNextStep(state), state);
  });

  it('is after a change of ours neither its status nor who has written what', () => {
    const { status: _, metadata, ...rest } = live;
    const { managedFields: _2, ...others } = metadata;
    const { desired } = untilNextStep({ ...stateOf(live), fresh: false });
    assert.deepEqual(desired, desiredOf({ ...rest, metadata: others }));
  });

  it('is nothing where there is none', () => {
    const state = { ...stateOf(undefined), fresh: false };
    assert.equal(untilNextStep(state), state);
  });
});
