import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { runCli } from '../../src/cli.ts';
import { CapturedOutput } from '../captured-output.ts';
import { FakeClock } from '../fake-clock.ts';

const LEAST = ['--source=https://source.example/desired', '--owner=one'];

async function manifest(args: readonly string[]) {
  const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
  const exitCode = await runCli(['agent', 'manifest', ...LEAST, ...args], {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: {},
    clock: new FakeClock(),
    signal: new AbortController().signal,
    userAgent: 'test',
  });
  const objects = parseAllDocuments(stdout.text).map((document) => document.toJS());
  return { exitCode, stderr: stderr.text, objects };
}

/** Kind namespace/name of each object. */
async function placesOf(args: readonly string[]): Promise<string[]> {
  const { exitCode, stderr, objects } = await manifest(args);
  assert.equal(exitCode, 0, stderr);
  return objects.map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`);
}

const NAME = 'seldon-lifecycle-one';

describe('The manifest of an agent', () => {
  it('holds nothing but the agent: never the namespace of the models, which goes with all that is in it', async () => {
    assert.deepEqual(await placesOf(['-n', 'models']), [
      `ServiceAccount models/${NAME}`,
      `Role models/${NAME}`,
      `RoleBinding models/${NAME}`,
      `Deployment models/${NAME}`,
      `PodDisruptionBudget models/${NAME}`,
    ]);
  });

  it('puts the agent into a namespace of its own, with the rights on models where the models are', async () => {
    assert.deepEqual(await placesOf(['-n', 'models', '--agent-namespace=agents', '--create-namespace']), [
      'Namespace agents',
      `ServiceAccount agents/${NAME}`,
      `Role models/${NAME}`,
      `RoleBinding models/${NAME}`,
      `Role agents/${NAME}`,
      `RoleBinding agents/${NAME}`,
      `Deployment agents/${NAME}`,
      `PodDisruptionBudget agents/${NAME}`,
    ]);
    const { objects } = await manifest(['-n', 'models', '--agent-namespace=agents']);
    const of = (kind: string, namespace: string) =>
      objects.find((object) => object.kind === kind && object.metadata.namespace === namespace);
    const kindsOf = (namespace: string) =>
      of('Role', namespace).rules.flatMap(({ resources }: { resources: string[] }) => resources);
    assert.deepEqual(kindsOf('models'), ['seldondeployments', 'deployments', 'replicasets', 'pods']);
    assert.deepEqual(kindsOf('agents'), ['leases', 'leases']);
    for (const namespace of ['models', 'agents']) {
      assert.deepEqual(of('RoleBinding', namespace).subjects, [
        { kind: 'ServiceAccount', name: NAME, namespace: 'agents' },
      ]);
    }
    const { args } = of('Deployment', 'agents').spec.template.spec.containers[0];
    assert.ok(args.includes('--namespace=models') && args.includes('--lease-namespace=agents'), args.join(' '));
  });

  it('does so for all namespaces too', async () => {
    const args = ['-n', 'models', '-A', '--agent-namespace=agents'];
    assert.deepEqual(await placesOf(args), [
      `ServiceAccount agents/${NAME}`,
      `ClusterRole ${NAME}-agents`,
      `ClusterRoleBinding ${NAME}-agents`,
      `Role agents/${NAME}`,
      `RoleBinding agents/${NAME}`,
      `Deployment agents/${NAME}`,
      `PodDisruptionBudget agents/${NAME}`,
    ]);
  });

  for (const args of [[], ['--agent-namespace=models'], ['-A']]) {
    it(`refuses to create the namespace of the models: ${['--create-namespace', ...args].join(' ')}`, async () => {
      const { exitCode, stderr, objects } = await manifest(['-n', 'models', '--create-namespace', ...args]);
      assert.deepEqual([exitCode, objects.length], [2, 0]);
      assert.match(stderr, /^error: --create-namespace creates a namespace for the agent, and models is that of the /);
      assert.match(stderr, /^Use --agent-namespace=.*, or create it yourself: kubectl create namespace models$/m);
    });
  }

  it('refuses a namespace that cannot be one', async () => {
    const { exitCode, stderr } = await manifest(['-n', 'models', '--agent-namespace=../x']);
    assert.deepEqual([exitCode, stderr.split('\n')[0]], [2, 'error: "../x" is not a valid namespace']);
  });
});
