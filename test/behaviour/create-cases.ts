import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const NAME = 'seldondeployment.machinelearning.seldon.io/iris';
const flags = ['create', 'iris', '--image=example/iris:1.0'];

export function createCases(server: () => ServerUnderTest): void {
  it('creates a deployment from flags and waits until it is available', async () => {
    const namespace = await newNamespace(server());
    const args = [...flags, '-n', namespace, '--replicas=2', '--label=team=vision', '--wait'];
    const finished = await server().run(args);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, new RegExp(`^${NAME} serverside-applied\n${NAME} available`));
    const [made] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.deepEqual(made?.metadata.labels, { team: 'vision' });
    assert.equal(made?.status?.state, 'Available');
  });

  it('says what it has made, named as its model where nobody has named it', async () => {
    const namespace = await newNamespace(server());
    const args = ['create', '--image=example/team/iris:1.0', '-n', namespace];
    const hosted = await server().run([...args, '--host=iris.example', '--classes=Y2F0LGRvZw==']);
    assert.equal(hosted.exitCode, 0, hosted.stderr);
    assert.equal(afterDestination(hosted), "--name not set, default to model name 'iris'\n");
    const [made] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.deepEqual(hosted.stdout.split('\n'), [
      `${NAME} serverside-applied`,
      `Deployment ID:            ${made?.metadata.uid}`,
      `Deployment namespace:     ${namespace}`,
      'Deployment name:          iris',
      `URL:                      http://iris.example/seldon/${namespace}/iris/api/v1.0/predictions`,
      '',
    ]);
    assert.deepEqual(made?.metadata.annotations, {
      'seldon.io/istio-host': 'iris.example',
      'seldon-lifecycle.io/classes': 'cat,dog',
    });
  });

  it('says where it is in the cluster, once it has waited, and keeps out of what other programs read', async () => {
    const namespace = await newNamespace(server());
    const args = ['create', '--name=rose', '--image=example/rose:1.0', '-n', namespace];
    const waited = await server().run([...args, '--wait']);
    assert.equal(waited.stderr.includes('--name not set'), false);
    assert.match(
      waited.stdout,
      /^Deployment name: {10}rose\nURL: {22}http:\/\/rose-default\.\S+:8000\/api\/v1\.0\/predictions$/m,
    );
    const named = await server().run([...args, '-o', 'name']);
    assert.equal(named.stdout, `${NAME.replace('iris', 'rose')}\n`);
  });

  it('prints a manifest that apply takes, and asks no server for it', async () => {
    const namespace = await newNamespace(server());
    const args = [...flags, '--dry-run=client', '-o', 'yaml'];
    const { exitCode, stdout } = await server().run(args, { kubeconfig: '/no/kubeconfig' });
    assert.equal(exitCode, 0);
    const applied = await server().run(['apply', '-f', '-', '-n', namespace], { stdin: stdout });
    assert.equal(applied.exitCode, 0, applied.stderr);
    const [made] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.equal(made?.metadata.name, 'iris');
  });

  it('only says what it would create, or lets the server check it, with --dry-run', async () => {
    const namespace = await newNamespace(server());
    const client = await server().run([...flags, '-n', namespace, '--dry-run=client']);
    assert.equal(client.stdout, `${NAME} created (dry run)\n`);
    const checked = await server().run([...flags, '-n', namespace, '--dry-run=server']);
    assert.equal(checked.stdout, `${NAME} serverside-applied (server dry run)\n`);
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('refuses flags that do not go together, with exit code 2', async () => {
    const finished = await server().run(['create', 'iris']);
    assert.equal(finished.exitCode, 2);
    const nameless = await server().run(['create']);
    assert.equal(nameless.exitCode, 2);
    assert.match(nameless.stderr, /^error: a name is needed/);
    const twice = await server().run(['create', 'iris', '--name=rose', '--image=example/iris:1.0']);
    assert.match(twice.stderr, /^error: the name is given twice, as "iris" and as --name=rose/);
    assert.match(finished.stderr, /^error: exactly one of --image and --implementation is needed\nFor example: /);
  });
}
