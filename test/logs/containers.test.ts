import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { containersOf } from '../../src/logs/containers.ts';

const pod = parse(`
metadata: {name: p, namespace: n, uid: u}
spec: {containers: [{name: model}, {name: engine}]}
status:
  initContainerStatuses: [{name: loader, restartCount: 0, state: {terminated: {exitCode: 0}}}]
  containerStatuses:
  - {name: engine, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}
  - {name: model, restartCount: 2, state: {waiting: {reason: CrashLoopBackOff}}}
`);

describe('the containers of a pod', () => {
  it('are those that initialise it and then the others, in the order of the pod', () => {
    const found = containersOf(pod, undefined).map(({ container, hasBegun }) => `${container} ${hasBegun}`);
    assert.deepEqual(found, ['loader true', 'model true', 'engine false']);
  });

  it('can be one alone, and each run of it is another', () => {
    assert.deepEqual(
      containersOf(pod, 'model').map(({ key }) => key),
      ['u/model/2'],
    );
  });

  it('are none before the pod has any', () => {
    assert.deepEqual(containersOf(parse('metadata: {name: p}'), undefined), []);
  });
});
