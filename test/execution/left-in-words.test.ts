import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leftInWords } from '../../src/execution/left-in-words.ts';

const itself = 'seldondeployment.machinelearning.seldon.io/iris';

describe('What is left', () => {
  for (const [names, words] of [
    [[itself, 'service/hold'], `${itself}, service/hold`],
    [
      [itself, 'deployment.apps/a', 'replicaset.apps/b', 'pod/c', 'pod/d', 'ingress.networking.k8s.io/e'],
      `${itself} and what it owns: 1 deployment, 1 replicaset, 2 pods, 1 ingress`,
    ],
    [['pod/a', 'pod/b', 'pod/c', 'pod/d', 'ingress.x/e', 'ingress.x/f'], '4 pods, 2 ingresses'],
  ] as const) {
    it(`is said so that one can read it: ${words}`, () => assert.equal(leftInWords(names), words));
  }
});
