import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BadInput, ClusterNotReady, exitCodes, Failure, Interrupted } from '../src/failures.ts';

const failures: [name: string, failure: Failure, exitCode: number][] = [
  ['bad input exits with 2', new BadInput('x'), 2],
  ['a cluster that is not ready exits with 3', new ClusterNotReady('x'), 3],
  ['a timeout exits with 4', new Failure(exitCodes.timedOut, 'x'), 4],
  ['a failed deployment exits with 5', new Failure(exitCodes.deploymentFailed, 'x'), 5],
  ['an interruption exits as a shell expects of SIGINT', new Interrupted(exitCodes.interrupted), 130],
  ['a termination exits as a shell expects of SIGTERM', new Interrupted(exitCodes.terminated), 143],
];

describe('expected failures', () => {
  for (const [name, failure, exitCode] of failures) {
    it(name, () => {
      assert.equal(failure.exitCode, exitCode);
      assert.ok(failure instanceof Failure && failure instanceof Error);
    });
  }

  it('keep the hint and the error that caused them', () => {
    const cause = new Error('underneath');
    const failure = new BadInput('x', { hint: 'do this', cause });
    assert.deepEqual([failure.message, failure.hint, failure.cause], ['x', 'do this', cause]);
  });

  it('say a line each of the details and of what to do next, which begins the first one alone', () => {
    const failure = new BadInput('x', { details: ['a: b'], hint: 'do this\nor that' });
    assert.deepEqual(failure.furtherLines, ['a: b', 'do this', '  or that']);
    assert.deepEqual(new BadInput('x').furtherLines, []);
  });

  it('have no cause where there is none', () => assert.equal('cause' in new BadInput('x'), false));
});
