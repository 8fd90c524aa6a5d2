import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../src/sandbox/workloads/workload-objects.ts';
import { startTestCluster } from './cluster.ts';

function startPod(image: string, spec: object = {}) {
  const cluster = startTestCluster();
  cluster.create('Pod', { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image }], ...spec } });
  const pod = () => cluster.find<Pod>('Pod', 'p');
  return {
    ...cluster,
    pod,
    waiting: () => pod()?.status?.containerStatuses?.[0]?.state.waiting?.reason,
    isReady: () => pod()?.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True',
  };
}

describe('A pod in the sandbox', () => {
  it('is bound to the node in one write, then ready after 100 ms', async () => {
    const cluster = startPod('x:1');
    await cluster.clock.advance(5);
    assert.equal(cluster.pod()?.spec.nodeName, 'node-0');
    assert.equal(cluster.pod()?.metadata.generation, 1);
    assert.equal(cluster.waiting(), 'ContainerCreating');
    await cluster.clock.advance(90);
    assert.equal(cluster.isReady(), false);
    await cluster.clock.advance(20);
    assert.equal(cluster.isReady(), true);
    assert.match(String(cluster.pod()?.status?.podIP), /^10\./);
  });

  it('takes its time as the tag says', async () => {
    const cluster = startPod('x:slow-3s');
    await cluster.clock.advance(2900);
    assert.equal(cluster.isReady(), false);
    await cluster.clock.advance(200);
    assert.equal(cluster.isReady(), true);
  });

  it('without its image fails to pull it, then backs off for ever', async () => {
    const cluster = startPod('x:missing');
    await cluster.clock.advance(200);
    assert.equal(cluster.waiting(), 'ErrImagePull');
    await cluster.clock.advance(60_000);
    assert.equal(cluster.waiting(), 'ImagePullBackOff');
    assert.deepEqual(cluster.events().slice(1), [
      'Normal Pulling Pod: Pulling image',
      'Warning Failed Pod: Failed to pull image "x:missing": rpc error: code = NotFound desc = failed to pull and unpack image "x:missing": failed to resolve reference "x:missing": x:missing: not found',
      'Warning Failed Pod: Error: ErrImagePull',
      'Normal BackOff Pod: Back-off pulling image "x:missing"',
      'Warning Failed Pod: Error: ImagePullBackOff',
    ]);
  });

  it('that crashes restarts again and again, told in one event with a count', async () => {
    const cluster = startPod('x:crash');
    await cluster.clock.advance(3500);
    assert.equal(cluster.waiting(), 'CrashLoopBackOff');
    assert.equal(cluster.pod()?.status?.containerStatuses?.[0]?.restartCount, 3);
    assert.deepEqual(cluster.events().slice(2), [
      'Normal Started Pod: Started container (x3)',
      'Warning BackOff Pod: Back-off restarting failed container (x3)',
    ]);
  });

  for (const [tag, exitCode, reason] of [
    ['oom', 137, 'OOMKilled'],
    ['segfault', 139, 'Error'],
    ['exits', 0, 'Completed'],
  ] as const) {
    it(`ends again and again as ${tag} says`, async () => {
      const cluster = startPod(`x:${tag}`);
      await cluster.clock.advance(1500);
      assert.equal(cluster.waiting(), 'CrashLoopBackOff');
      const last = cluster.pod()?.status?.containerStatuses?.[0]?.lastState;
      assert.match(JSON.stringify(last), new RegExp(`"exitCode":${exitCode},"reason":"${reason}"`));
    });
  }

  for (const probe of ['liveness', 'startup'] as const) {
    it(`is killed again and again by its ${probe} probe, and runs`, async () => {
      const cluster = startPod(`x:${probe}`);
      await cluster.clock.advance(2500);
      const status = cluster.pod()?.status?.containerStatuses?.[0];
      assert.deepEqual(
        [status?.restartCount, status?.ready, Object.keys(status?.state ?? {})],
        [2, false, ['running']],
      );
      assert.ok(
        cluster.events().includes(`Normal Killing Pod: Container c failed ${probe} probe, will be restarted (x2)`),
      );
    });
  }

  it('that needs what comes later crashes three times, and runs', async () => {
    const cluster = startPod('x:recovers');
    await cluster.clock.advance(4000);
    assert.equal(cluster.isReady(), true);
    assert.equal(cluster.pod()?.status?.containerStatuses?.[0]?.restartCount, 3);
  });

  it('that loads runs before it is ready', async () => {
    const cluster = startPod('x:loads-2s');
    await cluster.clock.advance(1000);
    assert.equal(cluster.isReady(), false);
    assert.equal(cluster.pod()?.status?.phase, 'Running');
    await cluster.clock.advance(1500);
    assert.equal(cluster.isReady(), true);
  });

  it('that waits for a volume starts nothing', async () => {
    const cluster = startPod('x:nomount');
    await cluster.clock.advance(60_000);
    assert.equal(cluster.waiting(), 'ContainerCreating');
    assert.match(cluster.events().at(-1) ?? '', /^Warning FailedMount Pod: .*secret "not-there" not found$/);
  });

  it('that is evicted ends as a whole', async () => {
    const cluster = startPod('x:evicted');
    await cluster.clock.advance(2000);
    assert.deepEqual([cluster.pod()?.status?.phase, cluster.pod()?.status?.reason], ['Failed', 'Evicted']);
  });

  it('does not begin while an init container crashes', async () => {
    const cluster = startPod('x:1', { initContainers: [{ name: 'i', image: 'x:crash' }] });
    await cluster.clock.advance(2500);
    assert.equal(cluster.waiting(), 'PodInitializing');
    assert.equal(cluster.pod()?.status?.initContainerStatuses?.[0]?.restartCount, 2);
  });

  it('lingers after its deletion as the tag says', async () => {
    const cluster = startPod('x:linger-2s');
    await cluster.clock.advance(500);
    cluster.delete('Pod', 'p');
    await cluster.clock.advance(1900);
    assert.equal(cluster.pod()?.metadata.deletionGracePeriodSeconds, 30);
    await cluster.clock.advance(200);
    assert.equal(cluster.pod(), undefined);
    assert.equal(cluster.events().at(-1), 'Normal Killing Pod: Stopping container');
  });

  it('that fits no node stays pending, and says why', async () => {
    const cluster = startPod('x:1', { nodeSelector: { gpu: 'yes' } });
    await cluster.clock.advance(1000);
    const [condition] = cluster.pod()?.status?.conditions ?? [];
    assert.deepEqual(
      [condition?.type, condition?.status, condition?.reason],
      ['PodScheduled', 'False', 'Unschedulable'],
    );
    assert.match(cluster.events()[0] ?? '', /^Warning FailedScheduling Pod: 0\/1 nodes are available/);
  });
});
