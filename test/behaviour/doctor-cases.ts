import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { model, modelYaml } from './models.ts';
import { startPorter } from './porter.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

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
      /^ok {8}webhooks? +(no webhook for seldondeployments|v1\.vseldondeployment\.kb\.io has a URL, .*)$/,
      /^ok {8}rights of run +all granted in namespace "case-\d+"$/,
      /^ok {8}autoscalers +none sets replicas in namespace "case-\d+"$/,
      /^ok {8}clock +the clocks of the server and of this machine agree within \d s$/,
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
    assert.match(
      found('autoscaler')?.message ?? '',
      /^horizontalpodautoscaler\.autoscaling\/\S+ sets the replicas of .* "iris"$/,
    );
    assert.equal(found('operator')?.state, 'ok', found('operator')?.message);
    assert.match(found('operator')?.message ?? '', /^wrote the status of seldondeployment "iris" \d+s ago$/);
  });

  it('says what the namespace refuses, and that there is no such namespace, as warnings', async () => {
    const namespace = await newNamespace(server());
    const { api } = server();
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', 'seldon.io/controller-id': 'blue' };
    await api.call({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}`,
      body: { metadata: { labels } },
      contentType: 'application/merge-patch+json',
    });
    const hard = { 'limits.cpu': '4', 'limits.memory': '8Gi' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard } };
    await api.call({ method: 'POST', path: `/api/v1/namespaces/${namespace}/resourcequotas`, body: quota });
    const look = async (name: string) => {
      const finished = await server().run(['doctor', '-n', name, '-o', 'json', '--for=list']);
      const checks = JSON.parse(finished.stdout).checks as Check[];
      // Nobody to serve it is more than a warning where another case has shown an operator that serves others.
      const missing = checks.flatMap(({ check, state }) => (state === 'missing' ? [check] : []));
      assert.deepEqual(
        [missing.filter((check) => check !== 'served by'), finished.exitCode],
        [[], missing.length > 0 ? 3 : 0],
      );
      return checks;
    };
    const says = async (check: string) => (await look(namespace)).find((one) => one.check === check)?.message ?? '';
    assert.match(await says('pod security'), /^restricted is enforced: /);
    assert.match(await says('served by'), /has the label seldon\.io\/controller-id=blue/);
    // The controller of quotas counts before it can be known what one asks for.
    for (let tries = 0; tries < 100 && !/limits/.test(await says('quota')); tries += 1);
    assert.match(
      await says('quota'),
      /^resourcequota "team" requires .* limits\.cpu, limits\.memory, and no LimitRange/,
    );
    const absent = (await look('no-such-namespace')).find(({ check }) => check === 'namespace');
    assert.deepEqual([absent?.state, absent?.message], ['warning', 'namespace "no-such-namespace" does not exist']);
  });

  it('says before a run what its namespace would refuse of a file, by how much, with exit code 3', async () => {
    const namespace = await newNamespace(server());
    const look = async (replicas: number, cpu: string) => {
      const container = { name: 'classifier', image: 'example/iris:1.0', resources: { requests: { cpu } } };
      const predictor = { name: 'default', replicas, graph: { name: 'classifier', type: 'MODEL' } };
      const spec = { predictors: [{ ...predictor, componentSpecs: [{ spec: { containers: [container] } }] }] };
      const args = ['doctor', '-f', '-', '-n', namespace, '-o', 'json', '--for=list'];
      const { exitCode, stdout, stderr } = await server().run(args, { stdin: stringify(model({ spec })) });
      assert.notEqual(stdout, '', stderr);
      const checks = JSON.parse(stdout).checks as Check[];
      return { exitCode, found: checks.filter(({ check }) => check.startsWith('files')) };
    };
    const room = await look(2, '250m');
    assert.equal(room.exitCode, 0);
    assert.match(room.found[0]?.message ?? '', /^namespace "case-\d+" has room for their 2 pods/);

    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' } };
    const body = { ...quota, spec: { hard: { 'requests.cpu': '1', pods: '10' } } };
    const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
    await server().api.call({ method: 'POST', path, body });
    let { exitCode, found } = await look(2, '250m');
    // A real server's controller counts before it is known what is left.
    for (let tries = 0; tries < 100 && exitCode === 0; tries += 1) ({ exitCode, found } = await look(2, '250m'));
    assert.equal(exitCode, 3);
    assert.deepEqual(
      found.map(({ state, message }) => `${state}: ${message}`),
      [
        'missing: quota "team" leaves 1 of requests.cpu, and the file asks for 1500m (2 × 750m of deployment.apps/iris-default-0-classifier)',
      ],
    );
    assert.equal((await look(1, '500m')).exitCode, 0);
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('looks at the namespace that the files are in, and refuses files that are wrong', async () => {
    const namespace = await newNamespace(server());
    const args = ['doctor', '-f', '-', '-o', 'json', '--for=list'];
    const finished = await server().run(args, { stdin: modelYaml({ namespace }) });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const checks = JSON.parse(finished.stdout).checks as Check[];
    const messages = checks.map(({ message }) => message);
    assert.ok(
      messages.some((message) => message === `all granted in namespace "${namespace}"`),
      messages.join('\n'),
    );
    const elsewhere = await server().run([...args, '-n', 'other'], { stdin: modelYaml({ namespace }) });
    assert.equal(elsewhere.exitCode, 2);
    assert.match(elsewhere.stderr, /does not match the namespace "other" of -n/);
    const wrong = await server().run(['doctor', '-f', '-'], { stdin: 'kind: SeldonDeployment' });
    assert.equal(wrong.exitCode, 2);
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
      /^missing {3}rights of delete +not allowed: delete seldondeployments\.machinelearning\.seldon\.io\. Ask for these rights: .*--for=delete/m,
    );
    assert.match(finished.stdout, /^warning {3}rights of wait +works without: watch pods \(/m);
    assert.match(
      finished.stderr,
      /^error: \d of \d+ checks failed: rights of run, rights of delete, rights of plan, rights of logs\n$/,
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
