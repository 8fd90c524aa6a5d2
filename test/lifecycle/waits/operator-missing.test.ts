import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorMissing } from '../../../src/lifecycle/waits/operator-missing.ts';
import { written } from '../../written.ts';
import { observed } from '../observed.ts';

const untouched = (metadata = '') => ({
  deployment: `{metadata: {name: m, namespace: ns, uid: u-m${metadata}}}`,
  deployments: '[]',
});

describe('A deployment that no operator looks after', () => {
  it('is told with what may be the reason', () => {
    assert.equal(
      written(operatorMissing(observed(untouched())) ?? ''),
      'no Seldon operator has touched seldondeployment "m" yet: the operator may be down (kubectl get pods -A -l control-plane=seldon-controller-manager); it may not watch namespace "ns" (its WATCH_NAMESPACE, or the namespace\'s label seldon.io/controller-id)',
    );
  });

  it('is told with the label that gives it to another operator', () => {
    assert.match(
      written(operatorMissing(observed(untouched(', labels: {seldon.io/controller-id: team-a}'))) ?? ''),
      /; the label seldon\.io\/controller-id=team-a reserves the deployment for another operator$/,
    );
  });

  it('is not one that has a state, owns a Deployment, or is not there', () => {
    assert.equal(operatorMissing(observed({})), undefined);
    assert.equal(operatorMissing(observed({ deployment: '{metadata: {name: m}}' })), undefined);
    assert.equal(
      operatorMissing(observed({ deployment: '{metadata: {name: m}, status: {state: Failed}}', deployments: '[]' })),
      undefined,
    );
    assert.equal(operatorMissing(observed({ deployment: 'null', deployments: '[]' })), undefined);
  });
});
