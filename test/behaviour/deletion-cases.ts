import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { startDoorkeeper } from './doorkeeper.ts';
import { model, modelYaml } from './models.ts';
import { linesOf, summaryOf } from './reports.ts';
import { type Finished, list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

export function deletionCases(server: () => ServerUnderTest): void {
  it('names what blocks a deletion and its finalizers, again and again, and lists it at the end', async () => {
    const namespace = await newNamespace(server());
    const running = server().run(['run', '-f', '-', '-n', namespace, '--timeout=12s'], { stdin: modelYaml() });
    const release = await holdBack(server(), await theDeployment(server(), namespace));
    const { exitCode, stderr } = await running;

    assert.equal(exitCode, 4, stderr);
    const waiting = `^${namespace}/iris: waiting for service/hold \\(finalizers: example\\.com/hold\\) to be gone`;
    assert.match(stderr, new RegExp(`${waiting}$`, 'm'));
    assert.match(stderr, new RegExp(`${waiting} \\(for \\d+s\\)$`, 'm'));
    assert.match(
      stderr,
      /^error: timed out after \S+ waiting for .* to be deleted: still waiting for service\/hold \(finalizers: example\.com\/hold\) to be gone/m,
    );
    assert.match(stderr, /^service\/hold stays until its finalizers are removed: example\.com\/hold\. /m);
    assert.match(
      stderr,
      new RegExp(
        `^left in namespace ${namespace}: seldondeployment\\.machinelearning\\.seldon\\.io/iris, service/hold$`,
        'm',
      ),
    );
    await release();
  });

  for (const cascade of ['foreground', 'background']) {
    it(`leaves another of the same name alone that is made while its pods end (${cascade})`, async () => {
      const namespace = await newNamespace(server());
      const running = server().run(['run', '-f', '-', '-n', namespace, '-o', 'json', `--cascade=${cascade}`], {
        stdin: modelYaml({ tag: 'linger-1s' }),
      });
      const old = await theDeployment(server(), namespace);
      while ((await list(server(), seldonPath(namespace))).length > 0) await sleep(5);
      const another = await make(server(), namespace);
      await endsWithoutTouching(server(), await running, old, another);
    });
  }

  it('takes it for deleted where somebody else has done so and made another of the same name', async () => {
    const namespace = await newNamespace(server());
    const doorkeeper = await startDoorkeeper(server(), (method) => method === 'DELETE');
    const running = server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], {
      stdin: modelYaml(),
      kubeconfig: doorkeeper.kubeconfig,
    });
    await doorkeeper.knocked;
    const old = await theDeployment(server(), namespace);
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
    await server().api.call({ method: 'DELETE', path: `${seldonPath(namespace)}/iris`, body });
    const another = await make(server(), namespace);
    doorkeeper.open();
    const finished = await running;
    await doorkeeper.close();
    await endsWithoutTouching(server(), finished, old, another);
  });
}

/** The only one in the namespace, as soon as there is one. */
async function theDeployment(server: ServerUnderTest, namespace: string): Promise<SeldonDeployment> {
  for (;;) {
    const [deployment] = await list<SeldonDeployment>(server, seldonPath(namespace));
    if (deployment) return deployment;
    await sleep(5);
  }
}

/** Somebody makes a deployment of the usual name. */
async function make({ api }: ServerUnderTest, namespace: string): Promise<SeldonDeployment> {
  const body = model({ namespace });
  return (await api.call<SeldonDeployment>({ method: 'POST', path: seldonPath(namespace), body })).body;
}

/** Makes a Service that a deployment owns and that does not go; answers how to let it go. */
async function holdBack({ api }: ServerUnderTest, { metadata }: SeldonDeployment): Promise<() => Promise<unknown>> {
  const { name, namespace, uid } = metadata;
  const path = `/api/v1/namespaces/${namespace}/services`;
  const owner = { apiVersion: 'machinelearning.seldon.io/v1', kind: 'SeldonDeployment', name, uid };
  await api.call({
    method: 'POST',
    path,
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'hold',
        finalizers: ['example.com/hold'],
        ownerReferences: [{ ...owner, blockOwnerDeletion: true }],
      },
      spec: { ports: [{ port: 80 }] },
    },
  });
  return async () =>
    await api.call({
      method: 'PATCH',
      path: `${path}/hold`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
}

/** The run went well, and neither did anything to the other one nor says anything of it. */
async function endsWithoutTouching(
  server: ServerUnderTest,
  finished: Finished,
  old: SeldonDeployment,
  another: SeldonDeployment,
): Promise<void> {
  assert.equal(finished.exitCode, 0, finished.stdout);
  assert.deepEqual(summaryOf(finished).deployments[0].left, []);
  const { namespace = '', uid } = another.metadata;
  const [now] = await list<SeldonDeployment & { metadata: { managedFields: { manager: string }[] } }>(
    server,
    seldonPath(namespace),
  );
  assert.equal(now?.metadata.uid, uid);
  assert.equal(now?.metadata.deletionTimestamp, undefined);
  assert.deepEqual(now?.spec, another.spec);
  const managers = now?.metadata.managedFields.map(({ manager }) => manager) ?? [];
  assert.ok(!managers.includes('kubectl-seldon-lifecycle'), managers.join(', '));
  const ours = linesOf(finished)
    .filter(({ type, event }) => type === 'event' && event.object.kind === 'SeldonDeployment')
    .map(({ event }) => event.object.uid);
  assert.deepEqual([...new Set(ours)], [old.metadata.uid]);
}
