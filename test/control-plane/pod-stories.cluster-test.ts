import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

interface Pod {
  metadata: { name: string; creationTimestamp: string };
  status: {
    phase: string;
    conditions: { type: string; status: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state: { waiting?: { reason: string; message: string }; running?: object; terminated?: { reason: string } };
  lastState: { terminated?: { exitCode: number; reason: string } };
}

let cluster: ControlPlane;

before(async () => {
  cluster = await startControlPlane({ name: 'pod-stories' });
});
after(() => cluster?.stop());

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(cluster.kubectlPath, ['--kubeconfig', cluster.kubeconfigPath, ...args]);
  return stdout;
}

/** Creates a pod whose containers are called a, b, … and returns when `enough` is true of it. */
async function pod(
  name: string,
  images: string[],
  enough: (pod: Pod) => boolean,
  initImages: string[] = [],
): Promise<Pod> {
  const containers = (prefix: string, of: string[]) =>
    of.map((image, index) => ({ name: prefix + 'abc'[index], image, resources: {}, imagePullPolicy: 'IfNotPresent' }));
  const spec = { containers: containers('', images), initContainers: containers('init-', initImages) };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
  await kubectl('run', name, '--image=x', `--overrides=${JSON.stringify(object)}`);
  return podWhen(name, enough);
}

async function podWhen(name: string, enough: (pod: Pod) => boolean): Promise<Pod> {
  const limit = Date.now() + 30_000;
  for (;;) {
    const found = JSON.parse(await kubectl('get', 'pod', name, '-o', 'json')) as Pod;
    if (enough(found)) return found;
    assert.ok(Date.now() < limit, `pod ${name} stays ${JSON.stringify(found.status)}`);
    await sleep(50);
  }
}

/** The events of a pod's containers, as "count reason field: message", those of the scheduler left out. */
async function eventsOf(name: string): Promise<string[]> {
  const list = JSON.parse(
    await kubectl('get', 'events', '--field-selector', `involvedObject.name=${name}`, '-o', 'json'),
  );
  return list.items
    .filter((event: { source: { component?: string } }) => event.source.component === 'kubelet')
    .map(
      (event: {
        count: number;
        reason: string;
        type: string;
        message: string;
        involvedObject: { fieldPath: string };
      }) => `${event.count} ${event.type} ${event.reason} ${event.involvedObject.fieldPath}: ${event.message}`,
    );
}

const isReady = ({ status }: Pod) =>
  status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
const waits = (reason: string) => (found: Pod) =>
  [...(found.status.initContainerStatuses ?? []), ...(found.status.containerStatuses ?? [])].some(
    (container) => container.state.waiting?.reason === reason,
  );

describe('the tag of an image picks its container’s story', { concurrency: true }, () => {
  test('any tag: pulled, created, started, ready', async () => {
    const { status } = await pod('plain', ['model:1.0', 'engine:1.19'], isReady);
    assert.equal(status.phase, 'Running');
    const events = await eventsOf('plain');
    for (const [name, image] of [
      ['a', 'model:1.0'],
      ['b', 'engine:1.19'],
    ]) {
      for (const line of [
        `Pulling spec.containers{${name}}: Pulling image "${image}"`,
        `Pulled spec.containers{${name}}: Successfully pulled image "${image}" in 20ms (20ms including waiting). Image size: 104857600 bytes.`,
        `Created spec.containers{${name}}: Container created`,
        `Started spec.containers{${name}}: Container started`,
      ]) {
        assert.ok(events.includes(`1 Normal ${line}`), `${line} is not in ${events.join('\n')}`);
      }
    }
    assert.equal(events.length, 8);
  });

  test(':slow-6s is not ready before six seconds', async () => {
    const began = Date.now();
    const early = await pod('slow', ['model:slow-6s'], ({ status }) => status.containerStatuses !== undefined);
    assert.deepEqual(early.status.containerStatuses?.[0]?.state, { waiting: { reason: 'ContainerCreating' } });
    await podWhen('slow', isReady);
    assert.ok(Date.now() - began >= 6000);
  });

  test(':missing never starts, and says why; the other container runs', async () => {
    const { status } = await pod('missing', ['model:missing', 'engine:1.19'], waits('ImagePullBackOff'));
    assert.equal(status.phase, 'Pending');
    assert.deepEqual(
      status.containerStatuses?.map(({ ready }) => ready),
      [false, true],
    );
    const error =
      'rpc error: code = NotFound desc = failed to pull and unpack image "model:missing": ' +
      'failed to resolve reference "model:missing": model:missing: not found';
    assert.equal(
      status.containerStatuses[0]?.state.waiting?.message,
      `Back-off pulling image "model:missing": ErrImagePull: ${error}`,
    );
    assert.deepEqual((await eventsOf('missing')).filter((line) => line.includes('{a}')).sort(), [
      '1 Normal BackOff spec.containers{a}: Back-off pulling image "model:missing"',
      '1 Normal Pulling spec.containers{a}: Pulling image "model:missing"',
      '1 Warning Failed spec.containers{a}: Error: ErrImagePull',
      '1 Warning Failed spec.containers{a}: Error: ImagePullBackOff',
      `1 Warning Failed spec.containers{a}: Failed to pull image "model:missing": ${error}`,
    ]);
  });

  test(':crash is restarted again and again, and its events are counted', async () => {
    const thrice = ({ status }: Pod) => (status.containerStatuses?.[0]?.restartCount ?? 0) >= 3;
    const { status } = await pod('crash', ['model:crash'], thrice);
    const [container] = status.containerStatuses ?? [];
    assert.equal(container?.state.waiting?.reason, 'CrashLoopBackOff');
    assert.equal(container.lastState.terminated?.exitCode, 1);
    const backOff = (await eventsOf('crash')).filter((line) => line.includes('BackOff'));
    assert.equal(backOff.length, 1);
    assert.match(
      backOff[0] ?? '',
      /^([3-9]) Warning BackOff .+ Back-off restarting failed container a in pod crash_default\(/,
    );
  });

  for (const [tag, exitCode, reason] of [
    ['oom', 137, 'OOMKilled'],
    ['segfault', 139, 'Error'],
    ['exits', 0, 'Completed'],
  ] as const) {
    test(`:${tag} ends with ${exitCode}, ${reason}, again and again`, async () => {
      const { status } = await pod(tag, [`model:${tag}`], waits('CrashLoopBackOff'));
      const { terminated } = status.containerStatuses?.[0]?.lastState ?? {};
      assert.deepEqual([terminated?.exitCode, terminated?.reason], [exitCode, reason]);
    });
  }

  test(':unauthorized says that the registry lets nobody in', async () => {
    const { status } = await pod('unauthorized', ['model:unauthorized'], waits('ImagePullBackOff'));
    assert.match(
      status.containerStatuses?.[0]?.state.waiting?.message ?? '',
      /authorization failed: no basic auth credentials$/,
    );
  });

  test(':unready runs, its readiness probe fails, and it is not ready', async () => {
    const runs = ({ status }: Pod) => status.containerStatuses?.[0]?.state.running !== undefined;
    const found = await pod('unready', ['model:unready'], runs);
    assert.equal(isReady(found), false);
    const unhealthy =
      '1 Warning Unhealthy spec.containers{a}: Readiness probe failed: HTTP probe failed with statuscode: 503';
    assert.ok((await eventsOf('unready')).includes(unhealthy));
  });

  test(':unserved is ready, and the orchestrator beside it is not', async () => {
    const containers = [
      { name: 'a', image: 'model:unserved' },
      { name: 'seldon-container-engine', image: 'engine:1' },
    ];
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'unserved' }, spec: { containers } };
    await kubectl('run', 'unserved', '--image=x', `--overrides=${JSON.stringify(object)}`);
    const { status } = await podWhen('unserved', ({ status: { containerStatuses: [a, engine] = [] } }) =>
      Boolean(a?.ready && engine?.state.running),
    );
    assert.deepEqual(
      status.containerStatuses?.map(({ ready }) => ready),
      [true, false],
    );
  });

  for (const probe of ['liveness', 'startup']) {
    test(`:${probe} is killed again and again by its ${probe} probe, and runs`, async () => {
      const twice = ({ status }: Pod) => (status.containerStatuses?.[0]?.restartCount ?? 0) >= 2;
      const { status } = await pod(probe, [`model:${probe}`], twice);
      const [container] = status.containerStatuses ?? [];
      assert.deepEqual([container?.ready, container?.lastState.terminated?.exitCode], [false, 137]);
      assert.ok(container?.state.running);
      const killing = `Killing spec.containers{a}: Container a failed ${probe} probe, will be restarted`;
      assert.ok((await eventsOf(probe)).some((line) => line.endsWith(killing)));
    });
  }

  test(':recovers crashes three times, and runs', async () => {
    const { status } = await pod('recovers', ['model:recovers'], isReady);
    assert.equal(status.containerStatuses?.[0]?.restartCount, 3);
  });

  test(':loads-8s runs before it is ready', async () => {
    const runs = ({ status }: Pod) => status.containerStatuses?.[0]?.state.running !== undefined;
    assert.equal(isReady(await pod('loads', ['model:loads-8s'], runs)), false);
    await podWhen('loads', isReady);
  });

  test(':nomount starts nothing, for want of a Secret', async () => {
    const { status } = await pod(
      'nomount',
      ['model:nomount', 'x:1'],
      ({ status: { containerStatuses } }) => !!containerStatuses,
    );
    assert.equal(status.phase, 'Pending');
    const [told] = await eventsOf('nomount');
    assert.match(told ?? '', /^1 Warning FailedMount undefined: MountVolume\.SetUp failed .*not found$/);
  });

  test(':evicted ends with its whole pod', async () => {
    const { status } = await pod('evicted', ['model:evicted', 'x:1'], (found) => found.status.phase === 'Failed');
    assert.equal(status.containerStatuses?.[0]?.state.terminated?.reason, 'ContainerStatusUnknown');
  });

  test(':linger-3s takes three seconds to stop, and Killing is told at once', async () => {
    await pod('linger', ['model:linger-3s'], isReady);
    const began = Date.now();
    await kubectl('delete', 'pod', 'linger', '--wait=false');
    while (!(await eventsOf('linger')).includes('1 Normal Killing spec.containers{a}: Stopping container a')) {
      assert.ok(Date.now() - began < 3000);
    }
    await kubectl('wait', '--for=delete', 'pod/linger', '--timeout=10s');
    assert.ok(Date.now() - began >= 3000);
  });

  test('an init container ends, then the containers start', async () => {
    const { status } = await pod('init', ['model:1.0'], isReady, ['storage:1', 'second:1']);
    assert.deepEqual(
      status.initContainerStatuses?.map(({ state }) => state.terminated?.reason),
      ['Completed', 'Completed'],
    );
  });

  test('while an init container crashes, the containers do not start', async () => {
    const { status } = await pod('init-crash', ['model:1.0'], waits('CrashLoopBackOff'), ['storage:crash', 'second:1']);
    assert.equal(status.phase, 'Pending');
    assert.equal(status.containerStatuses?.[0]?.state.waiting?.reason, 'PodInitializing');
    assert.equal(
      status.conditions.find(({ type }) => type === 'Initialized')?.message,
      'containers with incomplete status: [init-a init-b]',
    );
  });

  test('a tag counts only at the end of the image', async () => {
    await pod('elsewhere', ['crash:5000/missing/model', 'x:slow-1h@sha256:abc', 'x:linger-1h-not'], isReady);
    await kubectl('delete', 'pod', 'elsewhere', '--timeout=5s');
  });
});
