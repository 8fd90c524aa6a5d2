import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import type { Deployment } from '../../src/operator/kubernetes-objects.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { component, type ModelOptions, model, modelYaml } from './models.ts';
import { startPorter } from './porter.ts';
import { seen } from './seen.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

/** The name of that server. */
const REAL = 'real control plane';

const recorded = path.resolve(import.meta.dirname, '../operator/recorded');

/** What one of these kinds is called in a path. */
const PLURALS = {
  Deployment: 'apis/apps/v1/deployments',
  Service: 'api/v1/services',
  HorizontalPodAutoscaler: 'apis/autoscaling/v2/horizontalpodautoscalers',
  PodDisruptionBudget: 'apis/policy/v1/poddisruptionbudgets',
} as const;
type Kind = keyof typeof PLURALS;

interface Said {
  kind: string;
  name: string;
  replicas?: number;
  minReplicas?: number;
  maxReplicas?: number;
  initContainers?: { name: string; image: string }[];
  containers?: { name: string; image: string }[];
  admitted: boolean | null;
  refused?: string;
  why?: string;
}

/** Manifests that the operator makes something of, without their namespaces. */
const manifests = readdirSync(recorded)
  .filter((file) => file.endsWith('.yaml') && !file.startsWith('no-container') && !file.startsWith('unknown-server'))
  .map((file) => {
    const deployment = parse(readFileSync(path.join(recorded, file), 'utf8'));
    delete deployment.metadata.namespace;
    return { what: path.basename(file, '.yaml').replaceAll('-', ' '), stdin: stringify(deployment) };
  });

export function previewCases(server: () => ServerUnderTest): void {
  const run = (args: string[], stdin: string, kubeconfig?: string) =>
    server().run(args, { stdin, ...(kubeconfig !== undefined && { kubeconfig }) });
  const preview = async (namespace: string, stdin: string, kubeconfig?: string) => {
    const finished = await run(['preview', '-f', '-', '-n', namespace, '-o', 'json'], stdin, kubeconfig);
    assert.notEqual(finished.stdout, '', finished.stderr);
    const { deployments, exitCode } = JSON.parse(finished.stdout) as {
      deployments: { objects: Said[] }[];
      exitCode: number;
    };
    assert.equal(exitCode, finished.exitCode);
    return { ...finished, objects: deployments.flatMap(({ objects }) => objects) };
  };
  const listed = async <T extends KubernetesObject>(kind: Kind, namespace: string) => {
    const [, prefix, plural] = /^(.*)\/([^/]+)$/.exec(PLURALS[kind]) ?? [];
    return await list<T>(server(), `/${prefix}/namespaces/${namespace}/${plural}`);
  };
  /** What is there of the kinds that the operator makes, as preview says it. */
  const made = async (namespace: string): Promise<Said[]> => {
    const kinds = Object.keys(PLURALS) as Kind[];
    const all = await Promise.all(
      kinds.map(async (kind) => (await listed(kind, namespace)).map((object) => said(kind, object))),
    );
    return all.flat();
  };

  for (const { what, stdin } of manifests) {
    it(`shows the names, replicas and containers that the operator then makes: ${what}`, async () => {
      const namespace = await newNamespace(server());
      for (const name of ['reader', 'explaining', 'careful']) await account(server(), namespace, name);
      const before = await preview(namespace, stdin);
      assert.equal(before.exitCode, 0, before.stderr + before.stdout);
      assert.deepEqual(await list(server(), seldonPath(namespace)), []);
      assert.deepEqual(await made(namespace), []);

      assert.equal((await run(['apply', '-f', '-', '-n', namespace], stdin)).exitCode, 0);
      // An autoscaler may not have had its say yet.
      const autoscaled = before.objects.flatMap(({ name, minReplicas }) => (minReplicas === undefined ? [] : [name]));
      const withoutNumber = ({ replicas, ...one }: Said) =>
        replicas === undefined || autoscaled.includes(one.name) ? one : { ...one, replicas };
      const texts = (those: readonly Said[]) => those.map((one) => JSON.stringify(withoutNumber(one))).sort();
      const wanted = texts(before.objects.map(asMade));
      let found: string[] = [];
      // The operator makes them one after the other.
      for (let tries = 0; tries < 200 && found.length < wanted.length; tries += 1) found = texts(await made(namespace));
      assert.deepEqual(found, wanted);
      assert.ok(before.objects.every(({ admitted }) => admitted === true));
    });
  }

  it('draws them as a table, and the objects themselves as YAML', async () => {
    const namespace = await newNamespace(server());
    const table = await run(['preview', '-f', '-', '-n', namespace], modelYaml({ replicas: 2 }));
    assert.equal(table.exitCode, 0, table.stderr);
    assert.deepEqual(
      table.stdout.split('\n').map((line) => line.replace(/ +/g, ' ')),
      [
        'NAME REPLICAS ADMITTED CONTAINERS OR PORTS',
        'deployment.apps/iris-default-0-classifier 2 yes classifier=example/iris:1.0,seldon-container-engine=docker.io/seldonio/seldon-core-executor:1.18.2',
        'service/iris-default-classifier <none> yes 9000/TCP,9500/TCP',
        'service/iris-default <none> yes 8000/TCP,5001/TCP',
        '',
      ],
    );
    assert.match(
      table.stderr,
      /^Using the images and limits of Seldon Core 1\.18\.2 for what the operator adds: no Deployment is/,
    );
    const yaml = await run(['preview', '-f', '-', '-n', namespace, '-o', 'yaml'], modelYaml());
    const objects = parseAllDocuments(yaml.stdout).map((document) => document.toJS() as KubernetesObject);
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
      [
        `Deployment ${namespace}/iris-default-0-classifier`,
        `Service ${namespace}/iris-default-classifier`,
        `Service ${namespace}/iris-default`,
      ],
    );
    const refused = await run(['preview', '-f', '-', '-o', 'name'], modelYaml());
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /^error: unable to match a printer .*"name"\nallowed formats are: json,yaml\n$/);
  });

  it('ends with 3 where a Deployment is admitted and its pods are not, in the server’s words', async () => {
    const namespace = await newNamespace(server());
    await quota(server(), namespace, { 'limits.cpu': '4' });
    const { exitCode, objects } = await preview(namespace, modelYaml());
    assert.equal(exitCode, 3);
    const [deployment, ...services] = objects;
    assert.deepEqual([deployment?.admitted, deployment?.refused], [false, 'Pod']);
    assert.match(deployment?.why ?? '', /^failed quota: team: must specify limits\.cpu for: classifier$/);
    assert.ok(services.every(({ admitted }) => admitted));
    const table = await run(['preview', '-f', '-', '-n', namespace], modelYaml());
    assert.equal(table.exitCode, 3);
    assert.match(table.stdout, /^deployment\.apps\/iris-default-0-classifier +1 +no pods +classifier=/m);
    assert.match(
      table.stderr,
      /^error: the cluster would refuse these objects\npods of deployment\.apps\/iris-default-0-classifier in namespace "case-\d+": failed quota: team: /m,
    );
  });

  it('ends with 3 where an object itself is refused', async () => {
    const namespace = await newNamespace(server());
    await quota(server(), namespace, { 'count/deployments.apps': '0' });
    const { exitCode, objects } = await preview(namespace, modelYaml());
    assert.equal(exitCode, 3);
    assert.match(objects[0]?.why ?? '', /exceeded quota: team, requested: count\/deployments\.apps=1, used: .*=0/);
  });

  it('asks of no pods where a change makes none, and of one where it does', async () => {
    const namespace = await newNamespace(server());
    const apply = await run(['apply', '-f', '-', '--wait', '-n', namespace], modelYaml());
    assert.equal(apply.exitCode, 0, apply.stderr);
    await quota(server(), namespace, { pods: '1' });
    const same = await preview(namespace, modelYaml());
    assert.deepEqual([same.exitCode, same.stdout.includes('"admitted": false')], [0, false]);
    for (const change of [{ tag: '2.0' }, { replicas: 2 }] satisfies ModelOptions[]) {
      const { exitCode, objects } = await preview(namespace, modelYaml(change));
      assert.equal(exitCode, 3, JSON.stringify(change));
      assert.match(objects[0]?.why ?? '', /^exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1$/);
    }
    const [live] = await list<SeldonDeployment>(server(), seldonPath(namespace));
    assert.equal(live?.metadata.generation, 1);
  });

  it('does not know what it may not ask, says so, and ends with 0', async () => {
    const namespace = await newNamespace(server());
    const porter = await startPorter(server(), ['create pods', 'get services']);
    const { exitCode, stderr, objects } = await preview(namespace, modelYaml(), porter.kubeconfig);
    await porter.close();
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(
      objects.map(({ kind, admitted }) => [kind, admitted]),
      [
        ['Deployment', null],
        ['Service', null],
        ['Service', null],
      ],
    );
    assert.match(
      stderr,
      /^Warning: cannot check whether deployment\.apps\/\S+ in namespace "case-\d+" would be admitted: pods is forbidden: /m,
    );
  });

  it('ends with 2 where the operator would give up, in its words, or in those of its webhook, which are there before', async () => {
    const namespace = await newNamespace(server());
    const predictor = { name: 'p', graph: { name: 'c', implementation: 'MY_SERVER', modelUri: 'gs://m' } };
    const stdin = stringify(model({ spec: { predictors: [predictor] } }));
    const finished = await run(['preview', '-f', '-', '-n', namespace], stdin);
    assert.equal(finished.exitCode, 2);
    const ofOperator =
      /^error: the operator could not create these objects\nthe operator cannot process seldondeployment "iris": Failed to get server config for MY_SERVER$/m;
    const ofWebhook =
      /^error: cannot apply seldondeployment "iris": Seldon's webhook refused the deployment: .*MY_SERVER$/m;
    assert.ok(ofOperator.test(finished.stderr) || ofWebhook.test(finished.stderr), finished.stderr);
  });

  it('ends with 2 where no cluster takes what the operator makes', async () => {
    const namespace = await newNamespace(server());
    const unnamed = { componentSpecs: [{ spec: { containers: [{ name: 'classifier' }] } }] };
    const spec = { predictors: [{ name: 'p', graph: { name: 'classifier', type: 'MODEL' }, ...unnamed }] };
    const { exitCode, objects } = await preview(namespace, stringify(model({ spec })));
    assert.equal(exitCode, 2);
    assert.match(objects[0]?.why ?? '', /spec\.template\.spec\.containers\[0\]\.image/);
  });

  it('names a ServiceAccount that is not there, where the server asks for it', async (test) => {
    if (server().name !== REAL) return test.skip('the sandbox admits pods of any ServiceAccount');
    const namespace = await newNamespace(server());
    const spec = { serviceAccountName: 'nobody', ...component().spec };
    const predictor = { name: 'p', graph: { name: 'classifier', type: 'MODEL' }, componentSpecs: [{ spec }] };
    const { exitCode, objects } = await preview(namespace, stringify(model({ spec: { predictors: [predictor] } })));
    assert.equal(exitCode, 3);
    assert.match(objects[0]?.why ?? '', /^error looking up service account .*"nobody" not found$/);
  });

  it('says in the server’s words what Pod Security refuses, and doctor says the same by rules of its own', async (test) => {
    if (server().name !== REAL) return test.skip('the sandbox has no Pod Security');
    const namespace = await newNamespace(server());
    await server().api.call({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}`,
      body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
      contentType: 'application/merge-patch+json',
    });
    const { exitCode, objects } = await preview(namespace, modelYaml());
    assert.equal(exitCode, 3);
    const why = objects[0]?.why ?? '';
    assert.match(why, /^violates PodSecurity "restricted:latest": /);
    const args = ['doctor', '-f', '-', '-n', namespace, '-o', 'json', '--for=list'];
    const { checks } = JSON.parse((await run(args, modelYaml())).stdout) as {
      checks: { check: string; message: string }[];
    };
    const ours = checks.find(({ check }) => check === 'files: pod security')?.message ?? '';
    for (const [ofServer, words] of [
      [
        /allowPrivilegeEscalation != false \(container "classifier"/,
        '"classifier" needs allowPrivilegeEscalation: false',
      ],
      [
        /unrestricted capabilities \(containers "classifier", "seldon-container-engine"/,
        'engine" needs capabilities.drop',
      ],
      [/runAsNonRoot != true \(/, 'runAsNonRoot: true'],
      [/seccompProfile \(/, 'seccompProfile.type: RuntimeDefault'],
    ] as const) {
      assert.match(why, ofServer);
      assert.ok(ours.includes(words), ours);
    }
  });

  it('says in the server’s words what a limit range refuses, and doctor says the same by rules of its own', async (test) => {
    if (server().name !== REAL) return test.skip('the sandbox has no limit ranges');
    const namespace = await newNamespace(server());
    const limits = [{ type: 'Container', max: { cpu: '1' } }];
    const body = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small' }, spec: { limits } };
    await server().api.call({ method: 'POST', path: `/api/v1/namespaces/${namespace}/limitranges`, body });
    const file = (cpu: string) => {
      const container = { name: 'classifier', image: 'example/iris:1.0', resources: { limits: { cpu } } };
      const predictor = { name: 'p', graph: { name: 'classifier', type: 'MODEL' } };
      const spec = { predictors: [{ ...predictor, componentSpecs: [{ spec: { containers: [container] } }] }] };
      return stringify(model({ spec }));
    };
    const doctor = async (stdin: string) => {
      const finished = await run(['doctor', '-f', '-', '-n', namespace, '-o', 'json', '--for=list'], stdin);
      const { checks } = JSON.parse(finished.stdout) as { checks: { check: string; message: string }[] };
      return checks.filter(({ check }) => check.startsWith('files')).map(({ message }) => message);
    };
    const { exitCode, objects } = await preview(namespace, file('2'));
    assert.equal(exitCode, 3);
    assert.match(objects[0]?.why ?? '', /^maximum cpu usage per Container is 1, but limit is 2$/);
    assert.deepEqual(await doctor(file('2')), [
      'container "classifier" of deployment.apps/iris-p-0-classifier has a limit of 2 cpu, and limitrange "small" lets a container have at most 1',
    ]);
    assert.equal((await preview(namespace, file('1'))).exitCode, 0);
    assert.match((await doctor(file('1'))).join(), /has room for their 1 pod/);
  });

  it('does not ask for a ServiceAccount that the files make first', async () => {
    const namespace = await newNamespace(server());
    const account = stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'mine' } });
    const spec = { serviceAccountName: 'mine', ...component().spec };
    const predictor = { name: 'p', graph: { name: 'classifier', type: 'MODEL' }, componentSpecs: [{ spec }] };
    const file = stringify(model({ spec: { predictors: [predictor] } }));
    const { exitCode, stderr } = await preview(namespace, `${account}---\n${file}`);
    assert.equal(exitCode, 0, stderr);
  });

  it('cannot ask about a namespace that the files make first, and says so', async () => {
    const namespace = await newNamespace(server());
    const later = `${namespace}-later`;
    const made = stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: later } });
    const { exitCode, stderr, objects } = await preview(later, `${made}---\n${modelYaml()}`);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual([...new Set(objects.map(({ admitted }) => admitted))], [null]);
  });
}

/** Known to the quota controller of a real server; the sandbox has none, and counts at each request. */
async function quota({ api, name }: ServerUnderTest, namespace: string, hard: Record<string, string>): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard } };
  const place = `/api/v1/namespaces/${namespace}/resourcequotas`;
  await api.call({ method: 'POST', path: place, body });
  const isCounted = async () => {
    const { body } = await api.call<KubernetesObject & { status?: { used?: object } }>({
      method: 'GET',
      path: `${place}/team`,
    });
    return body.status?.used !== undefined;
  };
  if (name === REAL) await seen(isCounted, 'a quota that is counted');
}

function said(kind: Kind, object: KubernetesObject): Said {
  const { metadata } = object;
  if (kind !== 'Deployment') return { kind, name: metadata.name, admitted: true };
  const { replicas = 1, template } = (object as Deployment).spec;
  const { initContainers = [], containers } = template.spec;
  const images = (those: typeof containers) => those.map(({ name, image = '' }) => ({ name, image }));
  return {
    kind,
    name: metadata.name,
    ...(initContainers.length > 0 && { initContainers: images(initContainers) }),
    containers: images(containers),
    admitted: true,
    replicas,
  };
}

/** What of it is then to be seen in the cluster. */
function asMade({ kind, name, replicas, initContainers, containers, admitted }: Said): Said {
  return {
    kind,
    name,
    ...(initContainers && { initContainers }),
    ...(containers && { containers }),
    admitted,
    ...(replicas !== undefined && { replicas }),
  };
}

async function account({ api }: ServerUnderTest, namespace: string, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
  await api.call({ method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts`, body });
}
