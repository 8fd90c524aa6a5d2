import assert from 'node:assert/strict';
import { it } from 'node:test';
import { jsonIn, partsOf } from '../printed-json.ts';
import { modelYaml } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';

/** Each command line that prints one document, and the part of `schema` that describes it. */
const documents: readonly [args: readonly string[], part: string][] = [
  [['apply', '-f', '-', '--dry-run=server'], 'kubernetesObject'],
  [['scale', 'iris', '--replicas=2', '--dry-run=client'], 'kubernetesObject'],
  [['list', 'iris'], 'kubernetesObject'],
  [['list'], 'list'],
  [['status', 'iris'], 'deploymentStatus'],
  [['status'], 'list'],
  [['diagnose', 'iris'], 'diagnosedDeployment'],
  [['diagnose'], 'list'],
  [['events', 'iris'], 'list'],
  [['history', 'iris', '--revision=1'], 'revision'],
  [['history', 'iris'], 'list'],
  [['agent', 'ls'], 'agents'],
  [['agent', 'manifest', '--source=https://models.example.com/desired'], 'list'],
  [['preview', '-f', '-'], 'preview'],
  [['doctor', '-f', '-', '--for=run'], 'checks'],
  [['version'], 'versions'],
];

export function schemaCases(server: () => ServerUnderTest): void {
  it('prints each document as its part of schema describes it, and no other does', async () => {
    const namespace = await newNamespace(server());
    const stdin = modelYaml();
    const lines = await server().run(['apply', '-f', '-', '-n', namespace, '--wait', '-o', 'json'], { stdin });
    assert.equal(lines.exitCode, 0, lines.stderr);
    for (const [args, part] of documents) {
      const { stdout, stderr } = await server().run([...args, '-n', namespace, '-o', 'json'], { stdin });
      assert.deepEqual([...jsonIn(stdout)].map(partsOf), [[part]], `${args.join(' ')}: ${stderr}`);
    }
  });

  it('prints each line of a run and of a sync as one part of schema describes it', async () => {
    const namespace = await newNamespace(server());
    const options = { stdin: modelYaml() };
    for (const args of [
      ['run', '-f', '-', '--diff', '--events=tree'],
      ['sync', '-', '--owner=schema-cases'],
    ]) {
      const { stdout, stderr } = await server().run([...args, '-n', namespace, '-o', 'json'], options);
      const parts = [...jsonIn(stdout)].map(partsOf);
      assert.ok(parts.length > 1, stderr);
      assert.deepEqual(
        parts.filter((names) => names.length !== 1),
        [],
      );
    }
  });
}
