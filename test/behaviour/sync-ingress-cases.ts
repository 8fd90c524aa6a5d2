import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { Ingress } from '../../src/seldon/ingress.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { SourceServer, snapshot, sse, stream } from '../sync/source-server.ts';
import { startDoorkeeper } from './doorkeeper.ts';
import { CLASS, ingressesIn, ingressOfSomebody, OTHER_CLASS, routeOf, withClasses } from './ingress-cases.ts';
import { startPorter } from './porter.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

export function syncIngressCases(server: () => ServerUnderTest): void {
  const newPlace = async () => {
    await withClasses(server());
    return await newNamespace(server());
  };
  const ingresses = async (namespace: string) => await list<Ingress>(server(), ingressesIn(namespace));
  const only = async (namespace: string) => {
    const [one, ...others] = await ingresses(namespace);
    assert.ok(one);
    assert.deepEqual(others, []);
    return one;
  };
  const deployments = async (namespace: string) => await list<SeldonDeployment>(server(), seldonPath(namespace));
  const item = (id: string, ingress: object = { class: CLASS, host: `${id}.example.com` }) => ({
    id,
    name: id,
    deployment: { image: `example/${id}:1.0` },
    ingress,
  });
  const sync = async (namespace: string, items: readonly object[], ...more: string[]) => {
    const args = ['sync', '-', '--owner=one', '-n', namespace, '-o', 'json', ...more];
    return await server().run(args, { stdin: JSON.stringify(items) });
  };
  const counts = ({ stdout }: { stdout: string }) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '').counts;
  const patch = async (namespace: string, body: object) =>
    await server().api.call({
      method: 'PATCH',
      path: `${ingressesIn(namespace)}/iris`,
      query: { fieldManager: 'somebody' },
      contentType: 'application/merge-patch+json',
      body,
    });

  it('makes the Ingress of a record, writes nothing twice, changes it in place, and deletes it where no record wants it', async () => {
    const namespace = await newPlace();
    const first = await sync(namespace, [item('iris')]);
    assert.equal(first.exitCode, 0, first.stderr);
    const made = await only(namespace);
    assert.deepEqual(routeOf(made), [CLASS, 'iris.example.com', 'iris-default']);
    assert.deepEqual(counts(await sync(namespace, [item('iris')])), { unchanged: 1 });
    assert.equal((await only(namespace)).metadata.resourceVersion, made.metadata.resourceVersion);

    const moved = item('iris', { class: OTHER_CLASS, host: 'iris.example.org', tlsSecret: 'iris-tls' });
    assert.deepEqual(counts(await sync(namespace, [moved])), { configured: 1 });
    const changed = await only(namespace);
    assert.deepEqual(routeOf(changed), [OTHER_CLASS, 'iris.example.org', 'iris-default']);
    assert.equal(changed.metadata.uid, made.metadata.uid);
    assert.deepEqual(changed.spec.tls, [{ hosts: ['iris.example.org'], secretName: 'iris-tls' }]);

    const gone = await sync(namespace, [item('iris', { host: 'iris.example.com' })]);
    assert.equal(gone.exitCode, 0, gone.stdout);
    assert.deepEqual(await ingresses(namespace), []);
    const [deployment] = await deployments(namespace);
    assert.equal(deployment?.metadata.annotations?.['seldon.io/istio-host'], 'iris.example.com');
    assert.deepEqual(counts(await sync(namespace, [item('iris', { host: 'iris.example.com' })])), { unchanged: 1 });
  });

  it('puts back what somebody changes of an Ingress, keeps what somebody adds, and makes it anew where it is gone', async () => {
    const namespace = await newPlace();
    assert.equal((await sync(namespace, [item('iris')])).exitCode, 0);
    await patch(namespace, { metadata: { annotations: { note: 'kept' } } });
    assert.deepEqual(counts(await sync(namespace, [item('iris')])), { unchanged: 1 });
    await patch(namespace, { spec: { ingressClassName: OTHER_CLASS } });
    const asked = await sync(namespace, [item('iris')], '--dry-run=server', '--exit-code');
    assert.deepEqual([asked.exitCode, counts(asked)], [7, { configured: 1 }]);
    assert.match(asked.stdout, /"path":"spec.ingressClassName"/);
    assert.equal((await only(namespace)).spec.ingressClassName, OTHER_CLASS);
    assert.deepEqual(counts(await sync(namespace, [item('iris')])), { configured: 1 });
    const after = await only(namespace);
    assert.equal(after.spec.ingressClassName, CLASS);
    assert.equal(after.metadata.annotations?.note, 'kept');
    await server().api.call({ method: 'DELETE', path: `${ingressesIn(namespace)}/iris` });
    assert.deepEqual(counts(await sync(namespace, [item('iris')])), { configured: 1 });
    await only(namespace);
  });

  it('prunes an Ingress with its deployment', async () => {
    const namespace = await newPlace();
    assert.equal((await sync(namespace, [item('iris'), item('rose')])).exitCode, 0);
    const pruned = await sync(namespace, [item('rose')], '--prune');
    assert.deepEqual(counts(pruned), { unchanged: 1, pruned: 1 });
    const names = async () => (await ingresses(namespace)).map(({ metadata }) => metadata.name).join();
    await seen(async () => (await names()) === 'rose', 'the end of the Ingress');
  });

  it('makes no deployment whose class is not there, says which are, and goes on with the others', async () => {
    const namespace = await newPlace();
    const finished = await sync(namespace, [item('iris', { class: 'nowhere', host: 'h.example.com' }), item('rose')]);
    assert.equal(finished.exitCode, 1);
    assert.deepEqual(counts(finished), { created: 1, failed: 1 });
    assert.match(finished.stdout, new RegExp(`ingressclass \\\\"nowhere\\\\" not found: this cluster has .*${CLASS}`));
    assert.deepEqual(
      (await deployments(namespace)).map(({ metadata }) => metadata.name),
      ['rose'],
    );
    assert.equal((await only(namespace)).metadata.name, 'rose');
  });

  it('tells a conflict where somebody else has an Ingress of the name, and makes nothing', async () => {
    const namespace = await newPlace();
    const { metadata } = await ingressOfSomebody(server(), namespace);
    const finished = await sync(namespace, [item('iris')]);
    assert.deepEqual([finished.exitCode, counts(finished)], [1, { conflict: 1 }]);
    assert.equal((await only(namespace)).metadata.resourceVersion, metadata.resourceVersion);
    assert.deepEqual(await deployments(namespace), []);
  });

  it('asks for no Ingresses where no record wants one, and says which right is missing where one does', async () => {
    const namespace = await newPlace();
    const rights = ['get', 'list', 'watch'].map((verb) => `${verb} ingresses`);
    const porter = await startPorter(server(), [...rights, 'list ingressclasses']);
    const run = async (items: readonly object[]) =>
      await server().run(['sync', '-', '--owner=one', '-n', namespace], {
        stdin: JSON.stringify(items),
        kubeconfig: porter.kubeconfig,
      });
    try {
      const plain = await run([item('rose', { host: 'rose.example.com' })]);
      assert.equal(plain.exitCode, 0, plain.stderr);
      assert.doesNotMatch(plain.stderr, /ingress/);
      const routed = await run([item('iris'), item('rose', { host: 'rose.example.com' })]);
      assert.equal(routed.exitCode, 1);
      assert.match(routed.stderr, /cannot list resource "ingresses" in API group "networking\.k8s\.io"/);
      assert.match(routed.stdout, /rose unchanged/);
    } finally {
      await porter.close();
    }
  });

  it('makes an Ingress later that it could not make with its deployment', async () => {
    const namespace = await newPlace();
    const isIngress = (method: string, url: string) => method === 'PATCH' && url.includes('/ingresses/');
    const fails = (method: string, url: string) => isIngress(method, url) && !url.includes('dryRun=All');
    const door = await startDoorkeeper(server(), fails, { failing: true });
    const halfway = await server().run(['sync', '-', '--owner=one', '-n', namespace], {
      stdin: JSON.stringify([item('iris')]),
      kubeconfig: door.kubeconfig,
    });
    await door.close();
    assert.equal(halfway.exitCode, 1);
    assert.match(halfway.stderr, /cannot apply ingress "iris" in namespace "\S+": .*etcdserver: request timed out/);
    assert.equal((await deployments(namespace)).length, 1);
    assert.deepEqual(await ingresses(namespace), []);
    assert.deepEqual(counts(await sync(namespace, [item('iris')])), { configured: 1 });
    await only(namespace);
  });

  it('follows a stream, and what becomes of the Ingresses meanwhile', async (test: TestContext) => {
    const namespace = await newPlace();
    const source = await SourceServer.start();
    test.after(() => source.close());
    source.answers = [stream(() => source, 'text/event-stream', [sse(snapshot([item('iris', {})]), '1')])];
    const stop = Promise.withResolvers<void>();
    const args = ['sync', source.url, '--insecure-http', '--owner=source', `--report=${source.reportUrl}`];
    const ended = server().run([...args, '-n', namespace, '--watch'], { interruptAfter: stop.promise });
    test.after(async () => {
      stop.resolve();
      await ended;
    });
    await seen(async () => (await deployments(namespace)).length === 1, 'the deployment');
    assert.deepEqual(await ingresses(namespace), []);
    const route = async () => (await ingresses(namespace)).flatMap(routeOf).join(' ');
    const upsert = (revision: string, ingress: object) =>
      source.say(sse({ type: 'upsert', item: item('iris', ingress) }, revision));
    upsert('2', { class: CLASS, host: 'iris.example.com' });
    await seen(async () => (await route()) === `${CLASS} iris.example.com iris-default`, 'the Ingress');
    upsert('3', { class: CLASS, host: 'iris.example.org' });
    await seen(async () => (await route()) === `${CLASS} iris.example.org iris-default`, 'the other host');
    const { uid } = (await only(namespace)).metadata;
    await patch(namespace, { spec: { ingressClassName: OTHER_CLASS } });
    await seen(async () => (await route()) === `${CLASS} iris.example.org iris-default`, 'its class put back');
    assert.equal((await only(namespace)).metadata.uid, uid);
    await server().api.call({ method: 'DELETE', path: `${ingressesIn(namespace)}/iris` });
    const isAnew = async () => (await ingresses(namespace)).some(({ metadata }) => metadata.uid !== uid);
    await seen(isAnew, 'it made anew');
    const told = () => source.reports.at(-1)?.items[0] as { url?: string } | undefined;
    await seen(() => told()?.url === 'http://iris.example.org/api/v1.0/predictions', 'its URL in the report');
    upsert('4', {});
    await seen(async () => (await route()) === '', 'its end');
    stop.resolve();
    assert.equal((await ended).exitCode, 130);
  });
}
