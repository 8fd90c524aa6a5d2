import assert from 'node:assert/strict';
import { it } from 'node:test';
import { model, modelYaml } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

export function statusCases(server: () => ServerUnderTest): void {
  const status = (namespace: string, ...args: string[]) => server().run(['status', ...args, '-n', namespace]);

  it('shows a deployment as a tree, down to its pods', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ replicas: 2 }));
    const until = await status(namespace, 'iris', '-w', '--until=available', '--timeout=30s');
    assert.equal(until.exitCode, 0, until.stderr);
    const finished = await status(namespace, 'iris');
    assert.equal(finished.exitCode, 0);
    const lines = finished.stdout.trim().split('\n');
    const expected = [
      /^NAME +READY +STATUS +AGE +LAST WARNING$/,
      /^SeldonDeployment\/iris +2\/2 +Available +\d+s$/,
      /^└─ Predictor\/default +2\/2$/,
      /^ {3}└─ Deployment\/iris-default-0-classifier +2\/2 +Available +\d+s$/,
      /^ {6}└─ ReplicaSet\/iris-default-0-classifier-\w+ +2\/2 +Current +\d+s$/,
      /^ {9}├─ Pod\/iris-default-0-classifier-\w+-\w+ +(\d)\/\1 +Running +\d+s$/,
      /^ {9}└─ Pod\/iris-default-0-classifier-\w+-\w+ +(\d)\/\1 +Running +\d+s$/,
    ];
    assert.equal(lines.length, expected.length, finished.stdout);
    for (const [index, line] of lines.entries()) assert.match(line, expected[index] as RegExp);
  });

  it('says what it waits for and why, and shows the last warning', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ tag: 'missing' }));
    const until = await status(namespace, 'iris', '-w', '--until=available');
    assert.equal(until.exitCode, 5);
    assert.match(until.stderr, /^error: seldondeployment "iris" .* cannot become available: pod .* ImagePullBackOff/);
    const { stdout, exitCode } = await status(namespace);
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /Pod\/iris-default-0-classifier-\S+ +\d\/2 +(ImagePullBackOff|ErrImagePull) +\d+s +\w+ \d+s ago/,
    );
    assert.match(stdout, /^waiting for deployment "iris-default-0-classifier": 0 of 1 replicas available: pod iris-/m);
    assert.match(stdout, /^Check that the image example\/iris:missing exists/m);
    const object = JSON.parse((await status(namespace, 'iris', '-o', 'json')).stdout);
    assert.deepEqual(
      [object.metadata.name, object.state, object.ready, object.metricsPath],
      ['iris', 'Creating', { available: 0, desired: 1 }, '/prometheus'],
    );
    assert.match(object.cause.why, /ImagePull/);
  });

  it('shows with -o wide the restarts of each pod, and no CPU and memory where the server does not tell them', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model());
    await status(namespace, 'iris', '-w', '--until=available', '--timeout=30s');
    const { stdout, stderr, exitCode } = await status(namespace, 'iris', '-o', 'wide');
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.match(stdout, /^NAME +READY +STATUS +RESTARTS +AGE +LAST WARNING$/m);
    assert.match(stdout, /Pod\/iris-\S+ +(\d)\/\1 +Running +0 +\d+s$/m);
  });

  it('says beside a name that the operator has hashed what it is', async () => {
    const namespace = await newNamespace(server());
    const name = `iris-${'x'.repeat(50)}`;
    const finished = await server().run(['apply', '-f', '-', '-n', namespace, '--wait'], {
      stdin: modelYaml({ name }),
    });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const { stdout } = await server().run(['status', name, '-n', namespace]);
    assert.match(stdout, /Deployment\/seldon-[0-9a-f]{32} \(container classifier\) /);
  });

  it('ends its watch when all is gone', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.createsSeldonDeployment(model());
    await status(namespace, 'iris', '-w', '--until=available', '--timeout=30s');
    const args = ['status', 'iris', '-n', namespace, '-w', '--until=deleted', '--timeout=30s'];
    const finished = await server().run(args, {
      onceSeen: { text: /Available/, act: () => somebody.deletesSeldonDeployment('iris', 'Background') },
    });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, /^SeldonDeployment\/iris +1\/1 +Available/m);
    assert.match(finished.stdout, /\nSeldonDeployment\/iris +\d\/\d +Deleted/);
    assert.equal((await status(namespace, 'iris', '-w', '--until=deleted')).exitCode, 0);
  });

  it('ends the watch of a name when it and all that it owned are gone', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.createsSeldonDeployment(model());
    await status(namespace, 'iris', '-w', '--until=available', '--timeout=30s');
    const finished = await server().run(['status', 'iris', '-n', namespace, '-w'], {
      onceSeen: { text: /Available/, act: () => somebody.deletesSeldonDeployment('iris', 'Foreground') },
    });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const last = finished.stdout.split('\n\n').at(-1) ?? '';
    assert.match(last, /^NAME .*\nSeldonDeployment\/iris +\d\/\d +Deleted +\S+\n/);
    assert.doesNotMatch(last, /Pod|waiting/);
  });

  it('shows with --watch --diff each change as a line', async () => {
    const namespace = await newNamespace(server());
    // So slow that even on a busy machine it is looked at before it is available.
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ tag: 'slow-5s' }));
    const finished = await status(namespace, 'iris', '-w', '--diff', '--until=available', '--timeout=60s');
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, /^status\.state: Creating → Available$/m);
    assert.equal((await status(namespace, 'iris', '--diff')).exitCode, 2);
  });

  it('ends its watch when its time is up', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ tag: 'slow-1m' }));
    const finished = await status(namespace, '-w', '--until=scaled=1', '--timeout=1s');
    assert.equal(finished.exitCode, 4);
    assert.match(finished.stderr, /^error: timed out after 1\.0s waiting for seldondeployment "iris" .* scaled to 1/);
  });

  it('shows the events of the deployment itself where that is asked for', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model());
    await status(namespace, 'iris', '-w', '--until=available', '--timeout=30s');
    const { stdout } = await status(namespace, 'iris', '--show-events');
    assert.match(
      stdout,
      /\n\nEvents:\n {2}Type +Reason +Age +From +Message\n {2}---- +------ +---- +---- +-------\n {2}Normal +/,
    );
  });

  it('says what is wrong with the command line before it asks the cluster', async () => {
    for (const args of [['--until=available'], ['-w', '--until=ready'], ['-o', 'narrow'], ['-w', '--timeout=soon']]) {
      assert.equal(
        (await server().run(['status', ...args], { kubeconfig: '/no/such/file' })).exitCode,
        2,
        args.join(' '),
      );
    }
  });
}
