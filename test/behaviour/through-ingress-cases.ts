import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { routedModel, withClasses } from './ingress-cases.ts';
import { modelYaml } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';

const ROW = '{"data":{"ndarray":[[1,2]]}}';
const CRDS = [
  { group: 'networking.istio.io', version: 'v1beta1', kind: 'VirtualService', plural: 'virtualservices' },
  { group: 'networking.istio.io', version: 'v1beta1', kind: 'Gateway', plural: 'gateways' },
  { group: 'getambassador.io', version: 'v2', kind: 'Mapping', plural: 'mappings' },
];

/** What stands at the gateway's address: answers with what it was asked, at the paths that are routed. */
async function startGateway(answer: (path: string) => { status: number; headers?: Record<string, string> }) {
  const asked: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url ?? '';
    asked.push({ path, headers: request.headers, body });
    const { status, headers = {} } = answer(path);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"answered":true}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, asked, close: () => server.close() };
}

/** The ways in past the API server; an HTTP server of our own stands for the gateway. */
export function throughIngressCases(server: () => ServerUnderTest): void {
  const post = async (path: string, body: object) => await server().api.call({ method: 'POST', path, body });
  const newPlace = async (stdin = modelYaml()) => {
    for (const crd of CRDS) await install(server(), crd);
    const namespace = await newNamespace(server());
    const applied = await server().run(['apply', '-f', '-', '-n', namespace], { stdin });
    assert.equal(applied.exitCode, 0, applied.stderr);
    return namespace;
  };
  const predict = async (namespace: string, ...args: string[]) =>
    await server().run(['predict', 'iris', '-d', ROW, '--through=ingress', '-n', namespace, ...args]);
  const withIstio = async (namespace: string, port: number, host = '*') => {
    const istio = `/apis/networking.istio.io/v1beta1/namespaces/${namespace}`;
    const of = (kind: string, name: string, spec: object) => ({
      apiVersion: 'networking.istio.io/v1beta1',
      kind,
      metadata: { name, namespace },
      spec,
    });
    const match = [{ uri: { prefix: `/seldon/${namespace}/iris/` } }];
    const gateways = [`${namespace}/seldon-gateway`];
    await post(
      `${istio}/virtualservices`,
      of('VirtualService', 'iris', { hosts: [host], gateways, http: [{ match }] }),
    );
    const servers = [{ port: { number: port, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }];
    await post(`${istio}/gateways`, of('Gateway', 'seldon-gateway', { selector: { istio: namespace }, servers }));
  };
  const withAddress = async (namespace: string, labels: object, name = 'gateway') => {
    const services = `/api/v1/namespaces/${namespace}/services`;
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }], selector: { app: 'gateway' } };
    await post(services, { apiVersion: 'v1', kind: 'Service', metadata: { name, labels }, spec });
    await server().api.call({
      method: 'PATCH',
      path: `${services}/${name}/status`,
      body: { status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } },
      contentType: 'application/merge-patch+json',
    });
  };

  it('asks at the gateway of Istio, past the API server and without credentials', async () => {
    const gateway = await startGateway(() => ({ status: 200 }));
    const namespace = await newPlace();
    await withIstio(namespace, gateway.port);
    await withAddress(namespace, { istio: namespace });
    const finished = await predict(namespace);
    gateway.close();
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(finished.stdout, '{"answered":true}\n');
    assert.match(
      finished.stderr,
      new RegExp(
        `^using virtualservice\\.networking\\.istio\\.io/iris in namespace "${namespace}", at http://127\\.0\\.0\\.1:${gateway.port}/seldon/${namespace}/iris$`,
        'm',
      ),
    );
    assert.deepEqual(
      gateway.asked.map(({ path, body, headers }) => [path, body, headers.authorization]),
      [[`/seldon/${namespace}/iris/api/v1.0/predictions`, ROW, undefined]],
    );
  });

  it('says that the address of a gateway is not known, and takes one that is given, with the host that is routed', async () => {
    const gateway = await startGateway(() => ({ status: 200 }));
    const namespace = await newPlace();
    await withIstio(namespace, 80);
    const unknown = await predict(namespace);
    const given = await predict(namespace, `--ingress-address=http://127.0.0.1:${gateway.port}`);
    const named = await newPlace();
    await withIstio(named, 80, 'iris.example.com');
    const ofHost = await predict(named, `--ingress-address=http://127.0.0.1:${gateway.port}`);
    gateway.close();
    assert.equal(unknown.exitCode, 3);
    assert.match(
      unknown.stderr,
      /^error: virtualservice\.networking\.istio\.io\/iris routes to seldondeployment "iris", but its address is unknown\nSet the address, for example --ingress-address=/m,
    );
    assert.deepEqual([given.exitCode, ofHost.exitCode], [0, 0], given.stderr + ofHost.stderr);
    assert.deepEqual(
      gateway.asked.map(({ headers }) => headers.host),
      [`127.0.0.1:${gateway.port}`, 'iris.example.com'],
    );
  });

  it('asks at Ambassador, by the Mapping that the operator makes', async () => {
    const gateway = await startGateway(() => ({ status: 200 }));
    const namespace = await newPlace();
    const metadata = {
      name: `seldon-${namespace}-iris-default-rest`,
      namespace,
      labels: { 'seldon-deployment-id': 'iris' },
    };
    const mapping = { apiVersion: 'getambassador.io/v2', kind: 'Mapping', metadata };
    const spec = { prefix: `/seldon/${namespace}/iris/`, service: `iris-default.${namespace}:8000`, rewrite: '/' };
    await post(`/apis/getambassador.io/v2/namespaces/${namespace}/mappings`, { ...mapping, spec });
    const finished = await predict(namespace, `--ingress-address=http://127.0.0.1:${gateway.port}`);
    gateway.close();
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.deepEqual(
      gateway.asked.map(({ path }) => path),
      [`/seldon/${namespace}/iris/api/v1.0/predictions`],
    );
  });

  it('asks at the host of the deployment’s own Ingress', async () => {
    await withClasses(server());
    const gateway = await startGateway(() => ({ status: 200 }));
    const host = `iris-${gateway.port}.example.com`;
    const namespace = await newPlace(stringify(routedModel(host)));
    const finished = await predict(namespace, `--ingress-address=http://127.0.0.1:${gateway.port}`);
    gateway.close();
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.deepEqual(
      gateway.asked.map(({ path, headers }) => [path, headers.host]),
      [['/api/v1.0/predictions', host]],
    );
  });

  it('ends with 5 at any answer but success, and sends no payload to where an answer redirects', async () => {
    const gateway = await startGateway((path) =>
      path === '/elsewhere' ? { status: 200 } : { status: 307, headers: { location: '/elsewhere' } },
    );
    const namespace = await newPlace();
    await withIstio(namespace, gateway.port);
    const finished = await predict(namespace, `--ingress-address=http://127.0.0.1:${gateway.port}`);
    gateway.close();
    assert.equal(finished.exitCode, 5);
    assert.match(finished.stderr, /^error: predictor "default" of seldondeployment "iris" answered 307$/m);
    assert.equal(gateway.asked.length, 1);
  });

  it('ends with 3 where nothing leads to a deployment, and where nobody is at the address', async () => {
    const namespace = await newPlace();
    const nothing = await predict(namespace);
    assert.equal(nothing.exitCode, 3);
    assert.match(nothing.stderr, /^error: seldondeployment "iris" is not reachable from outside the cluster\n/m);
    await withIstio(namespace, 80);
    const nobody = await predict(namespace, '--ingress-address=http://127.0.0.1:1');
    assert.equal(nobody.exitCode, 3);
    assert.match(nobody.stderr, /The connection to the server 127\.0\.0\.1:1 was refused/);
  });

  it('refuses what users from outside cannot choose', async () => {
    for (const [args, says] of [
      [['--through=ingress', '--predictor=default'], /^error: cannot use --predictor with --through=ingress/],
      [['--through=ingress', '--ask=explanation'], /^error: cannot use --ask=explanation with --through=ingress/],
      [['--ingress-address=http://localhost'], /^error: --ingress-address needs --through=ingress/],
      [['--through=ingress', '--ingress-address=ftp://localhost'], /^error: invalid argument for "--ingress-address"/],
      [['--through=ingress', '--ingress-address=http://a:b@localhost/'], /^error: invalid argument for/],
      [['--through=window'], /^error: invalid argument "window" for "--through"/],
    ] as const) {
      const finished = await server().run(['predict', 'iris', '-d', ROW, ...args]);
      assert.equal(finished.exitCode, 2, finished.stderr);
      assert.match(finished.stderr, says);
    }
  });
}

/** A kind of which anything may be said, unless another case has brought it. */
async function install(
  { api }: ServerUnderTest,
  { group, version, kind, plural }: (typeof CRDS)[number],
): Promise<void> {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const body = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await api.call({ method: 'POST', path, body }).catch((error) => {
    if (error.status !== 409) throw error;
  });
  const isServed = () =>
    api.call({ method: 'GET', path: `/apis/${group}/${version}/${plural}` }).then(
      () => true,
      () => false,
    );
  for (let tries = 0; tries < 200 && !(await isServed()); tries += 1);
}
