import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { startDoorkeeper } from '../behaviour/doorkeeper.ts';
import { component, modelYaml } from '../behaviour/models.ts';
import { type Rule, startPorter, startPorterWith } from '../behaviour/porter.ts';
import { type SandboxUnderTest, startSandboxUnderTest } from '../behaviour/sandbox-server.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';

const canary = {
  predictors: [
    { name: 'main', traffic: 80, graph: { name: 'classifier', type: 'MODEL' }, componentSpecs: [component()] },
    { name: 'canary', traffic: 20, graph: { name: 'classifier', type: 'MODEL' }, componentSpecs: [component()] },
  ],
};

const isMetrics = (_: string, path: string) => path.startsWith('/apis/metrics.k8s.io/');

describe('Where metrics.k8s.io is served', () => {
  let server: SandboxUnderTest;
  let namespace: string;
  const run = (...args: string[]) => server.run([...args, '-n', namespace]);
  before(async () => {
    server = await startSandboxUnderTest({ podMetrics: true });
    namespace = await newNamespace(server);
    for (const stdin of [
      modelYaml(),
      modelYaml({ name: 'rose', spec: canary }),
      modelYaml({ name: 'wilted', tag: 'slow-1h' }),
    ]) {
      const applied = await server.run(['apply', '-f', '-', '-n', namespace], { stdin });
      assert.equal(applied.exitCode, 0, applied.stderr);
    }
    const waited = await run('wait', 'iris', 'rose', '--for=available', '--timeout=30s');
    assert.equal(waited.exitCode, 0, waited.stderr);
  });
  after(() => server.stop());

  it('top shows the CPU and memory of each pod, by deployment and predictor, in the order of the spec', async () => {
    const { stdout, stderr, exitCode } = await run('top');
    assert.deepEqual([exitCode, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    const expected = [
      /^NAME +PREDICTOR +POD +CPU\(cores\) +MEMORY\(bytes\)$/,
      /^iris +default +iris-default-0-classifier-\S+ +\d+m +\d+Mi$/,
      /^rose +main +rose-main-0-classifier-\S+ +\d+m +\d+Mi$/,
      /^rose +canary +rose-canary-0-classifier-\S+ +\d+m +\d+Mi$/,
      /^wilted +default +wilted-default-0-classifier-\S+ +<unknown> +<unknown>$/,
    ];
    assert.equal(lines.length, expected.length, stdout);
    for (const [index, line] of lines.entries()) assert.match(line, expected[index] as RegExp);
  });

  it('top --containers shows each container, and the same figures whenever it is asked', async () => {
    const { stdout } = await run('top', 'iris', '--containers');
    assert.match(
      stdout,
      /^NAME +PREDICTOR +POD +CONTAINER +CPU\(cores\) +MEMORY\(bytes\)\n(iris +default +\S+ +(classifier|seldon-container-engine) +\d+m +\d+Mi\n){2}$/,
    );
    assert.equal((await run('top', 'iris', '--containers')).stdout, stdout);
  });

  it('top --sort-by --sum --no-headers puts the greatest first, what is not known last, and the sum below', async () => {
    const { stdout } = await run('top', '--sort-by=memory', '--sum', '--no-headers');
    const memory = [...stdout.matchAll(/(\d+)Mi$/gm)].map(([, mebibytes]) => Number(mebibytes));
    const sum = memory.pop() ?? 0;
    assert.deepEqual(
      memory,
      memory.toSorted((one, other) => other - one),
    );
    assert.equal(memory.length, 3);
    // Each of them is cut off to a whole number.
    assert.ok(Math.abs(sum - memory.reduce((all, one) => all + one, 0)) <= 3, stdout);
    assert.match(stdout, /\nwilted .*<unknown>\n +_{8} +_{8}\n +\d+m +\d+Mi\n$/);
  });

  it('top -A has the namespaces, and -o json an object for each deployment', async () => {
    const everywhere = await server.run(['top', '-A']);
    assert.match(everywhere.stdout, new RegExp(`^NAMESPACE +NAME .*\\n${namespace} +iris +default `));
    const { kind, metadata, cpu, memory, pods } = JSON.parse((await run('top', 'iris', '-o', 'json')).stdout);
    assert.deepEqual([kind, metadata.name, metadata.namespace], ['SeldonDeploymentUsage', 'iris', namespace]);
    const [pod] = pods;
    assert.deepEqual([cpu, memory, pod.predictor], [pod.cpu, pod.memory, 'default']);
    assert.deepEqual(pod.containers.map(({ name }: { name: string }) => name).sort(), [
      'classifier',
      'seldon-container-engine',
    ]);
    const unknown = JSON.parse((await run('top', 'wilted', '-o', 'json')).stdout);
    assert.deepEqual([unknown.cpu, unknown.pods.length, unknown.pods[0].cpu], [undefined, 1, undefined]);
  });

  it('top refuses what it cannot sort by, and says what is not there', async () => {
    const refused = await run('top', '--sort-by=age');
    assert.deepEqual(
      [refused.exitCode, refused.stderr],
      [2, 'error: invalid argument "age" for "--sort-by": expected one of cpu, memory\n'],
    );
    const missing = await run('top', 'tulip');
    assert.equal(missing.exitCode, 1);
    assert.match(missing.stderr, /^Error from server \(NotFound\): .*"tulip" not found/);
    const none = await server.run(['top', '-n', 'default']);
    assert.deepEqual([none.exitCode, none.stderr], [0, 'No resources found in default namespace.\n']);
  });

  it('status -o wide shows the restarts, CPU and memory of each pod, at one request more', async () => {
    const { stdout, stderr, exitCode } = await run('status', 'iris', '-o', 'wide', '-v=6');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^NAME +READY +STATUS +RESTARTS +CPU +MEMORY +AGE +LAST WARNING$/m);
    assert.match(stdout, /^SeldonDeployment\/iris +1\/1 +Available +\d+s$/m);
    assert.match(stdout, /Pod\/iris-\S+ +2\/2 +Running +0 +\d+m +\d+Mi +\d+s$/m);
    const plain = await run('status', 'iris', '-v=6');
    const requests = (text: string) => text.match(/GET http/g)?.length ?? 0;
    assert.equal(requests(stderr), requests(plain.stderr) + 1);
  });

  it('status -o wide --watch shows them too', async () => {
    const finished = await run('status', 'iris', '-o', 'wide', '-w', '--until=available', '--timeout=30s');
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, /Pod\/iris-\S+ +2\/2 +Running +0 +\d+m +\d+Mi +\d+s$/m);
  });

  it('status -o wide does without them where they may not be read, and says why', async () => {
    const porter = await startPorter(server, ['list pods']);
    const denied = await startDoorkeeper(server, isMetrics, { failing: true });
    try {
      const broken = await server.run(['status', 'iris', '-o', 'wide', '-n', namespace], {
        kubeconfig: denied.kubeconfig,
      });
      assert.equal(broken.exitCode, 0, broken.stderr);
      assert.match(broken.stderr, /^Warning: CPU and MEMORY are not shown: 500 etcdserver: request timed out\n$/);
      assert.match(broken.stdout, /^NAME +READY +STATUS +RESTARTS +AGE +LAST WARNING$/m);
      const refused = await server.run(['status', 'iris', '-o', 'wide', '-n', namespace], {
        kubeconfig: porter.kubeconfig,
      });
      assert.equal(refused.exitCode, 0, refused.stderr);
      assert.match(refused.stderr, /^Warning: CPU and MEMORY are not shown: pods\.metrics\.k8s\.io is forbidden: /m);
    } finally {
      await denied.close();
      await porter.close();
    }
  });

  it('top needs the rights that its Role has, and says which one is missing', async () => {
    const printed = await run('doctor', '--print-role', '--for=top');
    const { rules } = parse(printed.stdout) as { rules: Rule[] };
    const metrics = rules.filter(({ apiGroups }) => apiGroups.includes('metrics.k8s.io'));
    assert.deepEqual(metrics, [{ apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['list'] }]);
    const allowed = await startPorterWith(server, namespace, rules);
    const denied = await startPorterWith(
      server,
      namespace,
      rules.filter((rule) => !metrics.includes(rule)),
    );
    try {
      const args = ['top', 'iris', '-n', namespace];
      const shown = await server.run(args, { kubeconfig: allowed.kubeconfig });
      assert.deepEqual([shown.exitCode, shown.stderr], [0, '']);
      const refused = await server.run(args, { kubeconfig: denied.kubeconfig });
      assert.equal(refused.exitCode, 3);
      assert.match(
        refused.stderr,
        /^Error from server \(Forbidden\): pods\.metrics\.k8s\.io is forbidden: .*\nAsk for /,
      );
    } finally {
      await allowed.close();
      await denied.close();
    }
  });

  it('top says what keeps it from the pods', async () => {
    const porter = await startPorter(server, ['list pods']);
    try {
      const { exitCode, stderr } = await server.run(['top', 'iris', '-n', namespace], {
        kubeconfig: porter.kubeconfig,
      });
      assert.equal(exitCode, 3);
      assert.match(stderr, /^Error from server \(Forbidden\): pods is forbidden: /);
    } finally {
      await porter.close();
    }
  });
});
