import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { loadKubeconfig } from '../../src/cluster/kubeconfig.ts';
import { discoverSeldon, type SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import { applyResult } from '../../src/lifecycle/apply/apply-result.ts';
import { explain } from '../../src/lifecycle/errors/api-errors.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { startDoorkeeper } from './doorkeeper.ts';
import { component, model, modelYaml } from './models.ts';
import { linesOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

/** Three fields that the CRD does not have, at places that can be counted. */
const misspelt = `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: iris
spec:
  protocl: v2
  predictors:
    - name: default
      replicas: 1
      graph:
        name: classifier
        type: MODEL
        endpoint:
          service_hots: 9000
      componentSpecs:
        - replica: 1
          spec:
            containers:
              - name: classifier
                image: example/iris:1.0
`;

/** With what was meant, where that can be guessed. */
const misspeltFields = [
  'standard input:6:3: spec.protocl (did you mean "protocol"?)',
  'standard input:14:11: spec.predictors[0].graph.endpoint.service_hots (did you mean "service_host"?)',
  'standard input:16:11: spec.predictors[0].componentSpecs[0].replica (did you mean "replicas"?)',
];
const undeclared = [
  'standard input:6:3: spec.protocl',
  'standard input:14:11: spec.predictors[0].graph.endpoint.service_hots',
  'standard input:16:11: spec.predictors[0].componentSpecs[0].replica',
];

export function applyCases(server: () => ServerUnderTest): void {
  it('says in JSON what the apply and the scaling did', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const ended = linesOf(finished).filter(({ type, state }) => type === 'step' && state === 'succeeded');
    assert.deepEqual(
      ended.flatMap(({ step, message, result }) => (result ? [`${step}: ${message}: ${result}`] : [])),
      ['apply: serverside-applied: created', 'scale: scaled (spec.predictors[0].replicas: 1 -> 2): configured'],
    );
  });

  it('says in JSON that a scaling to the same number changed nothing', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '-o', 'json', '--replicas=1'];
    const scaled = linesOf(await server().run(args, { stdin: modelYaml() })).find(
      ({ type, step, state }) => type === 'step' && step === 'scale' && state === 'succeeded',
    );
    assert.equal(scaled?.result, 'unchanged');
  });

  it('names every field that the CRD does not declare, each with its place, and changes nothing', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: misspelt });
    assert.equal(finished.exitCode, 2, finished.stderr);
    assert.equal(
      afterDestination(finished),
      `error: cannot apply seldondeployment "iris": the cluster's CRD does not declare 3 fields: ${misspeltFields.join(', ')}
Check the spelling and the place, or leave unknown fields out with --drop-unknown-fields
`,
    );
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('says what else is wrong beside such a field', async () => {
    const namespace = await newNamespace(server());
    const stdin = misspelt.replace('service_hots: 9000', 'service_host: 9000');
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin });
    assert.equal(finished.exitCode, 2, finished.stderr);
    assert.match(finished.stderr, /does not declare 2 fields: .*protocl .*, .*replica .*$/m);
    assert.match(finished.stderr, /^without them: cannot apply seldondeployment "iris": .*service_host.*string/m);
  });

  it('passes on what else the API server refuses, with exit code 2', async () => {
    const namespace = await newNamespace(server());
    const predictor = { name: 'p', graph: { name: 'classifier', type: 'MODEL' }, traffic: 'all of it' };
    const stdin = stringify(model({ spec: { predictors: [predictor] } }));
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin });
    assert.equal(finished.exitCode, 2, finished.stderr);
    assert.match(
      afterDestination(finished),
      /^error: cannot apply seldondeployment "iris": .*\.spec\.predictors\[0\]\.traffic: expected numeric/,
    );
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('leaves such fields out when asked to, and names each', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '-o', 'json', '--drop-unknown-fields'];
    const finished = await server().run(args, { stdin: misspelt });
    assert.equal(finished.exitCode, 0, finished.stdout);
    const dropped = linesOf(finished).filter(({ type, level }) => type === 'notice' && level === 'warning');
    assert.deepEqual(
      dropped.map(({ message }) => message),
      undeclared.map((field) => `${field}: left out, the cluster's CRD does not declare this field`),
    );
  });

  it('takes a file that was saved from a cluster, with what only the server may write', async () => {
    const namespace = await newNamespace(server());
    const { metadata, ...rest } = model();
    const saved = {
      ...rest,
      metadata: {
        ...metadata,
        creationTimestamp: null,
        generation: 7,
        managedFields: [{ manager: 'kubectl', operation: 'Update' }],
        resourceVersion: '123456',
        selfLink: '/apis/machinelearning.seldon.io/v1/namespaces/other/seldondeployments/iris',
        uid: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      },
      status: { state: 'Available', replicas: 5, deploymentStatus: { gone: { availableReplicas: 5 } } },
    };
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: stringify(saved) });
    assert.equal(finished.exitCode, 0, finished.stderr);
  });

  it('takes a componentSpec with an empty creationTimestamp, as generated files have it', async () => {
    const namespace = await newNamespace(server());
    const graph = { name: 'classifier', type: 'MODEL' };
    const componentSpecs = [component('1.0', { metadata: { creationTimestamp: null } })];
    const stdin = stringify(model({ spec: { predictors: [{ name: 'default', graph, componentSpecs }] } }));
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin });
    assert.equal(finished.exitCode, 0, finished.stderr);
  });

  for (const version of ['v1alpha2', 'v1alpha3']) {
    it(`takes a file of ${version}`, async () => {
      const namespace = await newNamespace(server());
      const stdin = modelYaml().replace('seldon.io/v1', `seldon.io/${version}`);
      const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin });
      assert.equal(finished.exitCode, 0, finished.stderr);
    });
  }

  it('never conflicts with itself: applies, scales and applies the same file again', async () => {
    const namespace = await newNamespace(server());
    const cluster = await seldonCluster(server());
    const results: string[] = [];
    let before: SeldonDeployment = { metadata: { name: 'iris' } };
    for (const replicas of [1, 2, 1, 1]) {
      const applied = await cluster.apply(model({ namespace, replicas }));
      results.push(applyResult(applied, before));
      before = applied.deployment;
    }
    assert.deepEqual(results, ['created', 'configured', 'configured', 'unchanged']);
  });

  for (const command of ['apply', 'run']) {
    it(`${command} leaves a deployment as it is that somebody makes after it has looked`, async () => {
      const namespace = await newNamespace(server());
      const path = seldonPath(namespace);
      const doorkeeper = await startDoorkeeper(server(), (method, url) => method === 'PATCH' && url.includes(path));
      try {
        const args = [command, '-f', '-', '-n', namespace, '--force-conflicts'];
        const running = server().run(args, { stdin: modelYaml(), kubeconfig: doorkeeper.kubeconfig });
        await doorkeeper.knocked;
        await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ namespace, tag: '7' }));
        doorkeeper.open();
        const { exitCode, stdout, stderr } = await running;
        assert.equal(exitCode, 1, stderr);
        assert.match(
          stdout + stderr,
          /"iris" in namespace "\S+" was created by somebody else at the same moment: not changed/,
        );
        const [left] = await list<SeldonDeployment>(server(), path);
        assert.deepEqual([left?.metadata.generation, left?.spec], [1, model({ tag: '7' }).spec]);
      } finally {
        await doorkeeper.close();
      }
    });
  }

  it('manages the fields under the name of --field-manager', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--field-manager=release-7', '--cleanup=never'];
    const finished = await server().run(args, { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stderr);
    const [deployment] = await list<Managed>(server(), seldonPath(namespace));
    const ours = deployment?.metadata.managedFields.filter(({ operation }) => operation === 'Apply');
    assert.deepEqual(
      ours?.map(({ manager }) => manager),
      ['release-7'],
    );
  });

  it('says who manages a field that an apply would change, and the way out, which works', async () => {
    const namespace = await newNamespace(server());
    const cluster = await seldonCluster(server());
    const { deployment: before } = await cluster.apply(model({ namespace }));
    await takePredictors(server(), namespace);
    const again = model({ namespace, replicas: 2 });
    await assert.rejects(
      cluster.apply(again).catch((error) => explain(error, 'apply seldondeployment "iris"')),
      {
        exitCode: 1,
        message: 'cannot apply seldondeployment "iris": spec.predictors is managed by "somebody else"',
        hint: "Take it over with --force-conflicts, or give it the cluster's value in the file",
      },
    );
    assert.equal(applyResult(await cluster.apply(again, { force: true }), before), 'configured');
  });

  it('takes a field back that somebody else has changed in the meantime, with --force-conflicts', async () => {
    const namespace = await newNamespace(server());
    const running = server().run(['run', '-f', '-', '-n', namespace, '--force-conflicts', '--cleanup=never'], {
      stdin: modelYaml({ tag: 'slow-1500ms' }),
    });
    await takePredictors(server(), namespace);
    const finished = await running;
    assert.equal(finished.exitCode, 0, finished.stderr);
    const [deployment] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.deepEqual(deployment?.spec, model({ tag: 'slow-1500ms', replicas: 2 }).spec);
  });
}

async function seldonCluster({ kubeconfig }: ServerUnderTest): Promise<SeldonCluster> {
  const choice = { file: kubeconfig, context: undefined, env: {}, userAgent: 'behaviour-test' };
  const cluster = await discoverSeldon(loadKubeconfig(choice).connection);
  assert.ok(cluster);
  return cluster;
}

interface Managed {
  metadata: { name: string; managedFields: { manager: string; operation: string }[] };
}

/** Changes the predictors as another field manager, as soon as there is a deployment. */
async function takePredictors(server: ServerUnderTest, namespace: string): Promise<void> {
  const path = seldonPath(namespace);
  for (;;) {
    const [deployment] = await list<SeldonDeployment>(server, path);
    const predictors = deployment?.spec?.predictors?.map((predictor) => ({ ...predictor, traffic: 100 }));
    if (predictors) {
      await server.api.call({
        method: 'PATCH',
        path: `${path}/iris`,
        query: { fieldManager: 'somebody else' },
        contentType: 'application/merge-patch+json',
        body: { spec: { predictors } },
      });
      return;
    }
    await sleep(20);
  }
}
