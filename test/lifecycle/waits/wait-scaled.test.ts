import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaledGoal, waitScaled } from '../../../src/lifecycle/waits/wait-scaled.ts';
import type { ScaleRequest } from '../../../src/seldon/scale-request.ts';
import { asked, inWords, observed } from '../observed.ts';

const to = (replicas: number, more: Partial<ScaleRequest> = {}): ScaleRequest => ({
  replicas,
  includeSvcOrch: false,
  includeExplainer: false,
  through: 'spec',
  ...more,
});

describe('Waiting until scaled', () => {
  it('is done when every model Deployment has that many available', () => {
    assert.equal(inWords(waitScaled(observed({}), asked(), to(1))), 'done');
  });

  it('fails at once when the spec asks for another number, instead of waiting for what cannot come', () => {
    assert.equal(
      inWords(waitScaled(observed({}), asked(), to(2))),
      'failed: deployment "m-p-0-c" stays at 1, set by spec.predictors[0].replicas: somebody else changed the deployment',
    );
  });

  it('names every Deployment that the scale subresource does not reach, and what does', () => {
    const three = `
      - {name: p, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}
      - {name: q, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}
      - {name: r, graph: {name: c}, componentSpecs: [{replicas: 3, spec: {containers: [{name: c}]}}]}`;
    const { deployment, ...rest } = asked(three);
    const scaled = { ...rest, deployment: { ...deployment, spec: { ...deployment.spec, replicas: 2 } } };
    assert.equal(
      inWords(waitScaled(observed({}), scaled, to(2, { through: 'subresource' }))),
      'failed: deployment "m-q-0-c" stays at 1, set by spec.predictors[1].replicas, deployment "m-r-0-c" stays at 3, set by spec.predictors[2].componentSpecs[0].replicas: the scale subresource only changes spec.replicas; --scale-through=spec changes the field that takes effect',
    );
  });

  it('asks every Deployment, not any one', () => {
    assert.equal(
      inWords(waitScaled(observed({}), asked(two), to(1))),
      'waiting for the operator to create deployment "m-q-0-c"',
    );
  });

  it('asks for the number in one predictor alone, and that the others are as they should be', () => {
    assert.equal(
      inWords(waitScaled(observed({}), asked(two), to(1, { predictor: 'p' }))),
      'waiting for the operator to create deployment "m-q-0-c"',
    );
  });

  it('does not wait for an explainer that stays at 0 because nothing gives it a number', () => {
    const explained = `
      - {name: p, replicas: 1, graph: {name: c}, explainer: {type: AnchorTabular}, componentSpecs: [{spec: {containers: [{name: c}]}}]}`;
    const deployments = `
      - metadata: {name: m-p-0-c, uid: u-d, generation: 1, ownerReferences: [{uid: u-m}]}
        spec: {replicas: 1}
        status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}
      - metadata: {name: m-p-explainer, uid: u-e, generation: 1, ownerReferences: [{uid: u-m}]}
        spec: {replicas: 0}
        status: {observedGeneration: 1}`;
    const deployment = `
      metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
      status: {state: Creating, replicas: 1, deploymentStatus: {m-p-0-c: {replicas: 1, availableReplicas: 1}}}`;
    const seen = observed({ deployment, deployments });
    assert.equal(inWords(waitScaled(seen, asked(explained), to(1))), 'done');
  });

  it('says what it is to come to', () => {
    const off = `
      - {name: p, replicas: 0, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}`;
    const never = ' (the operator never reports Available while a deployment has 0 replicas)';
    assert.equal(scaledGoal(asked(), to(1)), 'available with 1 replica');
    assert.equal(scaledGoal(asked(), to(2, { predictor: 'p' })), 'available with 2 replicas in predictor "p"');
    assert.equal(scaledGoal(asked(off), to(0)), `scaled to 0 replicas${never}`);
  });
});

const two = `
  - {name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}
  - {name: q, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}`;
