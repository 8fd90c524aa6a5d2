import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import type { Ingress } from '../../src/seldon/ingress.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { model } from './models.ts';
import { startPorter } from './porter.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';

const NETWORKING = '/apis/networking.k8s.io/v1';
export const CLASS = 'lifecycle-class';
export const OTHER_CLASS = 'lifecycle-other-class';
const DEPLOYMENT = 'seldondeployment.machinelearning.seldon.io/iris';
const INGRESS = 'ingress.networking.k8s.io/iris';
const create = ['create', 'iris', '--image=example/iris:1.0', '--host=iris.example.com', `--ingress-class=${CLASS}`];

export const ingressesIn = (namespace: string) => `${NETWORKING}/namespaces/${namespace}/ingresses`;

/** The same two classes for all cases: they are in no namespace. */
export async function withClasses({ api }: ServerUnderTest): Promise<void> {
  for (const name of [CLASS, OTHER_CLASS]) {
    const body = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name },
      spec: { controller: 'example.com/none' },
    };
    await api.call({ method: 'POST', path: `${NETWORKING}/ingressclasses`, body }).catch((error) => {
      if (error.status !== 409) throw error;
    });
  }
}

/** A model with an Ingress of its own, as a file has it. */
export function routedModel(
  host: string,
  { ingressClass = CLASS, ...options }: { ingressClass?: string; tag?: string; name?: string } = {},
) {
  const plain = model(options);
  const annotations = { 'seldon-lifecycle.io/ingress-class': ingressClass, 'seldon-lifecycle.io/ingress-host': host };
  return { ...plain, metadata: { ...plain.metadata, annotations } };
}

const routedYaml = (...args: Parameters<typeof routedModel>) => stringify(routedModel(...args));

/** Its class, its hosts and the Service that it leads to. */
export function routeOf({ spec }: Ingress) {
  return JSON.parse(
    JSON.stringify([
      spec.ingressClassName,
      ...(spec.rules as Rule[]).flatMap(({ host, http }) => [
        host,
        ...http.paths.map(({ backend }) => backend.service.name),
      ]),
    ]),
  );
}

interface Rule {
  host: string;
  http: { paths: { backend: { service: { name: string } } }[] };
}

export function ingressCases(server: () => ServerUnderTest): void {
  const ingresses = async (namespace: string) => await list<Ingress>(server(), ingressesIn(namespace));
  const only = async (namespace: string) => {
    const [one, ...others] = await ingresses(namespace);
    assert.ok(one);
    assert.deepEqual(others, []);
    return one;
  };
  const newPlace = async () => {
    await withClasses(server());
    return await newNamespace(server());
  };
  const deployments = async (namespace: string) => await list<SeldonDeployment>(server(), seldonPath(namespace));

  it('makes an Ingress from flags, which the deployment owns, and says by which URL it is reached', async () => {
    const namespace = await newPlace();
    const created = await server().run([...create, '--ingress-tls-secret=iris-tls', '-n', namespace]);
    assert.equal(created.exitCode, 0, created.stderr);
    assert.match(created.stdout, new RegExp(`^${DEPLOYMENT} created\n${INGRESS} created\n`));
    assert.match(created.stdout, /^URL: {22}https:\/\/iris\.example\.com\/api\/v1\.0\/predictions$/m);
    const [deployment] = await deployments(namespace);
    const { metadata, spec } = await only(namespace);
    assert.deepEqual(metadata.ownerReferences, [
      {
        apiVersion: 'machinelearning.seldon.io/v1',
        kind: 'SeldonDeployment',
        name: 'iris',
        uid: deployment?.metadata.uid,
        blockOwnerDeletion: true,
      },
    ]);
    assert.deepEqual(spec, {
      ingressClassName: CLASS,
      rules: [
        {
          host: 'iris.example.com',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'iris-default', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
      tls: [{ hosts: ['iris.example.com'], secretName: 'iris-tls' }],
    });
  });

  it('makes the same of the manifest that create prints', async () => {
    const namespace = await newPlace();
    const { stdout } = await server().run([...create, '--dry-run=client', '-o', 'yaml']);
    const applied = await server().run(['apply', '-n', namespace, '-f', '-'], { stdin: stdout });
    assert.equal(applied.exitCode, 0, applied.stderr);
    assert.equal(applied.stdout, `${DEPLOYMENT} serverside-applied\n${INGRESS} serverside-applied\n`);
    assert.deepEqual(routeOf(await only(namespace)), [CLASS, 'iris.example.com', 'iris-default']);
  });

  it('shows the URL and the Ingress in list and status', async () => {
    const namespace = await newPlace();
    const created = await server().run([...create, '-n', namespace, '--wait']);
    assert.equal(created.exitCode, 0, created.stderr);
    const listed = await server().run(['list', '-n', namespace]);
    assert.match(
      listed.stdout,
      /^iris +Available +1\/1 +1 +http:\/\/iris\.example\.com\/api\/v1\.0\/predictions +\d+s +<none>$/m,
    );
    const shown = await server().run(['status', 'iris', '-n', namespace]);
    assert.match(shown.stdout, /^└─ Ingress\/iris +NoAddress +\d+s$/m);
    assert.match(shown.stdout, /^url: http:\/\/iris\.example\.com\/api\/v1\.0\/predictions$/m);
    const object = JSON.parse((await server().run(['status', 'iris', '-n', namespace, '-o', 'json'])).stdout);
    assert.equal(object.url, 'http://iris.example.com/api/v1.0/predictions');
    assert.deepEqual(
      object.tree.children.map(({ kind }: { kind: string }) => kind),
      ['Predictor', 'Ingress'],
    );
  });

  it('shows that an Ingress is missing that nobody has made, until the deployment is applied', async () => {
    const namespace = await newPlace();
    const file = routedModel('iris.example.com');
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: file });
    const missing = await server().run(['status', 'iris', '-n', namespace]);
    assert.match(missing.stdout, /^└─ Ingress\/iris +Missing$/m);
    const args = ['apply', '-n', namespace, '-f', '-', '--force-conflicts'];
    const applied = await server().run(args, { stdin: stringify(file) });
    assert.equal(applied.exitCode, 0, applied.stderr);
    const shown = await server().run(['status', 'iris', '-n', namespace]);
    assert.match(shown.stdout, /^└─ Ingress\/iris +NoAddress +\d+s$/m);
  });

  it('shows the address that a controller gives the Ingress', async () => {
    const namespace = await newPlace();
    assert.equal((await server().run([...create, '-n', namespace])).exitCode, 0);
    await server().api.call({
      method: 'PATCH',
      path: `${ingressesIn(namespace)}/iris/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }, { hostname: 'lb.example.com' }] } } },
    });
    const shown = await server().run(['status', 'iris', '-n', namespace]);
    assert.match(shown.stdout, /^└─ Ingress\/iris +203\.0\.113\.7,lb\.example\.com +\d+s$/m);
  });

  it('asks for no Ingresses where no deployment has one', async () => {
    const namespace = await newNamespace(server());
    const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
    const denied = [...verbs.map((verb) => `${verb} ingresses`), 'list ingressclasses'];
    const porter = await startPorter(server(), denied);
    const { kubeconfig } = porter;
    const commands = [
      ['create', 'iris', '--image=example/iris:1.0', '--host=iris.example.com', '--wait'],
      ['list'],
      ['status', 'iris'],
      ['events', 'iris'],
      ['apply', '-f', '-', '--force-conflicts'],
      ['diff', '-f', '-', '--force-conflicts'],
      ['delete', 'iris'],
      ['run', '-f', '-'],
    ];
    for (const args of commands) {
      const stdin = stringify(model());
      const finished = await server().run([...args, '-n', namespace], { kubeconfig, stdin });
      assert.equal(finished.exitCode, 0, `${args.join(' ')}: ${finished.stderr}`);
      assert.doesNotMatch(finished.stderr, /ingress/i);
    }
    await porter.close();
  });

  it('shows the events of the Ingress among those of what the deployment owns', async () => {
    const namespace = await newPlace();
    await server().run([...create, '-n', namespace]);
    const { metadata } = await only(namespace);
    const { name, uid } = metadata;
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    await server().api.call({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/events`,
      body: {
        metadata: { name: 'sync' },
        involvedObject: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace, name, uid },
        type: 'Warning',
        reason: 'Rejected',
        message: 'the host is taken',
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        source: { component: 'ingress-controller' },
      },
    });
    const events = await server().run(['events', 'iris', '-n', namespace]);
    assert.match(events.stdout, /Warning +Rejected +Ingress\/iris +the host is taken/i);
    const shown = await server().run(['status', 'iris', '-n', namespace]);
    assert.match(shown.stdout, /^└─ Ingress\/iris +NoAddress +\d+s +Rejected \d+s ago: the host is taken$/m);
  });

  it('changes class and host in place, and leads to the predictor with the most traffic', async () => {
    const namespace = await newPlace();
    const apply = async (file: object) =>
      await server().run(['apply', '-n', namespace, '-f', '-'], { stdin: stringify(file) });
    assert.equal((await apply(routedModel('iris.example.com'))).exitCode, 0);
    const before = await only(namespace);
    const again = await apply(routedModel('iris.example.com'));
    assert.equal(again.exitCode, 0, again.stderr);
    assert.equal((await only(namespace)).metadata.resourceVersion, before.metadata.resourceVersion);
    const plain = routedModel('iris.example.org', { ingressClass: OTHER_CLASS });
    const { predictors: [main] = [] } = plain.spec as { predictors?: object[] };
    const predictors = [
      { ...main, traffic: 40 },
      { ...main, name: 'canary', traffic: 60 },
    ];
    const changed = await apply({ ...plain, spec: { predictors } });
    assert.equal(changed.exitCode, 0, changed.stderr);
    const after = await only(namespace);
    assert.deepEqual(routeOf(after), [OTHER_CLASS, 'iris.example.org', 'iris-canary']);
    assert.equal(after.metadata.uid, before.metadata.uid);
  });

  it('deletes the Ingress of a file that does not want it any more', async () => {
    const namespace = await newPlace();
    const apply = async (stdin: string, ...more: string[]) =>
      await server().run(['apply', '-n', namespace, '-f', '-', ...more], { stdin });
    assert.equal((await apply(routedYaml('iris.example.com'))).exitCode, 0);
    const tried = await apply(stringify(model()), '--dry-run=server');
    const compared = await server().run(['diff', '-n', namespace, '-f', '-'], { stdin: stringify(model()) });
    assert.match(compared.stdout, /^--- LIVE\/networking\.k8s\.io\.v1\.Ingress\.\S+\.iris$/m);
    assert.match(compared.stdout, /^- {2}- host: iris\.example\.com$/m);
    assert.match(tried.stdout, /^ingress\.networking\.k8s\.io "iris" deleted from \S+ namespace \(server dry run\)$/m);
    await only(namespace);
    const without = await apply(stringify(model()));
    assert.equal(without.exitCode, 0, without.stderr);
    assert.equal(
      without.stdout,
      `${DEPLOYMENT} serverside-applied\ningress.networking.k8s.io "iris" deleted from ${namespace} namespace\n`,
    );
    assert.deepEqual(await ingresses(namespace), []);
    const [deployment] = await deployments(namespace);
    assert.equal(deployment?.metadata.annotations, undefined);
  });

  it('says in a dry run what it would make, and makes nothing', async () => {
    const namespace = await newPlace();
    for (const [how, said] of [
      ['client', 'dry run'],
      ['server', 'server dry run'],
    ]) {
      const created = await server().run([...create, '-n', namespace, `--dry-run=${how}`]);
      assert.equal(created.stdout, `${DEPLOYMENT} created (${said})\n${INGRESS} created (${said})\n`, created.stderr);
    }
    assert.deepEqual(await ingresses(namespace), []);
    const compared = await server().run(['diff', '-n', namespace, '-f', '-'], {
      stdin: routedYaml('iris.example.com'),
    });
    assert.equal(compared.exitCode, 7, compared.stderr);
    assert.match(compared.stdout, /^\+\+\+ MERGED\/networking\.k8s\.io\.v1\.Ingress\.\S+\.iris$/m);
    await server().run(['apply', '-n', namespace, '-f', '-'], { stdin: routedYaml('iris.example.com') });
    const same = await server().run(['diff', '-n', namespace, '-f', '-'], { stdin: routedYaml('iris.example.com') });
    assert.deepEqual([same.exitCode, same.stdout], [0, '']);
  });

  for (const args of [
    create,
    ['apply', '-f', '-'],
    ['run', '-f', '-'],
    ['create', ...create.slice(1), '--dry-run=server'],
  ]) {
    it(`refuses a class that is not there before it changes anything: ${args.slice(0, 3).join(' ')}${args.includes('--dry-run=server') ? ' --dry-run=server' : ''}`, async () => {
      const namespace = await newPlace();
      const without = args.map((arg) => arg.replace(`--ingress-class=${CLASS}`, '--ingress-class=nowhere'));
      const stdin = routedYaml('iris.example.com', { ingressClass: 'nowhere' });
      const finished = await server().run([...without, '-n', namespace], { stdin });
      assert.equal(finished.exitCode, 2, finished.stderr);
      assert.match(
        afterDestination(finished),
        new RegExp(`^error: ingressclass "nowhere" not found: this cluster has .*${CLASS}, ${OTHER_CLASS}`, 'm'),
      );
      assert.deepEqual(await deployments(namespace), []);
      assert.deepEqual(await ingresses(namespace), []);
    });
  }

  it('goes on with a warning where it may not read the classes', async () => {
    const namespace = await newPlace();
    const porter = await startPorter(server(), ['list ingressclasses']);
    const created = await server().run([...create, '-n', namespace], { kubeconfig: porter.kubeconfig });
    await porter.close();
    assert.equal(created.exitCode, 0, created.stderr);
    assert.match(
      created.stderr,
      new RegExp(
        `^Warning: cannot check that the ingress class "${CLASS}" exists: ingressclasses\\S* is forbidden: `,
        'mi',
      ),
    );
    await only(namespace);
  });

  it('changes nothing where it may not read Ingresses, or a run may not make them', async () => {
    const namespace = await newPlace();
    for (const [right, args] of [
      ['get ingresses', create],
      ['patch ingresses', create],
      ['create ingresses', ['run', '-f', '-']],
    ] as const) {
      const porter = await startPorter(server(), [right]);
      const stdin = routedYaml('iris.example.com');
      const finished = await server().run([...args, '-n', namespace], { kubeconfig: porter.kubeconfig, stdin });
      await porter.close();
      assert.equal(finished.exitCode, 3, finished.stderr);
      const [verb] = right.split(' ');
      assert.match(finished.stderr, new RegExp(`cannot ${verb} resource "ingresses" in API group "networking.k8s.io"`));
      assert.deepEqual(await deployments(namespace), []);
    }
  });

  it('makes no deployment whose Ingress the server does not take', async () => {
    const namespace = await newPlace();
    await new SomebodyElse(server(), namespace).limits({ 'count/ingresses.networking.k8s.io': '0' });
    const finished = await server().run([...create, '-n', namespace]);
    assert.equal(finished.exitCode, 3, finished.stderr);
    assert.match(finished.stderr, /cannot apply ingress "iris" in namespace "\S+": .* exceeded quota: few/);
    assert.deepEqual(await deployments(namespace), []);
  });

  it('leaves the Ingress of somebody else as it is, and makes no deployment of its name', async () => {
    const namespace = await newPlace();
    const { metadata } = await ingressOfSomebody(server(), namespace);
    const finished = await server().run([...create, '-n', namespace]);
    assert.equal(finished.exitCode, 2, finished.stderr);
    assert.equal(
      afterDestination(finished),
      `error: ingress "iris" in namespace "${namespace}" exists and does not belong to seldondeployment "iris": not changed\n` +
        `Give the deployment another name, or check the Ingress first: kubectl get ingress iris -o yaml -n ${namespace}\n`,
    );
    assert.equal((await only(namespace)).metadata.resourceVersion, metadata.resourceVersion);
    assert.deepEqual(await deployments(namespace), []);
  });

  for (const cascade of ['background', 'foreground']) {
    it(`is gone with the deployment, and its end is waited for, with --cascade=${cascade}`, async () => {
      const namespace = await newPlace();
      assert.equal((await server().run([...create, '-n', namespace])).exitCode, 0);
      const { metadata } = await only(namespace);
      const finalizers = async (held: string[] | null) =>
        await server().api.call({
          method: 'PATCH',
          path: `${ingressesIn(namespace)}/iris`,
          contentType: 'application/merge-patch+json',
          body: { metadata: { finalizers: held } },
        });
      await finalizers(['example.com/load-balancer']);
      const args = ['delete', 'iris', '-n', namespace, `--cascade=${cascade}`, '--timeout=3s'];
      const held = await server().run(args);
      assert.equal(held.exitCode, 4, held.stderr);
      assert.match(held.stderr, /ingress\/iris \(finalizers: example\.com\/load-balancer\)/);
      assert.equal((await only(namespace)).metadata.uid, metadata.uid);
      assert.equal((await deployments(namespace)).length, cascade === 'foreground' ? 1 : 0);
      await finalizers(null);
      await seen(async () => (await ingresses(namespace)).length === 0, 'the end of the Ingress');
      await seen(async () => (await deployments(namespace)).length === 0, 'the end of the deployment');
    });
  }

  it('is made and gone in a run', async () => {
    const namespace = await newPlace();
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: routedYaml('iris.example.com') });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, new RegExp(`^${INGRESS} serverside-applied$`, 'm'));
    assert.deepEqual(await ingresses(namespace), []);
  });

  it('takes the place of the Ingress of an earlier deployment of its name', async () => {
    const namespace = await newPlace();
    assert.equal((await server().run([...create, '-n', namespace])).exitCode, 0);
    const before = await only(namespace);
    await new SomebodyElse(server(), namespace).deletesSeldonDeployment('iris', 'Background');
    const again = await server().run([...create, '-n', namespace]);
    assert.equal(again.exitCode, 0, again.stderr);
    const after = await only(namespace);
    assert.notEqual(after.metadata.uid, before.metadata.uid);
    const [deployment] = await deployments(namespace);
    assert.deepEqual(
      after.metadata.ownerReferences?.map(({ uid }) => uid),
      [deployment?.metadata.uid],
    );
  });

  it('refuses flags of an Ingress that do not go together', async () => {
    const hostless = await server().run(['create', 'iris', '--image=example/iris:1.0', '--ingress-class=nginx']);
    assert.deepEqual(
      [hostless.exitCode, hostless.stderr],
      [2, 'error: --ingress-class needs --host, the host name of the model\n'],
    );
  });
}

export async function ingressOfSomebody({ api }: ServerUnderTest, namespace: string): Promise<KubernetesObject> {
  const body = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'iris' },
    spec: { defaultBackend: { service: { name: 'site', port: { number: 80 } } } },
  };
  return (await api.call<KubernetesObject>({ method: 'POST', path: ingressesIn(namespace), body })).body;
}
