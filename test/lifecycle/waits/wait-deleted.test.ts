import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldBack, waitDeleted } from '../../../src/lifecycle/waits/wait-deleted.ts';
import { written } from '../../written.ts';
import { inWords, type Moment, observed } from '../observed.ts';

const nothing = { deployments: '[]', replicaSets: '[]', pods: '[]', others: '[]' };
const pod = '[{kind: Pod, metadata: {name: x, uid: u-p}}]';

const cases: { it: string; seen: Moment; answer: string }[] = [
  {
    it: 'is done when it and all it owned is gone',
    seen: { ...nothing, deployment: 'null', gone: true },
    answer: 'done',
  },
  {
    it: 'is not done while a watch is being opened again: pods may have come meanwhile',
    seen: { ...nothing, deployment: 'null', gone: true, staleKinds: ['Pod'] },
    answer: 'waiting for the API server to send the latest state of Pods',
  },
  {
    it: 'waits for the pods of a deployment that is gone itself, as after a background deletion',
    seen: { ...nothing, pods: pod, deployment: 'null', gone: true },
    answer: 'waiting for pod/x to be gone',
  },
  {
    it: 'names the node of a pod that is past its grace: nobody else ends it',
    seen: {
      ...nothing,
      pods: "[{kind: Pod, metadata: {name: x, uid: u-p, deletionTimestamp: '2026-01-01T00:00:00Z'}, spec: {nodeName: n1}, status: {conditions: [{type: Ready, status: Unknown}]}}]",
      now: Date.parse('2026-01-01T00:01:00Z'),
    },
    answer:
      'waiting for pod/x (grace period ended 2026-01-01T00:00:00Z, node n1 does not answer (NotReady)) to be gone',
  },
  {
    it: 'counts what else is left',
    seen: { ...nothing, pods: pod, others: '[{kind: Service, metadata: {name: s, uid: u-s}}]' },
    answer: 'waiting for pod/x and 1 more to be gone',
  },
  {
    it: 'waits for the deployment itself',
    seen: nothing,
    answer: 'waiting for seldondeployment "m" to be gone',
  },
  {
    it: 'names finalizers that somebody has to take away, but not the one of the foreground deletion',
    seen: {
      ...nothing,
      deployment: '{metadata: {name: m, uid: u-m, finalizers: [foregroundDeletion, example.com/keep]}}',
    },
    answer: 'waiting for seldondeployment "m" to be gone (finalizers: example.com/keep)',
  },
  {
    it: 'names what finalizers hold before anything else, with the finalizers',
    seen: {
      ...nothing,
      pods: pod,
      others: `
        - {kind: Service, metadata: {name: a, uid: u-a, finalizers: [foregroundDeletion, example.com/hold, b.com/x]}}
        - {kind: Service, metadata: {name: b, uid: u-b}}`,
    },
    answer: 'waiting for service/a (finalizers: example.com/hold, b.com/x) and 2 more to be gone',
  },
  {
    it: 'names the deployment too where finalizers hold it beside what it owns',
    seen: {
      ...nothing,
      pods: pod,
      deployment: '{metadata: {name: m, uid: u-m, finalizers: [foregroundDeletion, example.com/keep]}}',
    },
    answer: 'waiting for pod/x, seldondeployment "m" (finalizers: example.com/keep) to be gone',
  },
  {
    it: 'says what may hold a foreground deletion when nothing that is watched is left',
    seen: { ...nothing, deployment: '{metadata: {name: m, uid: u-m, finalizers: [foregroundDeletion]}}' },
    answer:
      'waiting for seldondeployment "m" to be gone (everything that it owns is deleted first, including kinds that are not watched)',
  },
  {
    it: 'says nothing of what the server has not listed',
    seen: { ...nothing, deployment: 'null', gone: true, unsyncedKinds: ['Pod'] },
    answer: 'waiting for the API server to list Pod',
  },
];

describe('Waiting until deleted', () => {
  for (const { it: sentence, seen, answer } of cases) {
    it(sentence, () => assert.equal(inWords(waitDeleted(observed(seen))), answer));
  }
});

describe('What to do about what finalizers hold', () => {
  it('names each with a command that lets it go, as kubectl takes it', () => {
    const others = `
      - {kind: HorizontalPodAutoscaler, metadata: {name: h, uid: u-h, finalizers: [foregroundDeletion, b.com/x]}}
      - {kind: Service, metadata: {name: s, uid: u-s}}`;
    const deployment = '{metadata: {name: m, uid: u-m, finalizers: [example.com/keep]}}';
    const letGo = (name: string) => `kubectl patch ${name} --type=merge -p '{"metadata":{"finalizers":null}}' -n ns`;
    assert.deepEqual(heldBack(observed({ others, deployment }), 'ns').map(written), [
      `horizontalpodautoscaler.autoscaling/h stays until its finalizers are removed: b.com/x. If their controller is gone: ${letGo('horizontalpodautoscaler.autoscaling/h')}`,
      `seldondeployment.machinelearning.seldon.io/m stays until its finalizers are removed: example.com/keep. If their controller is gone: ${letGo('seldondeployment.machinelearning.seldon.io/m')}`,
    ]);
  });

  it('has nothing to say of what the garbage collector holds', () => {
    const deployment = '{metadata: {name: m, uid: u-m, finalizers: [foregroundDeletion]}}';
    assert.deepEqual(heldBack(observed({ deployment }), 'ns'), []);
  });
});
