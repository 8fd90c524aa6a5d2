import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { Objects } from '../../src/cluster/objects.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { modelYaml } from './models.ts';
import { linesOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const IRIS = 'seldondeployment.machinelearning.seldon.io/iris';

/** As Python's client and empty blocks of Helm write it. */
export const withNulls = `\
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: iris
  annotations: null
  creationTimestamp: null
spec:
  annotations: null
  oauth_key: null
  predictors:
  - name: default
    replicas: null
    explainer: null
    svcOrchSpec: null
    graph:
      name: classifier
      type: MODEL
      children: null
      logger: null
    componentSpecs:
    - hpaSpec: null
      metadata: {creationTimestamp: null}
      spec:
        volumes: null
        containers:
        - name: classifier
          image: example/iris:1.0
          env: null
          resources: {limits: null}
status: null
`;

/** containers stands beside spec, name one step too far out, and one word lacks a letter. */
const misindented = `\
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: iris
spec:
  predictors:
  - graph:
      name: classifier
      type: MODEL
    replica: 1
    componentSpecs:
    - spec:
      containers:
      - name: classifier
        image: example/iris:1.0
`;
const mistakes = `error: there are 3 mistakes in standard input
standard input:7:5: spec.predictors[0].name is not set
standard input:10:5: spec.predictors[0].replica: unknown field: did you mean "replicas"?
standard input:13:7: spec.predictors[0].componentSpecs[0].containers: unknown field: did you mean "spec.containers"?
`;

const namespaceYaml = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n---\n`;
const secretYaml = 'apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {a: b}\n---\n';

/** Files as people have them. */
export function fileCases(server: () => ServerUnderTest): void {
  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'files-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  const deployments = (namespace: string) => list<SeldonDeployment>(server(), seldonPath(namespace));
  const readNamespace = (name: string) =>
    new Objects(server().api).read<KubernetesObject>({ ...resourceKinds.namespace, metadata: { name } });

  it('makes of a file with nulls what it makes of one without those fields: apply, diff, run, plan run and sync', async () => {
    const namespace = await newNamespace(server());
    const on = ['-n', namespace];
    const stdin = withNulls;
    const diff = await server().run(['diff', '-f', '-', ...on], { stdin });
    assert.equal(diff.exitCode, 7, diff.stderr);
    const dry = await server().run(['apply', '-f', '-', '--dry-run=server', '-v=1', ...on], { stdin });
    assert.equal(dry.exitCode, 0, dry.stderr);
    assert.match(
      dry.stderr,
      /^standard input:13:16: spec\.predictors\[0\]\.explainer is null, and counts as not set$/m,
    );
    const run = await server().run(['run', '-f', '-', ...on], { stdin });
    assert.equal(run.exitCode, 0, run.stderr);
    assert.doesNotMatch(run.stderr, / is null/);

    const file = path.join(directory, 'nulls.yaml');
    writeFileSync(file, withNulls);
    const plan = path.join(directory, 'plan.yaml');
    const steps = [{ apply: { filename: file } }, { wait: { for: 'available' } }, { delete: {} }];
    writeFileSync(plan, stringify({ apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps }));
    const planned = await server().run(['plan', 'run', '-f', plan, ...on]);
    assert.equal(planned.exitCode, 0, planned.stderr);
    const synced = await server().run(['sync', file, '--owner=nulls', ...on]);
    assert.equal(synced.exitCode, 0, synced.stderr);
    const again = await server().run(['sync', file, '--owner=nulls', '--dry-run=server', '--exit-code', ...on]);
    assert.equal(again.exitCode, 0, again.stdout);
    const [bySync] = await deployments(namespace);
    assert.equal((await server().run(['delete', 'iris', ...on])).exitCode, 0);

    const applied = await server().run(['apply', '-f', '-', ...on], { stdin });
    assert.equal(applied.exitCode, 0, applied.stderr);
    const [byApply] = await deployments(namespace);
    for (const made of [bySync, byApply]) {
      assert.deepEqual(made?.spec, {
        predictors: [
          {
            name: 'default',
            graph: { name: 'classifier', type: 'MODEL' },
            componentSpecs: [
              {
                metadata: {},
                spec: { containers: [{ name: 'classifier', image: 'example/iris:1.0', resources: {} }] },
              },
            ],
          },
        ],
      });
    }
  });

  for (const command of ['apply', 'diff', 'run']) {
    it(`${command}: tells all that is wrong with a file at once, the cluster's schema included, and changes nothing`, async () => {
      const namespace = await newNamespace(server());
      const finished = await server().run([command, '-f', '-', '-n', namespace], { stdin: misindented });
      assert.deepEqual([finished.exitCode, finished.stdout, finished.stderr], [2, '', mistakes]);
      assert.deepEqual(await deployments(namespace), []);
    });
  }

  it('tells what is wrong with a file by itself where no cluster can be asked', async () => {
    const args = ['apply', '-f', '-', '--server=https://127.0.0.1:1', '--request-timeout=1s'];
    const finished = await server().run(args, { stdin: misindented });
    assert.equal(finished.stderr, 'error: standard input:7:5: spec.predictors[0].name is not set\n');
    assert.equal(finished.exitCode, 2);
  });

  it('says which field was meant, and where values stand that the server refuses', async () => {
    const namespace = await newNamespace(server());
    const stdin = modelYaml()
      .replace('componentSpecs', 'componentSpec')
      .replace('replicas: 1', 'traffic: "100"\n      shadow: "false"');
    const finished = await server().run(['apply', '-f', '-', '-n', namespace], { stdin });
    assert.equal(finished.exitCode, 2, finished.stderr);
    const lines = afterDestination(finished).split('\n');
    assert.match(
      lines[0] ?? '',
      /standard input:\d+:7: spec\.predictors\[0\]\.componentSpec \(did you mean "componentSpecs"\?\)$/,
    );
    assert.deepEqual(lines.slice(1, 3), [
      'standard input:8:16: spec.predictors[0].traffic: expected a whole number, found "100": without the quotes',
      'standard input:9:15: spec.predictors[0].shadow: expected true or false, found "false": without the quotes',
    ]);
    assert.deepEqual(await deployments(namespace), []);
  });

  for (const version of ['v1alpha1', 'v1alpha4']) {
    it(`refuses a file of ${version}, which the cluster does not serve, and names those that it does`, async () => {
      const namespace = await newNamespace(server());
      const file = path.join(directory, `${version}.yaml`);
      writeFileSync(file, modelYaml().replace('seldon.io/v1', `seldon.io/${version}`));
      const plan = path.join(directory, `plan-${version}.yaml`);
      const steps = [{ apply: { filename: file } }];
      writeFileSync(plan, stringify({ apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps }));
      const why = `no matches for kind "SeldonDeployment" in version "machinelearning.seldon.io/${version}": the cluster serves v1, v1alpha`;
      for (const args of [
        ['apply', '-f', file],
        ['diff', '-f', file],
        ['run', '-f', file],
        ['plan', 'run', '-f', plan],
        ['sync', file, '--owner=versions'],
      ]) {
        const { exitCode, stdout, stderr } = await server().run([...args, '-n', namespace]);
        assert.equal(exitCode, args[0] === 'sync' ? 1 : 2, stderr);
        const said = stdout + stderr;
        assert.ok(said.includes(args[0] === 'sync' ? why : `error: ${file}:1:13: ${why}`), said);
      }
      assert.deepEqual(await deployments(namespace), []);
    });
  }

  it('applies the Namespace of a file first, diff shows both as new, and a second apply has nothing to do', async () => {
    const namespace = `${await newNamespace(server())}-of-file`;
    const stdin = `${secretYaml.replace('name: key', `name: key, namespace: ${namespace}`)}${modelYaml({ namespace })}---\n${namespaceYaml(namespace)}`;
    const diff = await server().run(['diff', '-f', '-'], { stdin });
    assert.equal(diff.exitCode, 7, diff.stderr);
    assert.deepEqual(
      [...diff.stdout.matchAll(/^diff \S+ \S+ LIVE\/(\S+)/gm)].map(([, name]) => name),
      [
        `v1.Namespace..${namespace}`,
        `v1.Secret.${namespace}.key`,
        `machinelearning.seldon.io.v1.SeldonDeployment.${namespace}.iris`,
      ],
    );
    assert.match(diff.stderr, new RegExp(`^Warning: namespace "${namespace}" does not exist yet: `));
    const dry = await server().run(['apply', '-f', '-', '--dry-run=server'], { stdin });
    assert.equal(dry.exitCode, 0, dry.stderr);
    const suffix = '(server dry run)';
    assert.equal(
      dry.stdout,
      `namespace/${namespace} serverside-applied ${suffix}\nsecret/key serverside-applied ${suffix}\n${IRIS} serverside-applied ${suffix}\n`,
    );
    assert.equal(await readNamespace(namespace), undefined);

    const applied = await server().run(['apply', '-f', '-', '--wait'], { stdin });
    assert.equal(applied.exitCode, 0, applied.stderr);
    assert.equal((await deployments(namespace)).length, 1);
    const none = await server().run(['diff', '-f', '-'], { stdin });
    assert.deepEqual([none.exitCode, none.stdout, none.stderr], [0, '', '']);
    const deleted = await server().run(['delete', '-f', '-'], { stdin });
    assert.equal(deleted.exitCode, 0, deleted.stderr);
    assert.ok(await readNamespace(namespace), 'what else is in it is not for us to delete');
  });

  it('finds what is wrong with a file also where its Namespace is not there yet', async () => {
    const namespace = `${await newNamespace(server())}-of-file`;
    const stdin = namespaceYaml(namespace) + modelYaml({ namespace }).replace('componentSpecs', 'componentSpec');
    for (const args of [
      ['diff', '-f', '-'],
      ['apply', '-f', '-', '--dry-run=server'],
    ]) {
      const finished = await server().run(args, { stdin });
      assert.equal(finished.exitCode, 2, finished.stdout);
      assert.match(finished.stderr, /componentSpec: unknown field: did you mean "componentSpecs"\?$/m);
    }
  });

  it('runs a file with its Namespace, and removes that if the run made it', async () => {
    const namespace = `${await newNamespace(server())}-of-file`;
    const stdin = namespaceYaml(namespace) + modelYaml({ namespace });
    const made = await server().run(['run', '-f', '-'], { stdin });
    assert.equal(made.exitCode, 0, made.stderr);
    assert.match(made.stderr, new RegExp(`^namespace "${namespace}" deleted$`, 'm'));
    assert.equal(await readNamespace(namespace), undefined);

    const other = await newNamespace(server());
    const kept = await server().run(['run', '-f', '-'], {
      stdin: namespaceYaml(other) + modelYaml({ namespace: other }),
    });
    assert.equal(kept.exitCode, 0, kept.stderr);
    assert.ok(await readNamespace(other));
  });

  it('carries out a plan with a Namespace in its file', async () => {
    const namespace = `${await newNamespace(server())}-of-file`;
    const file = path.join(directory, 'in-namespace.yaml');
    writeFileSync(file, namespaceYaml(namespace) + modelYaml({ namespace }));
    const plan = path.join(directory, 'plan-of-namespace.yaml');
    const steps = [{ apply: { filename: file } }, { wait: { for: 'available' } }, { delete: {} }];
    writeFileSync(plan, stringify({ apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps }));
    const finished = await server().run(['plan', 'run', '-f', plan]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(await readNamespace(namespace), undefined);
  });

  it('makes no namespace in a dry run', async () => {
    const namespace = `${await newNamespace(server())}-not-made`;
    const args = ['apply', '-f', '-', '-n', namespace, '--create-namespace', '--dry-run=server'];
    const finished = await server().run(args, { stdin: modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(
      finished.stdout,
      `namespace/${namespace} created (server dry run)\n${IRIS} serverside-applied (server dry run)\n`,
    );
    assert.equal(await readNamespace(namespace), undefined);
  });

  it('says of what an apply has not changed that it is unchanged, and that it is available already', async () => {
    const namespace = await newNamespace(server());
    const apply = async (stdin: string, ...more: string[]) => {
      const finished = await server().run(['apply', '-f', '-', '-n', namespace, ...more], { stdin });
      assert.equal(finished.exitCode, 0, finished.stderr);
      return finished;
    };
    const first = await apply(secretYaml + modelYaml(), '--wait');
    assert.match(
      first.stdout,
      new RegExp(`^secret/key serverside-applied\n${IRIS} serverside-applied\n${IRIS} available after `),
    );
    // Of what was applied this very moment only kubectl's word is sure.
    await sleep(4_100);
    const second = await apply(secretYaml + modelYaml(), '--wait');
    assert.equal(second.stdout, `secret/key unchanged\n${IRIS} unchanged\n${IRIS} already available\n`);
    const dry = await apply(modelYaml(), '--dry-run=server');
    assert.equal(dry.stdout, `${IRIS} unchanged (server dry run)\n`);
    const other = await apply(secretYaml.replace('a: b', 'a: c') + modelYaml({ tag: '2.0' }), '--dry-run=server');
    const suffix = 'serverside-applied (server dry run)';
    assert.equal(other.stdout, `secret/key ${suffix}\n${IRIS} ${suffix}\n`);
    const json = linesOf(await apply(modelYaml(), '--wait', '-o', 'json'));
    const ended = json.filter(({ type, state }) => type === 'step' && state === 'succeeded');
    assert.deepEqual(
      ended.map(({ step, message, result }) => [step, message, result]),
      [
        ['apply', 'unchanged', 'unchanged'],
        ['wait-available', 'already available', undefined],
      ],
    );
    const changed = await apply(secretYaml.replace('a: b', 'a: c') + modelYaml({ replicas: 2 }));
    assert.equal(changed.stdout, `secret/key serverside-applied\n${IRIS} serverside-applied\n`);
  });

  it('refuses -k, and says how a kustomization is built', async () => {
    const finished = await server().run(['apply', '-k', directory]);
    assert.equal(finished.exitCode, 2);
    assert.match(
      finished.stderr,
      /^error: unknown shorthand flag: 'k' in -k\nBuild it first: kubectl kustomize DIR \| kubectl seldon-lifecycle … -f -\n/,
    );
  });
}
