import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { afterDestination } from './destination.ts';
import { component, model, modelYaml } from './models.ts';
import { linesOf, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const IRIS = 'seldondeployment.machinelearning.seldon.io/iris';

export function stepCases(server: () => ServerUnderTest): void {
  const run = (args: string[], stdin = '') => server().run(args, { stdin });
  const live = async (namespace: string) =>
    (await list<SeldonDeployment>(server(), seldonPath(namespace))).find(({ metadata }) => metadata.name === 'iris');
  const create = async (namespace: string, options = {}) =>
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: model(options) });

  it('applies, waits, scales, waits and deletes, each as a command of its own', async () => {
    const namespace = await newNamespace(server());
    const steps: [args: string[], stdout: RegExp][] = [
      [['apply', '-f', '-'], new RegExp(`^${IRIS} serverside-applied\n$`)],
      [['wait', 'iris', '--for=available'], new RegExp(`^${IRIS} condition met\n$`)],
      [['scale', 'iris', '--replicas=3'], new RegExp(`^${IRIS} scaled\n$`)],
      [['wait', 'sdep/iris', '--for=scaled=3'], new RegExp(`^${IRIS} condition met\n$`)],
      [['delete', 'iris'], /^seldondeployment\.machinelearning\.seldon\.io "iris" deleted from case-\d+ namespace\n$/],
    ];
    for (const [args, stdout] of steps) {
      const finished = await run([...args, '-n', namespace], modelYaml({ tag: 'slow-600ms' }));
      assert.equal(finished.exitCode, 0, `${args[0]}: ${finished.stderr}`);
      assert.match(finished.stdout, stdout);
    }
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
    assert.deepEqual(await list(server(), `/api/v1/namespaces/${namespace}/pods`), []);
  });

  it('says what an apply did, and never fights with itself after a scale', async () => {
    const namespace = await newNamespace(server());
    const apply = async (args: string[] = []) => {
      const finished = await run(['apply', '-f', '-', '-n', namespace, '--wait', '-o', 'json', ...args], modelYaml());
      assert.equal(finished.exitCode, 0, finished.stdout);
      return linesOf(finished).find(({ step, state }) => step === 'apply' && state === 'succeeded')?.result;
    };
    assert.equal(await apply(), 'created');
    assert.equal(await apply(), 'unchanged');
    assert.equal((await run(['scale', 'iris', '--replicas=2', '--wait', '-n', namespace])).exitCode, 0);
    assert.equal(await apply(), 'configured');
    assert.equal((await live(namespace))?.spec?.predictors?.[0]?.replicas, 1);
  });

  it('scales what somebody else has applied, by the field that governs', async () => {
    const namespace = await newNamespace(server());
    await create(namespace);
    const finished = await run(['scale', 'iris', '--replicas=2', '--wait', '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(afterDestination(finished), /^iris: spec\.predictors\[0\]\.replicas: 1 -> 2\n/);
    assert.match(finished.stdout, new RegExp(`^${IRIS} scaled\n${IRIS} available with 2 replicas after .*\n$`));
  });

  it('scales all of several or none: what cannot have an effect is refused before anything is changed', async () => {
    const namespace = await newNamespace(server());
    await create(namespace);
    const hpa = { minReplicas: 1, maxReplicas: 3, metrics: [] };
    const predictors = [
      { name: 'p', graph: { name: 'classifier' }, componentSpecs: [component('1.0', { hpaSpec: hpa })] },
    ];
    await create(namespace, { name: 'tulip', spec: { predictors } });
    const finished = await run(['scale', 'iris', 'tulip', '--replicas=2', '-n', namespace]);
    assert.equal(finished.exitCode, 2);
    const field = 'spec.predictors[0].componentSpecs[0].hpaSpec';
    assert.equal(
      afterDestination(finished),
      `error: cannot scale seldondeployment "tulip" to 2 replicas: ${field} is set: a HorizontalPodAutoscaler sets the number of replicas, so any other number has no effect\n` +
        `Change ${field}.minReplicas and maxReplicas of the deployment, or remove ${field} from it: kubectl edit seldondeployment/tulip -n ${namespace}\n`,
    );
    assert.equal((await live(namespace))?.metadata.generation, 1);
  });

  it('scales only from the number that was expected', async () => {
    const namespace = await newNamespace(server());
    await create(namespace);
    const refused = await run(['scale', 'iris', '--replicas=3', '--current-replicas=2', '-n', namespace]);
    assert.equal(refused.exitCode, 1);
    assert.match(afterDestination(refused), /^error: Expected replicas to be 2, was 1\n/);
    assert.equal((await run(['scale', 'iris', '--replicas=3', '--current-replicas=1', '-n', namespace])).exitCode, 0);
  });

  it('tries without changing anything with --dry-run', async () => {
    const namespace = await newNamespace(server());
    await create(namespace);
    for (const [args, stdout] of [
      [['apply', '-f', '-', '--dry-run=server', '--force-conflicts'], `${IRIS} serverside-applied (server dry run)\n`],
      [['scale', 'iris', '--replicas=2', '--dry-run=server'], `${IRIS} scaled (server dry run)\n`],
      [['scale', 'iris', '--replicas=2', '--dry-run=client'], `${IRIS} scaled (dry run)\n`],
      [
        ['delete', 'iris', '--dry-run=server'],
        `seldondeployment.machinelearning.seldon.io "iris" deleted from ${namespace} namespace (server dry run)\n`,
      ],
      [
        ['delete', 'iris', '--dry-run=client'],
        `seldondeployment.machinelearning.seldon.io "iris" deleted from ${namespace} namespace (dry run)\n`,
      ],
    ] as const) {
      const finished = await run([...args, '-n', namespace], modelYaml({ replicas: 5 }));
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.equal(finished.stdout, stdout);
    }
    assert.equal((await live(namespace))?.metadata.generation, 1);
  });

  it('writes the object, or its name, with -o', async () => {
    const namespace = await newNamespace(server());
    const args = ['apply', '-f', '-', '-n', namespace];
    const applied = await run([...args, '-o', 'json'], modelYaml());
    assert.equal(applied.exitCode, 0, applied.stderr);
    assert.deepEqual(JSON.parse(applied.stdout).metadata.name, 'iris');
    assert.equal((await run([...args, '-o', 'name'], modelYaml())).stdout, `${IRIS}\n`);
    const scaled = await run([
      'scale',
      'iris',
      '--replicas=2',
      '-o',
      'jsonpath={.spec.predictors[0].replicas}',
      '-n',
      namespace,
    ]);
    assert.equal(scaled.stdout, '2');
    assert.equal((await run(['delete', 'iris', '-o', 'name', '-n', namespace])).stdout, `${IRIS}\n`);
    const wrong = await run([...args, '-o', 'xml'], modelYaml());
    assert.equal(wrong.exitCode, 2);
    assert.match(
      wrong.stderr,
      /^error: unable to match a printer suitable for the output format "xml", allowed formats are: /,
    );
  });

  it('ends a wait with exit code 5 when the model cannot become available, with the cause', async () => {
    const namespace = await newNamespace(server());
    await create(namespace, { tag: 'missing' });
    const args = ['wait', 'iris', '--for=available', '--fail-grace=0s', '-n', namespace];
    const finished = await run(args);
    assert.equal(finished.exitCode, 5, finished.stderr);
    assert.match(
      finished.stderr,
      /^error: seldondeployment "iris" in namespace "case-\d+" cannot become available: pod /,
    );
  });

  it('waits for whichever comes first', async () => {
    const namespace = await newNamespace(server());
    await create(namespace, { tag: 'missing' });
    const args = ['wait', 'iris', '--for=available||failed', '--fail-grace=0s', '-n', namespace];
    assert.equal((await run(args)).exitCode, 0);
  });

  it('says in kubectl’s words that a wait timed out, and then for what it waited', async () => {
    const namespace = await newNamespace(server());
    await create(namespace, { tag: 'slow-1m' });
    const late = await run(['wait', 'iris', '--for=available', '--timeout=1s', '-n', namespace]);
    assert.equal(late.exitCode, 4);
    assert.match(
      late.stderr,
      /(^|\n)error: timed out waiting for the condition on seldondeployments\/iris\nstill waiting for deployment "iris-default-0-classifier": 0 of 1 replicas available/,
    );
    const atOnce = await run(['wait', 'iris', '--for=available', '--timeout=0', '-n', namespace]);
    assert.equal(atOnce.exitCode, 4);
    assert.match(atOnce.stderr, /^error: condition not met for seldondeployments\/iris\n/);
  });

  it('looks once with --timeout=0, when it has seen everything', async () => {
    const namespace = await newNamespace(server());
    assert.equal((await run(['apply', '-f', '-', '--wait', '-n', namespace], modelYaml())).exitCode, 0);
    const args = ['wait', 'iris', '--for=available', "--for=jsonpath='{.status.state}'=Available", '--timeout=0'];
    const finished = await run([...args, '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
  });

  it('knows no deployment of that name, and carries on with the others', async () => {
    const namespace = await newNamespace(server());
    await create(namespace);
    const finished = await run(['delete', 'nope', 'iris', '-n', namespace]);
    assert.equal(finished.exitCode, 1);
    assert.match(
      finished.stderr,
      /(^|\n)Error from server \(NotFound\): seldondeployments\.machinelearning\.seldon\.io "nope" not found\n/,
    );
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
    assert.equal((await run(['delete', 'nope', '--ignore-not-found', '-n', namespace])).exitCode, 0);
    assert.equal((await run(['wait', 'nope', '--for=deleted', '-n', namespace])).exitCode, 0);
  });

  it('says of a name that there is not which one may have been meant', async () => {
    const namespace = await newNamespace(server());
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: model({ name: 'iris' }) });
    const commands = [['status'], ['logs'], ['scale', '--replicas=2'], ['delete'], ['wait', '--for=available']];
    for (const command of commands) {
      const finished = await server().run([...command, 'irris', '-n', namespace]);
      assert.equal(finished.exitCode, 1, command[0]);
      assert.match(finished.stderr, /"irris" not found\nDid you mean "iris"\?\n/, command[0]);
    }
  });

  it('waits for what somebody makes later, by name, by file and by label, and goes on to what else is wanted', async () => {
    const namespace = await newNamespace(server());
    const waits: [targets: string[], conditions: string[], met: RegExp][] = [
      [['iris'], ['--for=create'], new RegExp(`^${IRIS} condition met\n$`)],
      [['iris', 'rose'], ['--for=available', '--for=create'], /^(seldon\S+ condition met\n){2}$/],
      [['-f', '-'], ['--for=create', '--for=scaled=1'], new RegExp(`^${IRIS} condition met\n$`)],
      [['-l', 'team=vision'], ['--for=create'], /^\S+\/rose condition met\n$/],
    ];
    const waiting = waits.map(([targets, conditions, met]) => ({
      what: [...targets, ...conditions].join(' '),
      met,
      ended: run(['wait', ...targets, ...conditions, '-n', namespace, '--timeout=2m'], modelYaml()),
    }));
    await sleep(700);
    await create(namespace);
    await sleep(200);
    const rose = { ...model({ name: 'rose' }), metadata: { name: 'rose', labels: { team: 'vision' } } };
    await server().api.call({ method: 'POST', path: seldonPath(namespace), body: rose });
    for (const { what, met, ended } of waiting) {
      const { exitCode, stdout, stderr } = await ended;
      assert.equal(exitCode, 0, `${what}: ${stderr}`);
      assert.match(stdout, met, what);
    }
  });

  it('waits for a deletion of what is made first', async () => {
    const namespace = await newNamespace(server());
    let deletion: Promise<unknown> | undefined;
    const act = async () => {
      await create(namespace);
      await sleep(1_500);
      await server().api.call({ method: 'DELETE', path: `${seldonPath(namespace)}/iris` });
    };
    const onceSeen = {
      text: /"message":"the deployment to be created"/,
      act: () => {
        deletion = act();
      },
    };
    const goals = ['--for=create', '--for=deleted', '--timeout=2m', '-o', 'json'];
    const finished = await server().run(['wait', 'iris', ...goals, '-n', namespace], { onceSeen });
    assert.equal(finished.exitCode, 0, finished.stdout);
    await deletion;
    const [first] = linesOf(finished).filter(({ type }) => type === 'waiting');
    assert.deepEqual([first?.deployment, first?.step], [{ name: 'iris', namespace }, 'wait']);
  });

  it('says what nobody has made when the time is up, and of what is not there how to wait for it', async () => {
    const namespace = await newNamespace(server());
    for (const timeout of ['1s', '0']) {
      const finished = await run([
        'wait',
        'iris',
        '--for=create',
        '--for=available',
        `--timeout=${timeout}`,
        '-n',
        namespace,
      ]);
      assert.equal(finished.exitCode, 4, finished.stderr);
      assert.match(
        finished.stderr,
        /(^|\n)error: timed out waiting for the condition\nstill waiting for seldondeployment "iris" to be created \(for .*s now\)\nAllow more time with --timeout/,
      );
    }
    const none = await run(['wait', '--all', '--for=create', '--timeout=0', '-n', namespace]);
    assert.equal(none.exitCode, 4, none.stderr);
    assert.match(none.stderr, /still waiting for a matching SeldonDeployment to be created/);
    const notThere = await run(['wait', 'iris', '--for=available', '-n', namespace]);
    assert.equal(notThere.exitCode, 1);
    assert.match(notThere.stderr, /"iris" not found\nTo wait until the deployment is created, add --for=create\n$/);
  });

  it('deletes those with a label and no other, all at the same time', async () => {
    const namespace = await newNamespace(server());
    for (const [name, team] of [
      ['a', 'vision'],
      ['b', 'vision'],
      ['c', 'speech'],
    ] as const) {
      const body = { ...model({ name }), metadata: { name, labels: { team } } };
      await server().api.call({ method: 'POST', path: seldonPath(namespace), body });
    }
    const finished = await run(['delete', '-l', 'team=vision', '-n', namespace, '-o', 'json']);
    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.deepEqual(
      summaryOf(finished).deployments.map(({ name, outcome, left }: Record<string, unknown>) => [name, outcome, left]),
      [
        ['a', 'succeeded', []],
        ['b', 'succeeded', []],
      ],
    );
    const left = await list(server(), seldonPath(namespace));
    assert.deepEqual(
      left.map(({ metadata }) => metadata.name),
      ['c'],
    );
  });

  it('deletes what a file holds, and what stands beside it', async () => {
    const namespace = await newNamespace(server());
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n---\n';
    assert.equal((await run(['apply', '-f', '-', '-n', namespace], secret + modelYaml())).exitCode, 0);
    const finished = await run(['delete', '-f', '-', '-n', namespace], secret + modelYaml());
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.equal(
      finished.stdout,
      `seldondeployment.machinelearning.seldon.io "iris" deleted from ${namespace} namespace\nsecret "key" deleted from ${namespace} namespace\n`,
    );
  });

  for (const [sentence, args, error] of [
    ['a wait for nothing', ['wait', 'iris'], /^error: required flag\(s\) "for" not set\n/],
    ['a condition that there is not', ['wait', 'iris', '--for=ready'], /^error: unrecognized condition: "ready"\n/],
    ['a path that is none', ['wait', 'iris', '--for=jsonpath={.a[}'], /^error: /],
    ['a scale to nothing', ['scale', 'iris'], /^error: required flag\(s\) "replicas" not set\n/],
    ['a scale to no number', ['scale', 'iris', '--replicas=many'], /^error: invalid argument "many" for "--replicas"/],
    ['a deletion of nobody', ['delete'], /^error: resource\(s\) were provided, but no name was specified\n/],
    ['a client dry run of an apply', ['apply', '-f', '-', '--dry-run=client'], /^error: --dry-run=client doesn't work/],
  ] as const) {
    it(`refuses ${sentence} with exit code 2, before it asks the cluster anything`, async () => {
      const finished = await run([...args]);
      assert.equal(finished.exitCode, 2, finished.stderr);
      assert.match(finished.stderr, error);
    });
  }
}
