import assert from 'node:assert/strict';
import { it } from 'node:test';
import { model, modelYaml } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

/** The words of a row. */
const cells = (line: string | undefined) => line?.trim().split(/ {2,}/) ?? [];

export function listCases(server: () => ServerUnderTest): void {
  const available = async (namespace: string, name: string) => {
    const args = ['status', name, '-n', namespace, '-w', '--until=available', '--timeout=30s'];
    const finished = await server().run(args);
    assert.equal(finished.exitCode, 0, finished.stderr);
  };

  it('lists deployments, with what runs of them', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.createsSeldonDeployment(model({ name: 'good', replicas: 2 }));
    await somebody.createsSeldonDeployment(model({ name: 'waiting', tag: 'slow-1m' }));
    await available(namespace, 'good');
    const finished = await server().run(['list', '-n', namespace]);
    assert.equal(finished.exitCode, 0);
    assert.equal(finished.stderr, '');
    const [header, good, waiting, ...more] = finished.stdout.trim().split('\n');
    assert.deepEqual(cells(header), ['NAME', 'STATE', 'READY', 'REPLICAS', 'URL', 'AGE', 'REASON']);
    assert.deepEqual(cells(good).slice(0, 4), ['good', 'Available', '2/2', '2']);
    assert.match(cells(good)[4] ?? '', new RegExp(`^http://good-default\\.${namespace}\\.svc`));
    assert.match(cells(good)[5] ?? '', /^\d+s$/);
    assert.deepEqual(cells(waiting).slice(0, 4), ['waiting', 'Creating', '0/1', '1']);
    assert.deepEqual(more, []);
  });

  it('asks the server for the deployments and what they own, and for nothing before', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model());
    await available(namespace, 'iris');
    const { stderr } = await server().run(['list', '-n', namespace, '-v', '6']);
    const asked = [...stderr.matchAll(/^GET \S+?\/(\w+)\?\S* 200 /gm)].map(([, what]) => what);
    assert.deepEqual(asked.toSorted(), ['deployments', 'seldondeployments']);
    assert.equal(stderr.match(/ in \d+ milliseconds$/gm)?.length, 2);
  });

  it('does not repeat Available after the operator when that is no longer true', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.createsSeldonDeployment(model());
    await available(namespace, 'iris');
    const image = '/spec/predictors/0/componentSpecs/0/spec/containers/0/image';
    await somebody.changesSeldonDeployment('iris', [{ op: 'replace', path: image, value: 'example/iris:slow-1m' }]);
    // As soon as the operator has passed it on; it says so itself a moment later.
    const args = ['list', 'iris', '-n', namespace, '-w', '--no-headers'];
    const { stdout } = await server().run(args, { interruptAfter: /^iris +(Updating|Creating) /m });
    assert.match(stdout, /^iris +(Updating|Creating) +1\/1 +\d /m);
  });

  it('lists names, a selection, and all namespaces', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    const label = namespace;
    const one = model({ name: 'one' });
    await somebody.createsSeldonDeployment({ ...one, metadata: { ...one.metadata, labels: { label } } });
    await somebody.createsSeldonDeployment(model({ name: 'two' }));
    const names = async (...args: string[]) => (await server().run(['list', ...args, '-o', 'name'])).stdout;
    const [first, second] = ['one', 'two'].map((name) => `seldondeployment.machinelearning.seldon.io/${name}\n`);
    assert.equal(await names('-n', namespace), `${first}${second}`);
    assert.equal(await names('-n', namespace, 'sdep/two'), second);
    assert.equal(await names('-A', '-l', `label=${label}`), first);
    const wide = await server().run(['list', '-A', '-l', `label=${label}`, '-o', 'wide', '--show-labels']);
    const [header, row] = wide.stdout.split('\n').map(cells);
    assert.deepEqual(header?.slice(0, 2), ['NAMESPACE', 'NAME']);
    assert.deepEqual(row?.slice(0, 2), [namespace, 'one']);
    assert.deepEqual([row?.at(-4), row?.at(-3), row?.at(-1)], ['default', 'example/iris:1.0', `label=${label}`]);
  });

  it('lists columns of one’s own, sorted by a field, as it lists its own', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    for (const [name, replicas] of [
      ['rose', 1],
      ['iris', 3],
      ['tulip', 2],
    ] as const) {
      await somebody.createsSeldonDeployment(model({ name, replicas }));
    }
    // What is still being made may change, and would be listed once more, before the signal has arrived.
    const made = await server().run(['wait', 'rose', 'iris', 'tulip', '-n', namespace, '--for=available']);
    assert.equal(made.exitCode, 0, made.stderr);
    const listed = async (...args: string[]) => await server().run(['list', '-n', namespace, ...args]);
    const byReplicas = '--sort-by=.spec.predictors[0].replicas';
    const columns = 'custom-columns=NAME:.metadata.name,REPLICAS:.spec.predictors[*].replicas,OTHER:.spec.other';
    const own = await listed('-o', columns, byReplicas);
    assert.equal(
      own.stdout,
      'NAME    REPLICAS   OTHER\nrose    1          <none>\ntulip   2          <none>\niris    3          <none>\n',
      own.stderr,
    );
    const table = await listed(byReplicas, '--no-headers');
    assert.deepEqual(
      table.stdout
        .trim()
        .split('\n')
        .map((line) => cells(line)[0]),
      ['rose', 'tulip', 'iris'],
    );
    const watched = await server().run(['list', '-n', namespace, '-w', '-o', columns, byReplicas], {
      interruptAfter: /^iris /m,
    });
    assert.equal(watched.stdout, own.stdout);
    assert.match(watched.stderr, /--sort-by will be ignored for watch events received/);
    const unknown = await listed('--sort-by=.nothing');
    assert.deepEqual([unknown.exitCode, unknown.stdout], [1, '']);
    assert.match(unknown.stderr, /^error: couldn't find any field with path "\{\.nothing\}" in the list of objects$/m);
    for (const bad of ['--sort-by={.a}{.b}', '-ocustom-columns=NAME']) {
      const refused = await listed(bad);
      assert.deepEqual([refused.exitCode, refused.stdout], [2, ''], bad);
    }
  });

  it('says in one word why a deployment is not available', async () => {
    const namespace = await newNamespace(server());
    const args = ['apply', '-f', '-', '-n', namespace, '--wait', '--fail-grace=1s'];
    const failed = await server().run(args, { stdin: modelYaml({ tag: 'missing' }) });
    assert.equal(failed.exitCode, 5, failed.stdout);
    for (const wide of [[], ['-o', 'wide']]) {
      const listed = await server().run(['list', '-n', namespace, ...wide]);
      const [header, row] = listed.stdout.split('\n').map(cells);
      assert.equal(row?.[header?.indexOf('REASON') ?? -1], 'ImageNotFound', listed.stdout);
      assert.equal(listed.stderr, '');
    }
  });

  it('says of those that are not there what kubectl says, and shows the others', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model());
    const finished = await server().run(['list', 'nope', 'iris', '-n', namespace, '--no-headers']);
    assert.equal(finished.exitCode, 1);
    assert.match(finished.stdout, /^iris /);
    const notFound = 'Error from server (NotFound): seldondeployments.machinelearning.seldon.io "nope" not found\n';
    assert.equal(finished.stderr, notFound);
  });

  it('says that there is nothing on standard error', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['list', '-n', namespace]);
    assert.deepEqual(finished, { exitCode: 0, stdout: '', stderr: `No resources found in ${namespace} namespace.\n` });
    const asJson = await server().run(['list', '-n', namespace, '-o', 'jsonpath={.items}']);
    assert.deepEqual(asJson, { exitCode: 0, stdout: '[]', stderr: '' });
  });

  it('says that there is no such namespace, where there is nothing in it', async () => {
    const finished = await server().run(['list', '-n', 'no-such-namespace']);
    const stderr = 'No resources found in no-such-namespace namespace.\nThere is no namespace "no-such-namespace".\n';
    assert.deepEqual(finished, { exitCode: 0, stdout: '', stderr });
  });

  it('follows what becomes of a deployment', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.createsSeldonDeployment(model());
    await available(namespace, 'iris');
    const finished = await server().run(['list', '-w', '-n', namespace], {
      onceSeen: { text: /^iris +Available /m, act: () => somebody.deletesSeldonDeployment('iris', 'Background') },
      interruptAfter: /^iris +Deleted /m,
    });
    assert.equal(finished.exitCode, 130);
    assert.equal(finished.stderr, '');
    const rows = finished.stdout.trim().split('\n').map(cells);
    assert.equal(rows.filter(([name]) => name === 'NAME').length, 1);
    assert.equal(rows[1]?.[1], 'Available');
    assert.deepEqual(rows.at(-1)?.slice(0, 3), ['iris', 'Deleted', '0/0']);
  });

  it('follows with -o wide why a deployment is not available', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ tag: 'nomount' }));
    const finished = await server().run(['list', '-w', '-o', 'wide', '-n', namespace], {
      interruptAfter: /^iris .* FailedMount /m,
    });
    assert.equal(finished.exitCode, 130, finished.stdout);
    assert.match(finished.stdout, /^NAME .* REASON +PREDICTORS +IMAGES +DESCRIPTION$/m);
    assert.equal(finished.stderr, '');
  });

  it('refuses a format that there is not', async () => {
    const finished = await server().run(['list', '-o', 'table']);
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /^error: unable to match a printer suitable for the output format "table", allowed/);
  });
}
