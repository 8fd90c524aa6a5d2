import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitAvailable } from '../../../src/lifecycle/waits/wait-available.ts';
import { asked, inWords, type Moment, observed } from '../observed.ts';

const TWO = `[{name: p, replicas: 2, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]`;
const OTHER_NAME = `[{name: q, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]`;
const ZERO = `[{name: p, replicas: 0, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}]`;

const SOME_PREDICTORS = `
  - {name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}
  - {name: q, replicas: 0, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c}]}}]}`;
const SOME = `
  - metadata: {name: m-p-0-c, uid: u-d, generation: 1}
    spec: {replicas: 1}
    status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}
  - metadata: {name: m-q-0-c, uid: u-e, generation: 1}
    spec: {replicas: 0}
    status: {observedGeneration: 1}`;

const sdep = (status: string, metadata = '{name: m, namespace: ns, uid: u-m, generation: 1}') =>
  `{metadata: ${metadata}, status: ${status}}`;
const deployment = (replicas: number, status: string, generation = 1) =>
  `[{metadata: {name: m-p-0-c, uid: u-d, generation: ${generation}, ownerReferences: [{uid: u-m}]}, spec: {replicas: ${replicas}}, status: ${status}}]`;
const pod = (status: string) =>
  `[{kind: Pod, metadata: {name: m-p-0-c-1-x, uid: u-p, ownerReferences: [{uid: u-r}]}, spec: {containers: [{name: c, image: 'example/iris:1'}]}, status: ${status}}]`;

const cases: { it: string; seen: Moment; predictors?: string; generation?: number; answer: string }[] = [
  { it: 'is done when all runs and the operator says so', seen: {}, answer: 'done' },
  {
    it: 'waits while the server has not listed a kind',
    seen: { unsyncedKinds: ['Pod', 'ReplicaSet'] },
    answer: 'waiting for the API server to list Pod, ReplicaSet',
  },
  {
    it: 'is not done while a watch is being opened again, though all that is known says so',
    seen: { staleKinds: ['Deployment'] },
    answer: 'waiting for the API server to send the latest state of Deployments',
  },
  {
    it: 'waits for an operator that has not set the new image yet, though all is complete as it was',
    seen: {
      deployment: `
    metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
    spec: {predictors: [{name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c, image: 'example/iris:2'}]}}]}]}
    status: {state: Available, replicas: 1, deploymentStatus: {m-p-0-c: {replicas: 1, availableReplicas: 1}}}`,
      deployments: `
    - metadata: {name: m-p-0-c, uid: u-d, generation: 1, ownerReferences: [{uid: u-m}]}
      spec: {replicas: 1, template: {spec: {containers: [{name: c, image: 'example/iris:1'}, {name: engine, image: e}]}}}
      status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}`,
    },
    answer: 'waiting for the operator to set container "c" of deployment "m-p-0-c" to image example/iris:2',
  },
  {
    it: 'waits while our own change has not come back',
    seen: {},
    generation: 2,
    answer: 'waiting for the API server to confirm the change',
  },
  {
    it: 'waits while a deployment that was just made has not been seen',
    seen: { deployment: 'null', deployments: '[]', pods: '[]' },
    answer: 'waiting for the API server to confirm the change',
  },
  {
    it: 'fails when it is gone',
    seen: { deployment: 'null', gone: true },
    answer: 'failed: seldondeployment "m" was deleted',
  },
  {
    it: 'fails when it is being deleted, whose status is frozen at Available',
    seen: {
      deployment: sdep(
        '{state: Available}',
        '{name: m, uid: u-m, generation: 1, deletionTimestamp: "2026-01-01T00:00:00Z"}',
      ),
    },
    answer: 'failed: seldondeployment "m" is being deleted',
  },
  {
    it: 'says that nobody has written a status yet',
    seen: { deployment: '{metadata: {name: m, uid: u-m, generation: 1}}', deployments: '[]' },
    answer: 'waiting for the operator to create deployment "m-p-0-c" (no status written yet)',
  },
  {
    it: 'says why the operator did not create a Deployment',
    seen: { deployment: sdep('{state: Failed, description: no such server}'), deployments: '[]' },
    answer: 'waiting for the operator to create deployment "m-p-0-c", but says Failed: no such server',
  },
  {
    it: 'is not fooled by an Available of before, when the Deployment still asks for the old number (trap 2)',
    seen: {},
    predictors: TWO,
    answer: 'waiting for the operator to set deployment "m-p-0-c" to 2 replicas (now 1)',
  },
  {
    it: 'is not fooled by counts of before, when the new number is not observed',
    seen: {
      deployments: deployment(2, '{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}', 2),
    },
    predictors: TWO,
    answer: 'waiting for deployment "m-p-0-c" spec update to be observed',
  },
  {
    it: 'is not fooled by 1 of 2 available with 2 replicas there (trap 3)',
    seen: {
      deployment: sdep(
        '{state: Available, replicas: 2, deploymentStatus: {m-p-0-c: {replicas: 2, availableReplicas: 1}}}',
      ),
      deployments: deployment(
        2,
        '{observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1, unavailableReplicas: 1}',
        2,
      ),
    },
    predictors: TWO,
    answer: 'waiting for deployment "m-p-0-c": 1 of 2 replicas available',
  },
  {
    it: 'waits until an autoscaler has as many as it lets it have',
    seen: {},
    predictors:
      '[{name: p, graph: {name: c}, componentSpecs: [{hpaSpec: {minReplicas: 2, maxReplicas: 3}, spec: {containers: [{name: c}]}}]}]',
    answer: 'waiting for the autoscaler to set deployment "m-p-0-c" to at least 2 replicas (now 1)',
  },
  {
    it: 'waits for old pods that a new template replaces',
    seen: {
      deployments: deployment(1, '{observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 2}', 2),
    },
    answer: 'waiting for deployment "m-p-0-c": 1 old replica is being terminated',
  },
  {
    it: 'says of old pods that they stay where the new ones are not available yet',
    seen: {
      deployments: deployment(
        1,
        '{observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1, unavailableReplicas: 1}',
        2,
      ),
    },
    answer: 'waiting for deployment "m-p-0-c": 1 old replica keeps running until the new ones are available',
  },
  {
    it: 'waits for pods of the new template, with old ones still serving',
    seen: { deployments: deployment(1, '{observedGeneration: 2, replicas: 1, availableReplicas: 1}', 2) },
    answer: 'waiting for deployment "m-p-0-c": 0 of 1 new replicas created',
  },
  {
    it: 'waits for a Deployment of a renamed predictor to be gone',
    seen: {
      deployments: `
        - metadata: {name: m-q-0-c, uid: u-e, generation: 1}
          spec: {replicas: 1}
          status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}
        - metadata: {name: m-p-0-c, uid: u-d, generation: 1, deletionTimestamp: "2026-01-01T00:00:00Z"}
          spec: {replicas: 1}`,
    },
    predictors: OTHER_NAME,
    answer: 'waiting for deployment "m-p-0-c" to be gone: the spec no longer includes it',
  },
  {
    it: 'waits for the operator, after everything runs',
    seen: { deployment: sdep('{state: Creating}') },
    answer: 'waiting for the operator to report seldondeployment "m" as Available (status: Creating)',
  },
  {
    it: 'waits for the operator to have counted what runs',
    seen: { deployment: sdep('{state: Available, deploymentStatus: {m-p-0-c: {}}}') },
    answer: 'waiting for the operator to report deployment "m-p-0-c" with 1 available',
  },
  {
    it: 'is done at 0 replicas, where the operator never says Available',
    seen: {
      deployment: sdep('{state: Creating, deploymentStatus: {m-p-0-c: {}}}'),
      deployments: deployment(0, '{observedGeneration: 1}'),
      pods: '[]',
    },
    predictors: ZERO,
    answer: 'done',
  },
  {
    it: 'waits at 0 replicas for the operator to have noticed that the pods are gone',
    seen: { deployments: deployment(0, '{observedGeneration: 1}'), pods: '[]' },
    predictors: ZERO,
    answer: 'waiting for the operator to report deployment "m-p-0-c" with 0 available',
  },
  {
    it: 'waits at 0 replicas for the operator to have said anything at all',
    seen: {
      deployment: sdep('{}'),
      deployments: deployment(0, '{observedGeneration: 1}'),
      pods: '[]',
    },
    predictors: ZERO,
    answer: 'waiting for the operator to report seldondeployment "m" as Creating (status: none)',
  },
  {
    it: 'is not done at 0 replicas while the operator reports Failed',
    seen: {
      deployment: sdep('{state: Failed, description: no such server}'),
      deployments: deployment(0, '{observedGeneration: 1}'),
      pods: '[]',
    },
    predictors: ZERO,
    answer: 'waiting for the operator to report seldondeployment "m" as Creating (status: Failed: no such server)',
  },
  {
    it: 'is done at 0 replicas from the start, of which the operator makes no entry',
    seen: {
      deployment: sdep('{state: Creating}'),
      deployments: deployment(0, '{observedGeneration: 1}'),
      pods: '[]',
    },
    predictors: ZERO,
    answer: 'done',
  },
  {
    it: 'waits for the count of the predictor that runs, beside one at 0 replicas',
    seen: {
      deployment: sdep('{state: Creating, replicas: 1, deploymentStatus: {m-p-0-c: {replicas: 1}, m-q-0-c: {}}}'),
      deployments: SOME,
    },
    predictors: SOME_PREDICTORS,
    answer: 'waiting for the operator to report deployment "m-p-0-c" with 1 available',
  },
  {
    it: 'is done with one predictor that runs and one at 0 replicas, each counted',
    seen: {
      deployment: sdep(
        '{state: Creating, replicas: 1, deploymentStatus: {m-p-0-c: {replicas: 1, availableReplicas: 1}, m-q-0-c: {}}}',
      ),
      deployments: SOME,
    },
    predictors: SOME_PREDICTORS,
    answer: 'done',
  },
  {
    it: 'does not read status.replicas, which stays as it was when predictors change places',
    seen: {
      deployment: sdep(
        '{state: Available, replicas: 7, deploymentStatus: {m-p-0-c: {replicas: 1, availableReplicas: 1}}}',
      ),
    },
    answer: 'done',
  },
  {
    it: 'does not read conditions, which on an error stay as they were',
    seen: {
      deployment: sdep(
        '{state: Failed, description: no such server, conditions: [{type: Ready, status: "True"}], deploymentStatus: {m-p-0-c: {replicas: 1, availableReplicas: 1}}}',
      ),
    },
    answer: 'waiting for the operator to report seldondeployment "m" as Available (status: Failed: no such server)',
  },
  {
    it: 'says that a Deployment of the expected name belongs to somebody else',
    seen: { deployments: '[]', replicaSets: '[]', pods: '[]' },
    answer:
      'waiting for deployment "m-p-0-c" to be owned by the SeldonDeployment: the operator uses one with this name that it does not own',
  },
  {
    it: 'waits for pods that are too many after scaling down, whose counts all look right but for the number',
    seen: {
      deployments: deployment(1, '{observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3}', 2),
    },
    answer: 'waiting for deployment "m-p-0-c": 2 surplus replicas are being terminated',
  },
  {
    it: 'fails when the Deployment gave up',
    seen: {
      deployments: deployment(
        1,
        '{observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1, conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: timed out progressing}]}',
      ),
    },
    answer: 'failed: deployment "m-p-0-c" exceeded its progress deadline: timed out progressing',
  },
  {
    it: 'waits for the operator where it was the old image that the Deployment gave up on',
    seen: {
      deployment: `
    metadata: {name: m, namespace: ns, uid: u-m, generation: 1}
    spec: {predictors: [{name: p, replicas: 1, graph: {name: c}, componentSpecs: [{spec: {containers: [{name: c, image: 'example/iris:2'}]}}]}]}
    status: {state: Available}`,
      deployments: `
    - metadata: {name: m-p-0-c, uid: u-d, generation: 1, ownerReferences: [{uid: u-m}]}
      spec: {replicas: 1, template: {spec: {containers: [{name: c, image: 'example/iris:1'}]}}}
      status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1, conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: timed out}]}`,
    },
    answer: 'waiting for the operator to set container "c" of deployment "m-p-0-c" to image example/iris:2',
  },
  {
    it: 'says why there are no pods',
    seen: {
      deployments: deployment(
        1,
        '{observedGeneration: 1, unavailableReplicas: 1, conditions: [{type: ReplicaFailure, status: "True", message: "pods are forbidden: exceeded quota"}]}',
      ),
      pods: '[]',
    },
    answer: 'waiting for deployment "m-p-0-c": 0 of 1 new replicas created: pods are forbidden: exceeded quota',
  },
];

const unready = '{observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1}';
const podCases: { it: string; status: string; says: string }[] = [
  {
    it: 'cannot pull its image',
    status:
      '{phase: Pending, containerStatuses: [{name: c, state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling image}}}]}',
    says: 'pod m-p-0-c-1-x, container c: ImagePullBackOff, image example/iris:1: Back-off pulling image',
  },
  {
    it: 'crashes',
    status:
      '{phase: Running, containerStatuses: [{name: c, state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s}}}]}',
    says: 'pod m-p-0-c-1-x, container c: CrashLoopBackOff: back-off 10s',
  },
  {
    it: 'fails to load its model',
    status:
      '{phase: Pending, initContainerStatuses: [{name: c-model-initializer, state: {terminated: {exitCode: 1, reason: Error}}}]}',
    says: 'pod m-p-0-c-1-x, container c-model-initializer: the model cannot be downloaded: exit code 1',
  },
  {
    it: 'finds no node',
    status: '{phase: Pending, conditions: [{type: PodScheduled, status: "False", message: 0/1 nodes are available}]}',
    says: 'pod m-p-0-c-1-x cannot be scheduled: 0/1 nodes are available',
  },
  { it: 'runs but is not ready', status: '{phase: Running}', says: 'pod m-p-0-c-1-x is not ready' },
];

describe('Waiting until available', () => {
  for (const { it: sentence, seen, predictors, generation, answer } of cases) {
    it(sentence, () => assert.equal(inWords(waitAvailable(observed(seen), asked(predictors, generation))), answer));
  }
  for (const { it: sentence, status, says } of podCases) {
    it(`says so when a pod ${sentence}`, () => {
      const seen = observed({ deployments: deployment(1, unready), pods: pod(status) });
      const answer = `waiting for deployment "m-p-0-c": 0 of 1 replicas available: ${says}`;
      assert.equal(inWords(waitAvailable(seen, asked())), answer);
    });
  }
});
