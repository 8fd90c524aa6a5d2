import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitScaled } from '../../src/lifecycle/wait-scaled.ts';
import { asked, inWords, observed } from './observed.ts';

describe('Waiting until scaled', () => {
  it('is done when every model Deployment has that many available', () => {
    assert.equal(inWords(waitScaled(observed({}), asked(), 1)), 'done');
  });

  it('fails at once when the spec asks for another number, instead of waiting for what cannot come', () => {
    assert.equal(
      inWords(waitScaled(observed({}), asked(), 2)),
      'failed: deployment "m-p-0-c" cannot come to 2 replicas: it is governed by spec.predictors[0].replicas (1)',
    );
  });

  it('asks every Deployment, not any one', () => {
    const two = `
      - {name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}
      - {name: q, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}`;
    assert.equal(
      inWords(waitScaled(observed({}), asked(two), 1)),
      'waiting for the operator to create deployment "m-q-0-c"',
    );
  });
});
