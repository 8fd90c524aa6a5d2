import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieldChanges } from '../../src/lifecycle/field-changes.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';

const states: [name: string, before: object, after: object, lines: string[]][] = [
  [
    'a text that changes',
    { status: { state: 'Creating' } },
    { status: { state: 'Available' } },
    ['status.state: Creating -> Available'],
  ],
  [
    'a number in a list',
    { spec: { predictors: [{ name: 'p', replicas: 1 }] } },
    { spec: { predictors: [{ name: 'p', replicas: 3 }] } },
    ['spec.predictors[0].replicas: 1 -> 3'],
  ],
  [
    'what comes, as one line',
    { status: {} },
    { status: { address: { url: 'http://iris' } } },
    ['status.address: none -> {"url":"http://iris"}'],
  ],
  ['what goes', { spec: { replicas: 2 } }, { spec: {} }, ['spec.replicas: 2 -> none']],
  [
    'no times: the line itself has one',
    { status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '1' }] } },
    { status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2' }] } },
    ['status.conditions[0].status: False -> True'],
  ],
  ['nothing of what is the same', { spec: { replicas: 2 } }, { spec: { replicas: 2 } }, []],
  [
    'a name that every object has',
    { status: { deploymentStatus: {} } },
    { status: { deploymentStatus: { constructor: 1 } } },
    ['status.deploymentStatus.constructor: none -> 1'],
  ],
  ['a list that becomes something else', { spec: { a: [1] } }, { spec: { a: { 0: 1 } } }, ['spec.a: [1] -> {"0":1}']],
];

describe('The fields of a deployment that have changed', () => {
  for (const [name, before, after, lines] of states) {
    it(`are told: ${name}`, () => {
      const metadata = { name: 'iris' };
      const changes = fieldChanges(
        { metadata, ...before } as SeldonDeployment,
        { metadata, ...after } as SeldonDeployment,
      );
      assert.deepEqual(
        changes.map(({ path, from = 'none', to = 'none' }) => `${path}: ${from} -> ${to}`),
        lines,
      );
    });
  }
});
