import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { model } from './models.ts';
import { startPorter } from './porter.ts';
import { newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

interface Check {
  check: string;
  state: string;
  message: string;
  advice?: string;
}

export function doctorCases(server: () => ServerUnderTest): void {
  it('examines a cluster in which all is well, a line for each check, and ends with 0', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['doctor', '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr + finished.stdout);
    assert.equal(finished.stderr, '');
    const [header, ...lines] = finished.stdout.trimEnd().split('\n');
    assert.match(header ?? '', /^STATE {5}CHECK +FOUND$/);
    for (const line of [
      /^ok {8}cluster +https?:\/\/127\.0\.0\.1:\d+ answers, Kubernetes v1\.\d+\.\d+$/,
      /^ok {8}crd +seldondeployments\.machinelearning\.seldon\.io in v1, v1alpha[23], v1alpha[23]$/,
      /^ok {8}scale subresource +served$/,
      /^ok {8}webhooks +none is asked about seldondeployments$/,
      /^ok {8}rights of run +all of them in namespace "case-\d+"$/,
      /^ok {8}autoscalers +none decides in namespace "case-\d+"$/,
      /^ok {8}clock +the server's and ours agree within \d s$/,
    ]) {
      assert.ok(
        lines.some((one) => line.test(one)),
        `${line} in\n${finished.stdout}`,
      );
    }
  });

  it('finds the operator alive by the status that it wrote, and an autoscaler that decides replicas', async () => {
    const namespace = await newNamespace(server());
    const predictor = {
      name: 'default',
      graph: { name: 'classifier', type: 'MODEL' },
      componentSpecs: [
        {
          hpaSpec: { minReplicas: 1, maxReplicas: 3, metricsv2: [] },
          spec: { containers: [{ name: 'classifier', image: 'example/iris:1.0' }] },
        },
      ],
    };
    await server().api.call({
      method: 'POST',
      path: seldonPath(namespace),
      body: model({ spec: { predictors: [predictor] } }),
    });
    const args = ['doctor', '-n', namespace, '-o', 'json', '--for=list'];
    const look = async () => JSON.parse((await server().run(args)).stdout).checks as Check[];
    let checks = await look();
    const found = (name: string) => checks.find(({ check }) => check === name);
    // The operator makes the autoscaler first, and writes the status after it.
    const isSettled = () => found('autoscaler') && found('operator')?.state === 'ok';
    for (let tries = 0; tries < 50 && !isSettled(); tries += 1) checks = await look();
    assert.equal(found('autoscaler')?.state, 'warning');
    assert.match(found('autoscaler')?.message ?? '', /^horizontalpodautoscaler\.autoscaling\/\S+ decides .* "iris"$/);
    assert.equal(found('operator')?.state, 'ok', found('operator')?.message);
    assert.match(found('operator')?.message ?? '', /^wrote the status of seldondeployment "iris" \d+s ago$/);
  });

  it('says with exit code 3 which right is missing, for which command, and how to get it', async () => {
    const namespace = await newNamespace(server());
    const porter = await startPorter(server(), ['delete seldondeployments', 'watch pods']);
    const { kubeconfig } = porter;
    const finished = await server().run(['doctor', '-n', namespace], { kubeconfig });
    const enough = await server().run(['doctor', '-n', namespace, '--for=list,wait'], { kubeconfig });
    await porter.close();
    assert.equal(finished.exitCode, 3);
    assert.match(
      finished.stdout,
      /^missing {3}rights of delete +not allowed: delete seldondeployments\.machinelearning\.seldon\.io\. Ask for this: .*--for=delete/m,
    );
    assert.match(finished.stdout, /^warning {3}rights of wait +does without: watch pods \(/m);
    assert.match(
      finished.stderr,
      /^error: \d of \d+ checks failed: rights of run, rights of delete, rights of logs\n$/,
    );
    assert.equal(enough.exitCode, 0, enough.stdout);
    assert.doesNotMatch(enough.stdout, /rights of run/);
  });

  it('refuses to examine a command that there is not', async () => {
    const finished = await server().run(['doctor', '--for=rum']);
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /^error: invalid argument "rum" for "--for": expected some of run, apply, /);
  });

  it('says with exit code 3 that the server cannot be reached, as its only finding', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'kubeconfig-'));
    const kubeconfig = path.join(directory, 'config');
    writeFileSync(
      kubeconfig,
      `clusters: [{name: a, cluster: {server: 'https://127.0.0.1:59999'}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: {}}]
current-context: a`,
    );
    const finished = await server().run(['doctor'], { kubeconfig });
    rmSync(directory, { recursive: true });
    assert.equal(finished.exitCode, 3);
    assert.match(
      finished.stdout,
      /^STATE {5}CHECK {5}FOUND\nmissing {3}cluster {3}The connection to the server 127\.0\.0\.1:59999 was refused.*\n$/,
    );
  });
}
