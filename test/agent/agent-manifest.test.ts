import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { runCli } from '../../src/cli/run-cli.ts';
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

interface Template {
  metadata: { annotations?: Record<string, string>; labels: Record<string, string> };
  spec: { securityContext: object; containers: { ports: object[]; resources: object }[] };
}

describe('The manifest of an agent', () => {
  it('puts the agent into a namespace of its own, which nobody else uses', async () => {
    assert.deepEqual(await placesOf(['-n', 'models']), [
      `Namespace ${NAME}`,
      `ServiceAccount ${NAME}/${NAME}`,
      `Role models/${NAME}`,
      `RoleBinding models/${NAME}`,
      `Role ${NAME}/${NAME}`,
      `RoleBinding ${NAME}/${NAME}`,
      `Deployment ${NAME}/${NAME}`,
      `Service ${NAME}/${NAME}`,
      `NetworkPolicy ${NAME}/${NAME}`,
      `PodDisruptionBudget ${NAME}/${NAME}`,
    ]);
    assert.ok(
      !(await placesOf(['-n', 'models', '--create-namespace=false'])).some((place) => /^Namespace/.test(place)),
    );
  });

  it('holds nothing but the agent where it stands beside the models: never their namespace, which goes with all in it', async () => {
    assert.deepEqual(await placesOf(['-n', 'models', '--agent-namespace=models']), [
      `ServiceAccount models/${NAME}`,
      `Role models/${NAME}`,
      `RoleBinding models/${NAME}`,
      `Deployment models/${NAME}`,
      `Service models/${NAME}`,
      `NetworkPolicy models/${NAME}`,
      `PodDisruptionBudget models/${NAME}`,
    ]);
  });

  it('puts the agent into the namespace that is given, with the rights on models where the models are', async () => {
    assert.deepEqual(await placesOf(['-n', 'models', '--agent-namespace=agents', '--create-namespace']), [
      'Namespace agents',
      `ServiceAccount agents/${NAME}`,
      `Role models/${NAME}`,
      `RoleBinding models/${NAME}`,
      `Role agents/${NAME}`,
      `RoleBinding agents/${NAME}`,
      `Deployment agents/${NAME}`,
      `Service agents/${NAME}`,
      `NetworkPolicy agents/${NAME}`,
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
      `ClusterRole ${NAME}:agents`,
      `ClusterRoleBinding ${NAME}:agents`,
      `Role agents/${NAME}`,
      `RoleBinding agents/${NAME}`,
      `Deployment agents/${NAME}`,
      `Service agents/${NAME}`,
      `NetworkPolicy agents/${NAME}`,
      `PodDisruptionBudget agents/${NAME}`,
    ]);
  });

  for (const args of [['--agent-namespace=models'], ['--agent-namespace=models', '-A']]) {
    it(`refuses to create the namespace of the models: ${['--create-namespace', ...args].join(' ')}`, async () => {
      const { exitCode, stderr, objects } = await manifest(['-n', 'models', '--create-namespace', ...args]);
      assert.deepEqual([exitCode, objects.length], [2, 0]);
      assert.match(
        stderr,
        /^error: --create-namespace would put namespace models, which contains the models, into the /,
      );
      assert.match(stderr, /^Use --agent-namespace=.*, or create it yourself: kubectl create namespace models$/m);
    });
  }

  it('refuses the namespace of the models for the agent with -A, in which nothing would be synced', async () => {
    const { exitCode, stderr, objects } = await manifest(['-n', 'models', '-A', '--agent-namespace=models']);
    assert.deepEqual([exitCode, objects.length], [2, 0]);
    assert.match(stderr, /^error: with -A the agent does not sync its own namespace, and models contains the models/);
  });

  it('lets nobody in but to its metrics', async () => {
    const policy = async (...args: string[]) =>
      (await manifest(['-n', 'models', ...args])).objects.find(({ kind }) => kind === 'NetworkPolicy').spec;
    const { podSelector, policyTypes, ingress } = await policy();
    const pod = podOf((await manifest(['-n', 'models'])).objects);
    for (const [key, value] of Object.entries(podSelector.matchLabels)) assert.equal(pod.metadata.labels[key], value);
    assert.deepEqual([policyTypes, ingress], [['Ingress'], [{ ports: [{ protocol: 'TCP', port: 9300 }] }]]);
    assert.deepEqual((await policy('--metrics=false')).ingress, []);
  });

  it('hands on what the source may decide', async () => {
    const given = ['--allow-host-access', '--allow-service-account=s3', '--allow-service-account=gcs'];
    const args = async (...more: string[]) =>
      (podOf((await manifest(['-n', 'models', ...more])).objects).spec.containers[0] as unknown as { args: string[] })
        .args;
    assert.deepEqual(
      (await args(...given)).filter((arg) => arg.startsWith('--allow')),
      given,
    );
    assert.ok(!(await args()).some((arg) => arg.startsWith('--allow')));
  });

  it('has probes, whose times are flags, or none', async () => {
    const probes = async (...args: string[]) => {
      const { livenessProbe, readinessProbe } = podOf((await manifest(['-n', 'models', ...args])).objects).spec
        .containers[0] as unknown as Record<string, unknown>;
      return { livenessProbe, readinessProbe };
    };
    assert.deepEqual(await probes(), {
      livenessProbe: {
        httpGet: { path: '/healthz', port: 'health' },
        initialDelaySeconds: 5,
        periodSeconds: 10,
        timeoutSeconds: 5,
      },
      readinessProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: 5, timeoutSeconds: 5 },
    });
    assert.deepEqual(await probes('--liveness-probe=failureThreshold=10', '--readiness-probe='), {
      livenessProbe: { httpGet: { path: '/healthz', port: 'health' }, failureThreshold: 10 },
      readinessProbe: undefined,
    });
  });

  for (const [arg, error] of [
    [
      '--liveness-probe=period=5',
      /^error: invalid argument "period=5" for "--liveness-probe": expected initialDelaySeconds, /,
    ],
    ['--liveness-probe=periodSecond=5', /\nDid you mean "periodSeconds"\?/],
    ['--readiness-probe=periodSeconds=0', /^error: invalid argument "periodSeconds=0"/],
    ['--readiness-probe=periodSeconds=5,periodSeconds=6', /: periodSeconds is given twice/],
    ['--image=a b', /^error: invalid argument "a b" for "--image": expected the name of an image/],
    ['--image=agent@sha256:12', /for "--image"/],
    [
      '--source=https://source.example/desired?sig=abc',
      /^error: the address of --source contains a signature \(sig=…\), and /,
    ],
    ['--source=https://source.example/desired?X-Amz-Signature=abc', /contains a signature \(X-Amz-Signature=…\)/],
  ] as const) {
    it(`refuses ${arg}`, async () => {
      const { exitCode, stderr, objects } = await manifest(['-n', 'models', arg]);
      assert.deepEqual([exitCode, objects.length], [2, 0]);
      assert.match(stderr, error);
      assert.doesNotMatch(stderr, /abc/);
    });
  }

  const podOf = (objects: { kind: string }[]) =>
    (objects.find(({ kind }) => kind === 'Deployment') as unknown as { spec: { template: Template } }).spec.template;

  it('is scraped by Prometheus: its pods by their annotations, and each of them through a Service', async () => {
    const { objects } = await manifest(['-n', 'models']);
    const pod = podOf(objects);
    const { annotations, labels } = pod.metadata;
    const [container] = pod.spec.containers;
    assert.deepEqual(annotations, {
      'prometheus.io/scrape': 'true',
      'prometheus.io/path': '/metrics',
      'prometheus.io/port': '9300',
    });
    assert.deepEqual(container?.ports, [{ name: 'health', containerPort: 9300 }]);
    const { spec } = objects.find(({ kind }) => kind === 'Service');
    assert.deepEqual(spec.ports, [{ name: 'metrics', port: 9300, targetPort: 'health' }]);
    for (const [key, value] of Object.entries(spec.selector)) assert.equal(labels[key], value);
  });

  it('is not scraped with --metrics=false', async () => {
    assert.ok(!(await placesOf(['-n', 'models', '--metrics=false'])).join().includes('Service models'));
    const { objects } = await manifest(['-n', 'models', '--metrics=false']);
    assert.equal(podOf(objects).metadata.annotations, undefined);
  });

  it('names no user: the image has one, and OpenShift gives each namespace its own', async () => {
    const { objects } = await manifest(['-n', 'models']);
    const { securityContext, containers } = podOf(objects).spec;
    assert.deepEqual(securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    assert.doesNotMatch(JSON.stringify(containers), /runAsUser|runAsGroup|fsGroup/);
  });

  const usual = { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } };
  for (const [args, resources] of [
    [[], usual],
    [['--limits=memory=1Gi'], { ...usual, limits: { memory: '1Gi' } }],
    [['--limits='], { ...usual, limits: {} }],
    [
      [
        '--requests=cpu=0.1,memory=1e8,ephemeral-storage=10Mi',
        '--limits=cpu=100m,memory=100000k,ephemeral-storage=1Gi',
      ],
      {
        requests: { cpu: '0.1', memory: '1e8', 'ephemeral-storage': '10Mi' },
        limits: { cpu: '100m', memory: '100000k', 'ephemeral-storage': '1Gi' },
      },
    ],
  ] as const) {
    it(`has resources: ${['as usual', ...args].at(args.length > 0 ? 1 : 0)}`, async () => {
      const { objects, exitCode, stderr } = await manifest(['-n', 'models', ...args]);
      assert.equal(exitCode, 0, stderr);
      assert.deepEqual(podOf(objects).spec.containers[0]?.resources, resources);
    });
  }

  for (const [args, error] of [
    [
      ['--limits=cpus=1'],
      /^error: invalid argument "cpus=1" for "--limits": expected cpu, memory, .*\nDid you mean "cpu"\?/,
    ],
    [['--limits=constructor=1'], /^error: invalid argument "constructor=1" for "--limits": expected cpu, memory, /],
    [['--requests=memory=128MB'], /^error: .* for "--requests": "128MB" is not a quantity such as those in cpu=50m,/],
    [['--requests=memory'], /^error: invalid argument "memory" for "--requests": expected cpu, memory, /],
    [['--requests=cpu=1,cpu=2'], /^error: .*: cpu is given twice/],
    [['--requests=memory=1Gi'], /^error: --requests asks for more memory than --limits allows: 1Gi, and 256Mi/],
  ] as const) {
    it(`refuses resources that cannot be: ${args[0]}`, async () => {
      const { exitCode, stderr, objects } = await manifest(['-n', 'models', ...args]);
      assert.deepEqual([exitCode, objects.length], [2, 0]);
      assert.match(stderr, error);
    });
  }

  it('refuses a namespace that cannot be one', async () => {
    const { exitCode, stderr } = await manifest(['-n', 'models', '--agent-namespace=../x']);
    assert.deepEqual([exitCode, stderr.split('\n')[0]], [2, 'error: "../x" is not a valid namespace']);
  });
});
