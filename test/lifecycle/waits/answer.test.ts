import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { done, failed, ifUpToDate, waiting } from '../../../src/lifecycle/waits/answer.ts';

describe('what a wait answers while watches are being opened again', () => {
  it('is not that it is done', () => {
    const meanwhile = waiting('the API server to send the latest state of Deployments, Pods');
    assert.deepEqual(ifUpToDate(done, { staleKinds: ['Deployment', 'Pod'] }), meanwhile);
    assert.deepEqual(ifUpToDate(done, { staleKinds: [] }), done);
  });

  it('is what it is otherwise', () => {
    for (const answer of [waiting('a pod'), failed('no image')])
      assert.deepEqual(ifUpToDate(answer, { staleKinds: ['Pod'] }), answer);
  });
});
