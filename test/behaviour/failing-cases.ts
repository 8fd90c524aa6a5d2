import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Deployment } from '../../src/kubernetes/objects.ts';
import { component, model, modelYaml } from './models.ts';
import { notices, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const left = async (server: ServerUnderTest, namespace: string) => {
  const kinds = [
    seldonPath(namespace),
    `/apis/apps/v1/namespaces/${namespace}/deployments`,
    `/api/v1/namespaces/${namespace}/pods`,
  ];
  return (await Promise.all(kinds.map((path) => list(server, path)))).map(({ length }) => length);
};

export function failingCases(server: () => ServerUnderTest): void {
  it('ends with exit code 5 in under 15 s when an image is missing, and names pod, container and image', async () => {
    const namespace = await newNamespace(server());
    const start = Date.now();
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml({ tag: 'missing' }) });
    assert.ok(Date.now() - start < 15_000);
    assert.equal(finished.exitCode, 5);
    assert.match(
      finished.stderr,
      /^error: seldondeployment "iris" in namespace "case-\d+" cannot become available: pod iris-default-0-classifier-\S+, container classifier: ImagePullBackOff\b.*example\/iris:missing/m,
    );
    assert.match(finished.stderr, /^event: \w+ Pod\/iris-default-0-classifier-\S+: /m);
    assert.match(finished.stderr, /^Check that the image example\/iris:missing exists.* \(standard input:\d+\)$/m);
  });

  it('ends with exit code 5 when a container crashes again and again, with the end of its log', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml({ tag: 'crash' }) });
    assert.equal(finished.exitCode, 5);
    assert.match(finished.stderr, /cannot become available: pod iris-\S+, container classifier: CrashLoopBackOff/);
    assert.match(finished.stderr, /^log of iris-\S+, container classifier:\n {2}Traceback/m);
    assert.match(finished.stderr, /^Read the end of its log/m);
  });

  for (const [tag, says, reason, advice] of [
    [
      'oom',
      /container classifier: OOMKilled, exit code 137/,
      'OOMKilled',
      /^Raise resources\.limits\.memory of container classifier/m,
    ],
    ['segfault', /exits with code 139 \(SIGSEGV/, 'CrashLoopBackOff', /^Read the end of its log/m],
    ['exits', /exits without an error \(exit code 0\)/, 'Completed', /^Use a command that keeps running/m],
    ['unauthorized', /ImagePullBackOff.*authorization failed/, 'ImagePullUnauthorized', /imagePullSecrets/],
  ] as const) {
    it(`ends with exit code 5 and says why, what and where in the file, when a container’s story is ${tag}`, async () => {
      const namespace = await newNamespace(server());
      const args = ['run', '-f', '-', '-n', namespace, '--cleanup=never'];
      const finished = await server().run(args, { stdin: modelYaml({ tag }) });
      assert.equal(finished.exitCode, 5, finished.stderr);
      assert.match(finished.stderr, says);
      assert.match(finished.stderr, advice);
      assert.match(finished.stderr, / \(standard input:\d+\)$/m);
      const { stdout } = await server().run(['diagnose', 'iris', '-n', namespace, '-o', 'json']);
      assert.equal(JSON.parse(stdout).diagnosis[0].reason, reason, stdout);
    });
  }

  it('names the readiness probe and its answer while it waits, and when the time is up', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--timeout=4s', '--cleanup=never'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: 'unready' }) });
    assert.equal(finished.exitCode, 4, finished.stderr);
    assert.match(
      finished.stderr,
      /container classifier: not ready, its readiness probe.* fails: HTTP probe failed with statuscode: 503/,
    );
    assert.match(finished.stderr, /^event: Unhealthy Pod\/iris-\S+: Readiness probe failed/m);
    assert.match(finished.stderr, /readinessProbe \(standard input:\d+\); or allow more time with --timeout/m);
  });

  it('says that the previous version still serves where an update fails', async () => {
    const namespace = await newNamespace(server());
    const good = ['apply', '-f', '-', '-n', namespace, '--wait'];
    assert.equal((await server().run(good, { stdin: modelYaml() })).exitCode, 0);
    const finished = await server().run(good, { stdin: modelYaml({ tag: 'missing' }) });
    assert.equal(finished.exitCode, 5, finished.stderr);
    assert.match(
      finished.stderr,
      /^the previous version still serves, with 1 replica; to roll back: kubectl seldon-lifecycle undo iris /m,
    );
  });

  it('waits for the least that an autoscaler lets a model have', async () => {
    const namespace = await newNamespace(server());
    const hpaSpec = { minReplicas: 2, maxReplicas: 3, metricsv2: [] };
    const spec = {
      predictors: [
        { name: 'p', graph: { name: 'classifier', type: 'MODEL' }, componentSpecs: [component('1.0', { hpaSpec })] },
      ],
    };
    const args = ['apply', '-f', '-', '-n', namespace, '--wait', '--timeout=1m'];
    const finished = await server().run(args, { stdin: stringify(model({ spec })) });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const [deployment] = await list<Deployment>(server(), `/apis/apps/v1/namespaces/${namespace}/deployments`);
    assert.equal(deployment?.status?.availableReplicas, 2);
  });

  it('says in JSON why it failed, with a reason for scripts', async () => {
    const namespace = await newNamespace(server());
    const args = ['apply', '-f', '-', '-n', namespace, '--wait', '-o', 'json'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: 'missing' }) });
    const [{ diagnosis }] = summaryOf(finished).deployments;
    const [first] = diagnosis;
    assert.deepEqual([first.reason, first.final, first.container], ['ImageNotFound', true, 'classifier']);
  });

  it('says what is wrong with a model that is there already: diagnose', async () => {
    const namespace = await newNamespace(server());
    await server().run(['apply', '-f', '-', '-n', namespace], { stdin: modelYaml({ tag: 'missing' }) });
    const wait = ['wait', 'iris', '-n', namespace, '--for=failed', '--timeout=1m'];
    assert.equal((await server().run(wait)).exitCode, 0);
    const { exitCode, stdout } = await server().run(['diagnose', 'iris', '-n', namespace]);
    assert.equal(exitCode, 5);
    assert.match(stdout, /^seldondeployment "iris" in namespace "case-\d+": Creating, 0 of 1 replicas available$/m);
    assert.match(stdout, /^ {2}Check that the image example\/iris:missing exists/m);
    assert.ok(stdout.trimEnd().split('\n').length <= 20);
  });

  it('waits until the timeout with --fail-fast=false', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--fail-fast=false', '--timeout=4s'];
    assert.equal((await server().run(args, { stdin: modelYaml({ tag: 'crash' }) })).exitCode, 4);
  });

  it('ends when the time for all of it is up', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--total-timeout=2s'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: 'slow-1m' }) });
    assert.equal(finished.exitCode, 4);
    assert.match(finished.stderr, /^error: timed out \(total\) waiting for seldondeployment "iris"/m);
    assert.match(finished.stderr, /^Allow more time with --total-timeout$/m);
  });

  it('deletes what it made after a failure, with --cleanup=always', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--cleanup=always', '--fail-grace=0s', '-o', 'json'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: 'missing' }) });
    assert.equal(finished.exitCode, 5);
    assert.deepEqual(await left(server(), namespace), [0, 0, 0]);
    const [deployment] = summaryOf(finished).deployments;
    assert.deepEqual(deployment.left, []);
    assert.ok(
      deployment.steps.some(
        ({ step, state }: { step: string; state: string }) => step === 'wait-deleted' && state === 'succeeded',
      ),
    );
  });

  it('deletes what it made after Ctrl-C, with --cleanup=always', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '--cleanup=always', '-o', 'json'], {
      stdin: modelYaml({ tag: 'slow-1m' }),
      interruptAfter: /"step":"wait-available","state":"started"/,
    });
    assert.equal(finished.exitCode, 130);
    assert.equal(summaryOf(finished).outcome, 'interrupted');
    assert.deepEqual(await left(server(), namespace), [0, 0, 0]);
  });

  it('leaves a model that went well with --cleanup=never, and says how to remove it', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--cleanup=never', '-o', 'json'];
    const finished = await server().run(args, { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0);
    assert.deepEqual(await left(server(), namespace), [1, 1, 2]);
    assert.match(notices(finished), new RegExp(`to remove it: kubectl delete seldondeployment iris -n ${namespace}`));
  });

  it('waits for the pods too after a background deletion', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--cascade=background'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: 'linger-500ms' }) });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.deepEqual(await left(server(), namespace), [0, 0, 0]);
  });

  it('leaves what it owned after an orphaning deletion', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--cascade=orphan'];
    const finished = await server().run(args, { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.deepEqual(await left(server(), namespace), [0, 1, 2]);
  });

  it('runs one after the other with --concurrency=1', async () => {
    const namespace = await newNamespace(server());
    const stdin = `${modelYaml({ name: 'one' })}---\n${modelYaml({ name: 'two' })}`;
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '--concurrency=1', '-o', 'json'], {
      stdin,
    });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const lines = finished.stdout.split('\n');
    const gone = lines.findIndex((line) => /"name":"one".*"step":"wait-deleted","state":"succeeded"/.test(line));
    const applied = lines.findIndex((line) => /"name":"two".*"step":"apply","state":"started"/.test(line));
    assert.ok(gone > 0 && applied > gone, `${gone} before ${applied}`);
  });

  it('leaves a namespace that it made when somebody has put something into it', async () => {
    const namespace = `${await newNamespace(server())}-shared`;
    const running = server().run(['run', '-f', '-', '-n', namespace, '--create-namespace'], {
      stdin: modelYaml({ tag: 'slow-700ms' }),
    });
    const put = () =>
      server().api.call({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'precious' } },
      });
    for (let tries = 0; tries < 100; tries += 1) {
      if (
        await put().then(
          () => true,
          () => false,
        )
      )
        break;
      await sleep(50);
    }
    const finished = await running;
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(
      finished.stderr,
      new RegExp(`^namespace "${namespace}" is not deleted, because it contains configmaps/precious$`, 'm'),
    );
  });
}
