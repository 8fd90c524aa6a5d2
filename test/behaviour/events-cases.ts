import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { KubernetesEvent } from '../../src/kubernetes/objects.ts';
import { model } from './models.ts';
import { list, newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

const objectsIn = (stdout: string) => [...new Set(stdout.match(/\b[A-Z]\w+\/[\w-]+/g))].sort();

export function eventsCases(server: () => ServerUnderTest): void {
  const events = (namespace: string, ...args: string[]) => server().run(['events', ...args, '-n', namespace]);
  const availableOnes = async (namespace: string, ...names: string[]) => {
    for (const name of names) await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ name }));
    const finished = await server().run(['status', '-n', namespace, '-w', '--until=available', '--timeout=30s']);
    assert.equal(finished.exitCode, 0, finished.stderr);
  };

  it('shows the events of one deployment and of all that it owns, the latest last', async () => {
    const namespace = await newNamespace(server());
    await availableOnes(namespace, 'one', 'two');
    const finished = await events(namespace, 'one');
    assert.equal(finished.exitCode, 0);
    assert.match(finished.stdout, /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/);
    const kinds = ['Deployment', 'Pod', 'ReplicaSet', 'SeldonDeployment'];
    const objects = objectsIn(finished.stdout.replaceAll('"', '').replace(/ (Created|Scaled) .*/g, ''));
    assert.deepEqual(
      objects.map((object) => object.split('/')[0]),
      kinds,
    );
    assert.ok(
      objects.every((object) => /\/one(-|$)/.test(object)),
      objects.join(),
    );
    const both = await events(namespace, '--no-headers');
    const held = await list<KubernetesEvent>(server(), `/api/v1/namespaces/${namespace}/events`);
    assert.equal(both.stdout.trim().split('\n').length, held.length);
  });

  it('keeps the events of an earlier deployment of the same name out', async () => {
    const namespace = await newNamespace(server());
    await availableOnes(namespace, 'iris');
    const first = (await events(namespace, '-o', 'jsonpath={.items[*].metadata.uid}')).stdout.split(' ');
    await new SomebodyElse(server(), namespace).deletesSeldonDeployment('iris', 'Background');
    await server().run(['status', 'iris', '-n', namespace, '-w', '--until=deleted', '--timeout=30s']);
    await availableOnes(namespace, 'iris');
    const second = (await events(namespace, '-o', 'jsonpath={.items[*].metadata.uid}')).stdout.split(' ');
    assert.ok(second.length > 5);
    assert.deepEqual(
      second.filter((uid) => first.includes(uid)),
      [],
    );
  });

  it('filters by type and by age, and writes absolute times', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(model({ tag: 'missing' }));
    await server().run(['status', '-n', namespace, '-w', '--until=available']);
    const types = async (...args: string[]) => {
      const { stdout } = await events(namespace, ...args, '-o', 'jsonpath={.items[*].type}');
      return [...new Set(stdout.split(' '))].sort();
    };
    assert.deepEqual(await types(), ['Normal', 'Warning']);
    assert.deepEqual(await types('--types=warning'), ['Warning']);
    assert.deepEqual(await types('--types=Normal,Warning', '--since=1h'), ['Normal', 'Warning']);
    const none = await events(namespace, '--since=1ms');
    assert.deepEqual(none, { exitCode: 0, stdout: '', stderr: `No events found in ${namespace} namespace.\n` });
    const { stdout } = await events(namespace, '--timestamps', '--no-headers');
    assert.match(stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /);
  });

  it('goes on with what happens, and with deployments that come later', async () => {
    const namespace = await newNamespace(server());
    await availableOnes(namespace, 'first');
    const second = model({ name: 'second' });
    const finished = await server().run(['events', '-w', '-n', namespace], {
      onceSeen: {
        text: /LAST SEEN/,
        act: () => new SomebodyElse(server(), namespace).createsSeldonDeployment(second),
      },
      interruptAfter: /Started +Pod\/second-/,
    });
    assert.equal(finished.exitCode, 130);
    assert.equal(finished.stderr, '');
    assert.equal(finished.stdout.match(/LAST SEEN/g)?.length, 1);
    const created = finished.stdout.match(/Created pod: \S+/g) ?? [];
    assert.deepEqual(created.length, new Set(created).size);
    assert.ok(created.some((pod) => pod.includes('first-')) && created.some((pod) => pod.includes('second-')));
  });

  it('goes on in JSON as a run of documents', async () => {
    const namespace = await newNamespace(server());
    await availableOnes(namespace, 'iris');
    const args = ['events', 'iris', '-w', '-n', namespace, '-o', 'json'];
    const { stdout } = await server().run(args, { interruptAfter: /"reason": "Started"/ });
    const documents = stdout
      .trim()
      .split(/^(?=\{)/m)
      .map((text) => JSON.parse(text));
    assert.ok(documents.length > 3);
    assert.ok(documents.every(({ kind, apiVersion }) => kind === 'Event' && apiVersion === 'v1'));
  });

  it('says what is wrong with the command line before it asks the cluster', async () => {
    for (const [args, message] of [
      [['--types=Error'], 'error: valid --types are Normal or Warning\n'],
      [['--since=soon'], 'error: invalid argument "soon" for "--since": '],
      [['iris', '-A'], 'error: a resource cannot be retrieved by name across all namespaces\n'],
      [['iris', '-l', 'a=b'], 'error: name cannot be provided when a selector is specified\n'],
    ] as const) {
      const finished = await server().run(['events', ...args], { kubeconfig: '/no/such/file' });
      assert.equal(finished.exitCode, 2);
      assert.ok(finished.stderr.startsWith(message), finished.stderr);
    }
  });
}
