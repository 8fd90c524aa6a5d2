import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitDeleted } from '../../../src/lifecycle/waits/wait-deleted.ts';
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
    answer: 'waiting for the API server to tell what has happened to the Pods meanwhile',
  },
  {
    it: 'waits for the pods of a deployment that is gone itself, as after a background deletion',
    seen: { ...nothing, pods: pod, deployment: 'null', gone: true },
    answer: 'waiting for pod/x to be gone',
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
      'waiting for seldondeployment "m" to be gone (all that it owns goes first, of kinds that are not watched too)',
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
