import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';
import { model, modelYaml } from './models.ts';
import { linesOf, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { Witness } from './witness.ts';

export function lifecycleCases(server: () => ServerUnderTest): void {
  it('runs a model through its whole life, from YAML on standard input', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], { stdin: modelYaml() });

    assert.equal(finished.exitCode, 0, finished.stderr);
    const summary = summaryOf(finished);
    assert.equal(summary.outcome, 'succeeded');
    const [deployment] = summary.deployments;
    assert.deepEqual(
      deployment.steps.map(({ step, state }: { step: string; state: string }) => `${step} ${state}`),
      ['apply', 'wait-available', 'scale', 'wait-scaled', 'delete', 'wait-deleted'].map((step) => `${step} succeeded`),
    );
    assert.deepEqual(deployment.left, []);
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('shows with --diff each change of spec and status, a line for each field, from Creating to Available', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--diff', '--events=none'];
    const { exitCode, stdout, stderr } = await server().run(args, { stdin: modelYaml({ tag: 'slow-1s' }) });
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^status\.state: Creating → Available$/m);
    assert.match(stdout, /^spec\.predictors\[0\]\.replicas: (<none>|1) → 2$/m);
  });

  it('has the same changes in JSON', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--diff', '--events=none', '-o', 'json'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: 'slow-1s' }) });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const states = linesOf(finished).filter(({ type, path }) => type === 'field' && path === 'status.state');
    assert.ok(
      states.some(({ from, to }) => from === 'Creating' && to === 'Available'),
      JSON.stringify(states),
    );
  });

  it('tells it in kubectl’s words, with the events in kubectl’s table', async () => {
    const namespace = await newNamespace(server());
    const { exitCode, stdout, stderr } = await server().run(['run', '-f', '-', '-n', namespace], {
      stdin: modelYaml(),
    });

    assert.equal(exitCode, 0, stderr);
    const lines = stdout.split('\n').map((line) => line.trimEnd());
    const name = 'seldondeployment.machinelearning.seldon.io';
    assert.equal(lines[0], `${name}/iris serverside-applied`);
    assert.match(lines.join('\n'), /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m);
    assert.match(
      lines.join('\n'),
      /^\d+s +Normal +CreateDeployment +SeldonDeployment\/iris +Created Deployment "iris-default-0-classifier"$/m,
    );
    assert.match(lines.join('\n'), /^\d+s +Normal +Killing +Pod\/iris-default-0-classifier-/m);
    assert.ok(lines.includes(`${name}/iris scaled (spec.predictors[0].replicas: 1 -> 2)`));
    assert.ok(lines.includes(`${name} "iris" deleted from ${namespace} namespace`));
    assert.match(stdout, new RegExp(`^${namespace} +iris +succeeded +.* 0\\nsucceeded in .*s\\n$`, 'm'));
  });

  it('shows every event that the server holds of the deployment and all it owned, each once', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], { stdin: modelYaml() });

    const events = linesOf(finished).filter(({ type }) => type === 'event');
    const shown = events.map(({ event }) => event);
    const all = await list<KubernetesEvent>(server(), `/api/v1/namespaces/${namespace}/events`);
    // Nothing else happens in this namespace, so all of its events are the deployment's, but for those of Endpoints:
    // they are bound to their Service by name, and nobody owns them.
    const held = all.filter(({ involvedObject }) => involvedObject.kind !== 'Endpoints');
    assert.deepEqual(new Set(shown.map(({ uid }) => uid)), new Set(held.map(({ metadata }) => metadata.uid)));
    const versions = shown.map(({ uid, count }) => `${uid} x${count}`);
    assert.equal(new Set(versions).size, versions.length, 'no event is shown twice with the same count');
    for (const kind of ['SeldonDeployment', 'Deployment', 'ReplicaSet', 'Pod']) {
      assert.ok(
        shown.some(({ object }) => object.kind === kind),
        `some event is of a ${kind}`,
      );
    }
    assert.equal(summaryOf(finished).deployments[0].events, new Set(held.map(({ metadata }) => metadata.uid)).size);
  });

  it('shows no event of an earlier deployment of the same name', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '-o', 'json'];
    const first = await server().run(args, { stdin: modelYaml() });
    const second = await server().run(args, { stdin: modelYaml() });
    const uids = ({ stdout }: { stdout: string }) =>
      stdout
        .split('\n')
        .flatMap((line) => (line.includes('"type":"event"') ? [JSON.parse(line).event.object.uid] : []));
    assert.equal(second.exitCode, 0, second.stderr);
    assert.deepEqual(
      uids(first).filter((uid) => uids(second).includes(uid)),
      [],
    );
  });

  it('deletes nothing before all replicas are truly available, when pods are slow', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const finished = await server().run(['run', '-f', '-', '-n', namespace], {
      stdin: modelYaml({ tag: 'slow-700ms' }),
    });
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.deepEqual(witness.availableBeforeDeletion(), ['iris-default-0-classifier: 2 of 2']);
  });

  it('is not fooled by a status that says Available from before the scaling', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    await server().run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml({ tag: 'slow-700ms' }) });
    await witness.end();

    const fooling = witness.moments.filter(({ seldon, deployments }) => {
      const asked = seldon.get('iris')?.spec?.predictors?.[0]?.replicas;
      const available = deployments.get('iris-default-0-classifier')?.status?.availableReplicas;
      return asked === 2 && seldon.get('iris')?.status?.state === 'Available' && available === 1;
    });
    assert.ok(fooling.length > 0, 'the status was Available with 1 of 2 replicas available');
    assert.deepEqual(witness.availableBeforeDeletion(), ['iris-default-0-classifier: 2 of 2']);
  });

  it('ends after the pods are gone, when they take their time to end', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace], {
      stdin: modelYaml({ tag: 'linger-500ms' }),
    });
    assert.equal(finished.exitCode, 0, finished.stderr);
    for (const path of ['/api/v1', '/apis/apps/v1']) {
      const kinds = path === '/api/v1' ? ['pods', 'services'] : ['replicasets', 'deployments'];
      for (const kind of kinds) assert.deepEqual(await list(server(), `${path}/namespaces/${namespace}/${kind}`), []);
    }
  });

  it('ends at the timeout with exit code 4, says what it waited for, and leaves the model to be looked at', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--timeout=6s', '--fail-fast=false'];
    const json = await server().run([...args, '-o', 'json'], { stdin: modelYaml({ tag: 'missing' }) });

    assert.equal(json.exitCode, 4);
    const summary = summaryOf(json);
    assert.equal(summary.outcome, 'timed-out');
    const [deployment] = summary.deployments;
    assert.ok(deployment.left.includes('seldondeployment.machinelearning.seldon.io/iris'));
    assert.ok(deployment.left.includes('deployment.apps/iris-default-0-classifier'));
    assert.deepEqual(
      deployment.steps.map(({ state }: { state: string }) => state),
      ['succeeded', 'failed', 'skipped', 'skipped', 'skipped', 'skipped'],
    );
    assert.equal((await list(server(), seldonPath(namespace))).length, 1);

    const other = await server().run(args, { stdin: modelYaml({ tag: 'missing', name: 'other' }) });
    assert.equal(other.exitCode, 4);
    assert.match(
      other.stderr,
      /^error: timed out after 6\.0s waiting for seldondeployment "other" in namespace "case-\d+" to be available: still waiting for deployment "other-default-0-classifier": 0 of 1 replicas available: pod other-default-0-classifier-\S+, container classifier: ImagePullBackOff\b.*example\/iris:missing.* \(for .* now\)$/m,
    );
    assert.match(other.stderr, /^to remove it: kubectl delete seldondeployment other -n case-\d+$/m);
  });

  it('runs several deployments at the same time, each with its own outcome', async () => {
    const namespace = await newNamespace(server());
    const models = ['one', 'two', 'three'].map((name) => model({ name, tag: name === 'two' ? 'missing' : '1.0' }));
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: models });
    const finished = await server().run(
      ['run', '-f', '-', '-n', namespace, '-o', 'json', '--timeout=10s', '--fail-fast=false'],
      {
        stdin,
      },
    );

    const summary = summaryOf(finished);
    assert.deepEqual(
      summary.deployments.map(({ name, outcome }: { name: string; outcome: string }) => `${name} ${outcome}`),
      ['one succeeded', 'two timed-out', 'three succeeded'],
    );
    assert.equal(finished.exitCode, 4);
  });
}
