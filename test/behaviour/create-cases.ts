import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { startDoorkeeper } from './doorkeeper.ts';
import { model } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

const NAME = 'seldondeployment.machinelearning.seldon.io/iris';
const flags = ['create', 'iris', '--image=example/iris:1.0'];

export function createCases(server: () => ServerUnderTest): void {
  it('creates a deployment from flags and waits until it is available', async () => {
    const namespace = await newNamespace(server());
    const args = [...flags, '-n', namespace, '--replicas=2', '--label=team=vision', '--wait'];
    const finished = await server().run(args);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, new RegExp(`^${NAME} created\n${NAME} available`));
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
      `${NAME} created`,
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
    const named = await server().run([...flags, '-n', namespace, '-o', 'name']);
    assert.equal(named.stdout, `${NAME}\n`);
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
    assert.equal(checked.stdout, `${NAME} created (server dry run)\n`);
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  for (const more of [[], ['--wait'], ['--dry-run=server'], ['-o', 'yaml'], ['--create-namespace']]) {
    it(`refuses a name that is taken as kubectl does, and changes nothing: ${['create', ...more].join(' ')}`, async () => {
      const namespace = await newNamespace(server());
      assert.equal((await server().run([...flags, '-n', namespace])).exitCode, 0);
      const [before] = await list<SeldonDeployment>(server(), seldonPath(namespace));
      const again = await server().run([
        'create',
        'iris',
        '--image=example/iris:2.0',
        '--replicas=3',
        '--label=stage=test',
        '-n',
        namespace,
        ...more,
      ]);
      assert.deepEqual(
        [again.exitCode, again.stdout, afterDestination(again).split('\n')],
        [
          1,
          '',
          [
            'Error from server (AlreadyExists): seldondeployments.machinelearning.seldon.io "iris" already exists',
            `To change it, add --dry-run=client -o yaml > model.yaml to this command, then: kubectl seldon-lifecycle apply -f model.yaml -n ${namespace}`,
            '',
          ],
        ],
      );
      const [after] = await list<SeldonDeployment>(server(), seldonPath(namespace));
      assert.deepEqual(ofItsMaker(after), ofItsMaker(before));
    });
  }

  it('changes one that it has made with the command that it names', async () => {
    const namespace = await newNamespace(server());
    assert.equal((await server().run([...flags, '-n', namespace])).exitCode, 0);
    const printed = await server().run([
      'create',
      'iris',
      '--image=example/iris:2.0',
      '--dry-run=client',
      '-o',
      'yaml',
    ]);
    const applied = await server().run(['apply', '-n', namespace, '-f', '-'], { stdin: printed.stdout });
    assert.equal(applied.exitCode, 0, applied.stderr);
    const [after] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.match(JSON.stringify(after?.spec), /"example\/iris:2\.0"/);
  });

  it('says of a name that is taken by one that is being deleted that its end is to be waited for', async () => {
    const namespace = await newNamespace(server());
    const { api } = server();
    const path = seldonPath(namespace);
    const plain = model({ namespace });
    const body = { ...plain, metadata: { ...plain.metadata, finalizers: ['example.com/held'] } };
    await api.call({ method: 'POST', path, body });
    await api.call({ method: 'DELETE', path: `${path}/iris` });
    const finished = await server().run([...flags, '-n', namespace]);
    await api.call({
      method: 'PATCH',
      path: `${path}/iris`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
    assert.equal(finished.exitCode, 1);
    assert.deepEqual(afterDestination(finished).split('\n'), [
      'Error from server (AlreadyExists): object is being deleted: seldondeployments.machinelearning.seldon.io "iris" already exists',
      `Wait until it is gone: kubectl wait --for=delete seldondeployment/iris -n ${namespace}`,
      '',
    ]);
  });

  it('makes one of several of a name at once, and leaves that as its maker wants it', async () => {
    const namespace = await newNamespace(server());
    const tags = ['1', '2', '3', '4'];
    const finished = await Promise.all(
      tags.map((tag) => server().run(['create', 'iris', `--image=example/iris:${tag}`, '-n', namespace])),
    );
    assert.deepEqual(finished.map(({ exitCode }) => exitCode).sort(), [0, 1, 1, 1]);
    const winner = tags[finished.findIndex(({ exitCode }) => exitCode === 0)];
    const [made] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.equal(made?.metadata.generation, 1);
    assert.ok(JSON.stringify(made.spec).includes(`example/iris:${winner}"`));
    for (const { exitCode, stderr } of finished) {
      if (exitCode === 1) assert.match(stderr, /^Error from server \(AlreadyExists\): .* "iris" already exists\n/m);
    }
  });

  it('makes nothing of a name that somebody takes after it has looked', async () => {
    const namespace = await newNamespace(server());
    const path = seldonPath(namespace);
    const doorkeeper = await startDoorkeeper(server(), (method, url) => method !== 'GET' && url.includes(path));
    try {
      const running = server().run([...flags, '-n', namespace], { kubeconfig: doorkeeper.kubeconfig });
      await doorkeeper.knocked;
      const somebodyElse = new SomebodyElse(server(), namespace);
      await somebodyElse.createsSeldonDeployment(model({ namespace, tag: '7' }));
      const [before] = await list<SeldonDeployment>(server(), path);
      doorkeeper.open();
      const { exitCode, stderr } = await running;
      assert.equal(exitCode, 1);
      assert.match(stderr, /^Error from server \(AlreadyExists\): .* "iris" already exists\nTo change it, /m);
      const [after] = await list<SeldonDeployment>(server(), path);
      assert.deepEqual(ofItsMaker(after), ofItsMaker(before));
    } finally {
      await doorkeeper.close();
    }
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

/** What no operator writes: its own part is in the status. */
function ofItsMaker(deployment: SeldonDeployment | undefined) {
  const { uid, generation, labels, annotations } = deployment?.metadata ?? {};
  return { uid, generation, labels, annotations, spec: deployment?.spec };
}
