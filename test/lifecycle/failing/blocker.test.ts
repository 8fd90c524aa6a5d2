import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBlocker } from '../../../src/lifecycle/failing/blocker.ts';
import { observed } from '../observed.ts';

const pod = (status: string) =>
  `[{kind: Pod, metadata: {name: x, uid: u-p}, spec: {containers: [{name: c, image: 'example/iris:1'}]}, status: ${status}}]`;
const waiting = (reason: string, message = '', restartCount = 0) =>
  pod(
    `{containerStatuses: [{name: c, restartCount: ${restartCount}, state: {waiting: {reason: ${reason}, message: '${message}'}}}]}`,
  );
const init = (restartCount: number) =>
  pod(
    `{initContainerStatuses: [{name: c-model-initializer, restartCount: ${restartCount}, state: {terminated: {exitCode: 1, reason: Error}}}]}`,
  );

const cases: { it: string; pods: string; fails: string }[] = [
  {
    it: 'an image with an impossible name',
    pods: waiting('InvalidImageName'),
    fails: 'now: pod x, container c: InvalidImageName, image example/iris:1',
  },
  {
    it: 'an image that must not be pulled and is not there',
    pods: waiting('ErrImageNeverPull'),
    fails: 'now: pod x, container c: ErrImageNeverPull, image example/iris:1',
  },
  {
    it: 'an image that the registry does not have, once the kubelet backs off',
    pods: waiting('ImagePullBackOff', 'Back-off pulling image "example/iris:1": not found'),
    fails: 'now: pod x, container c: ImagePullBackOff: Back-off pulling image "example/iris:1": not found',
  },
  {
    it: 'an image that could not be pulled for a reason that may pass',
    pods: waiting('ErrImagePull', 'i/o timeout'),
    fails: 'after-grace: pod x, container c: ErrImagePull, image example/iris:1: i/o timeout',
  },
  {
    it: 'a back-off that does not say why',
    pods: waiting('ImagePullBackOff', 'Back-off pulling image'),
    fails: 'after-grace: pod x, container c: ImagePullBackOff, image example/iris:1: Back-off pulling image',
  },
  {
    it: 'a first crash',
    pods: waiting('CrashLoopBackOff', 'back-off 10s', 1),
    fails: 'after-grace: pod x, container c: CrashLoopBackOff, image example/iris:1: back-off 10s (1 restarts)',
  },
  {
    it: 'a container that crashes again and again',
    pods: waiting('CrashLoopBackOff', 'back-off 20s', 2),
    fails: 'now: pod x, container c: CrashLoopBackOff, image example/iris:1: back-off 20s (2 restarts)',
  },
  {
    it: 'a Secret that is not there',
    pods: waiting('CreateContainerConfigError', 'secret "s" not found'),
    fails: 'after-grace: pod x, container c: CreateContainerConfigError, image example/iris:1: secret "s" not found',
  },
  {
    it: 'a kubelet that has not synced yet',
    pods: waiting('CreateContainerConfigError', 'failed to sync secret cache'),
    fails: 'none',
  },
  {
    it: 'a model that cannot be downloaded, at first',
    pods: init(0),
    fails: 'after-grace: pod x, container c-model-initializer: Error, exit code 1',
  },
  {
    it: 'a model that cannot be downloaded, again and again',
    pods: init(2),
    fails: 'now: pod x, container c-model-initializer: Error, exit code 1',
  },
  { it: 'a container that is being created', pods: waiting('ContainerCreating'), fails: 'none' },
  {
    it: 'a pod that finds no node: an autoscaler may bring one',
    pods: pod('{conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]}'),
    fails: 'none',
  },
];

describe('What keeps a deployment from succeeding', () => {
  for (const { it: sentence, pods, fails } of cases) {
    it(`is judged for ${sentence}`, () => {
      const found = findBlocker(observed({ pods }));
      assert.equal(found ? `${found.fails}: ${found.why}` : 'none', fails);
    });
  }

  it('is not looked for in pods that are on their way out', () => {
    const leaving = waiting('InvalidImageName').replace(
      'uid: u-p',
      "uid: u-p, deletionTimestamp: '2026-01-01T00:00:00Z'",
    );
    assert.equal(findBlocker(observed({ pods: leaving })), undefined);
  });

  it('is what the operator says, if it stays so', () => {
    const deployment = '{metadata: {name: m}, status: {state: Failed, description: no such server}}';
    const found = findBlocker(observed({ deployment }));
    assert.equal(`${found?.fails}: ${found?.why}`, 'after-grace: the operator says Failed: no such server');
  });

  it('is the final one of several', () => {
    const both = `[${waiting('ErrImagePull').slice(1, -1)}, ${waiting('InvalidImageName').slice(1, -1)}]`;
    assert.equal(findBlocker(observed({ pods: both }))?.fails, 'now');
  });
});
