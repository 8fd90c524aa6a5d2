import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Overview, overviewOf } from '../../../src/lifecycle/overview/overview.ts';
import type { StateWord } from '../../../src/lifecycle/overview/state-word.ts';
import type { SeldonDeployment } from '../../../src/seldon/seldon-deployment.ts';
import { type Moment, observed } from '../observed.ts';

const updating = `
  - metadata: {name: m-p-0-c, uid: u-d, generation: 2, ownerReferences: [{uid: u-m}]}
    spec: {replicas: 3}
    status: {observedGeneration: 2, replicas: 4, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2}`;
const late = `
  - metadata: {name: m-p-0-c, uid: u-d, generation: 1}
    spec: {replicas: 1}
    status:
      {observedGeneration: 1, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]}`;

const none = `
  - metadata: {name: m-p-0-c, uid: u-d, generation: 2, ownerReferences: [{uid: u-m}]}
    spec: {replicas: 0}
    status: {observedGeneration: 2}`;

const deployment = (status: string, metadata = '') => `
  metadata: {name: m, namespace: ns, uid: u-m, generation: 1${metadata}}
  spec: {predictors: [{name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]}
  status: ${status}`;

function overview(moment: Moment, readable = true): Overview {
  const seen = observed(moment);
  return overviewOf(seen.deployment as SeldonDeployment, readable ? seen.owned.deployments : undefined);
}

const states: [sentence: string, state: StateWord, moment: Moment][] = [
  ['says Available where everything is', 'Available', {}],
  ['does not believe Available while pods are missing', 'Updating', { deployments: updating }],
  ['does not believe Available while a Deployment is missing', 'Updating', { deployments: '[]' }],
  ['passes Creating on', 'Creating', { deployment: deployment('{state: Creating}'), deployments: updating }],
  ['passes Creating on where only the operator is behind', 'Creating', { deployment: deployment('{state: Creating}') }],
  ['passes Failed on', 'Failed', { deployment: deployment('{state: Failed}'), deployments: '[]' }],
  [
    'has a word of its own for none where none was asked for, of which the operator says Creating',
    'Scaled to 0',
    {
      deployment: deployment('{state: Creating, deploymentStatus: {m-p-0-c: {}}}').replace(
        'replicas: 1',
        'replicas: 0',
      ),
      deployments: none,
    },
  ],
  ['sees a Deployment that exceeded its deadline', 'Failed', { deployments: late }],
  ['knows that no operator has touched it', 'Pending', { deployment: deployment('null'), deployments: '[]' }],
  [
    'sees that it is being deleted',
    'Terminating',
    { deployment: deployment('{state: Available}', ', deletionTimestamp: "2026-01-01T00:00:00Z"') },
  ],
];

describe('The state of a deployment in one word', () => {
  for (const [sentence, state, moment] of states) it(sentence, () => assert.equal(overview(moment).state, state));

  it("is the operator's word where the Deployments may not be read", () => {
    assert.deepEqual(overview({ deployments: updating }, false).state, 'Available');
    assert.deepEqual(overview({ deployments: updating }, false).pods, undefined);
  });
});

describe('The replicas of a deployment', () => {
  it('are counted in all its Deployments', () => {
    const deployments = `${updating}
  - metadata: {name: m-q-0-c, uid: u-e}
    spec: {}
    status: {replicas: 1, availableReplicas: 1}`;
    assert.deepEqual(overview({ deployments }).pods, { available: 3, desired: 4, there: 5 });
  });
});
