import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import type { Pod } from '../../src/kubernetes/objects.ts';
import { afterDestination } from './destination.ts';
import { component, model } from './models.ts';
import { linesOf, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { type Moment, Witness } from './witness.ts';

const IRIS = 'seldondeployment.machinelearning.seldon.io/iris';
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

const predictor = (more: object = {}) => ({
  name: 'main',
  replicas: 2,
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [component('slow-300ms')],
  ...more,
});

const others = (name: string) => ({
  spec: { containers: [{ name, image: 'example/iris:1.0' }] },
});

const isReady = ({ metadata, status }: Pod) =>
  !metadata.deletionTimestamp && status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

/** Which Deployment a pod is of, by its name: iris-main-0-classifier-5d4f-x7k2p. */
const deploymentOf = ({ metadata }: Pod) => metadata.name.replace(/-[^-]+-[^-]+$/, '');

const cases: { it: string; spec: object; args?: string[]; restarted: string[]; kept?: string[]; says: RegExp }[] = [
  {
    it: 'restarts all pods, and not once more at the next apply of the file',
    spec: { predictors: [predictor()] },
    restarted: ['iris-main-0-classifier'],
    says: /^iris: the pods of iris-main-0-classifier restart$/m,
  },
  {
    it: 'restarts one predictor, and says what the next apply does',
    spec: { predictors: [predictor({ traffic: 90 }), predictor({ name: 'canary', replicas: 1, traffic: 10 })] },
    args: ['--predictor=canary'],
    restarted: ['iris-canary-0-classifier'],
    kept: ['iris-main-0-classifier'],
    says: /^iris: the pods of iris-canary-0-classifier restart; the next apply of the file removes spec\.predictors\[1\]\.annotations and restarts the pods again$/m,
  },
  {
    it: 'restarts one component, with the pods that the service orchestrator is in',
    spec: {
      predictors: [
        predictor({
          replicas: 1,
          graph: {
            name: 'classifier',
            type: 'MODEL',
            children: [
              { name: 'scaler', type: 'MODEL' },
              { name: 'rest', type: 'MODEL' },
            ],
          },
          componentSpecs: [component(), others('scaler'), others('rest')],
        }),
      ],
    },
    args: ['--component=scaler'],
    restarted: ['iris-main-0-classifier', 'iris-main-1-scaler'],
    kept: ['iris-main-2-rest'],
    says: /the pods of iris-main-1-scaler and iris-main-0-classifier restart/,
  },
  {
    it: "restarts a server of Seldon's, of which the spec has no component",
    spec: {
      predictors: [
        {
          name: 'main',
          replicas: 1,
          graph: { name: 'classifier', implementation: 'SKLEARN_SERVER', modelUri: 'gs://models/iris' },
        },
      ],
    },
    args: ['--component=classifier'],
    restarted: ['iris-main-0-classifier'],
    says: /the pods of iris-main-0-classifier restart/,
  },
  {
    it: 'restarts a separate service orchestrator too',
    spec: { annotations: { 'seldon.io/engine-separate-pod': 'true' }, predictors: [predictor({ replicas: 1 })] },
    restarted: ['iris-main-0-classifier', 'iris-main-svc-orch'],
    says: /restart/,
  },
];

export function restartCases(server: () => ServerUnderTest): void {
  const run = async (args: readonly string[], stdin = '') => await server().run(args, { stdin });

  for (const { it: name, spec, args = [], restarted, kept = [], says } of cases) {
    it(`${name}; never with fewer ready pods than before`, async () => {
      const namespace = await newNamespace(server());
      const file = stringify(model({ spec }));
      const apply = async () => {
        const applied = await run(['apply', '-f', '-', '--wait', '-n', namespace], file);
        assert.equal(applied.exitCode, 0, applied.stderr);
      };
      await apply();
      const witness = await Witness.of(server(), namespace);
      try {
        const named = ({ pods }: Moment, names: readonly string[]) =>
          [...pods.values()].filter((pod) => names.includes(deploymentOf(pod)));
        const all = [...restarted, ...kept];
        const readyPods = (moment: Moment) => named(moment, all).filter(isReady).length;
        const before = await witness.when((moment) => readyPods(moment) >= all.length);
        const uids = (moment: Moment, names: readonly string[]) =>
          named(moment, names)
            .filter(isReady)
            .map(({ metadata }) => metadata.uid)
            .sort();

        const finished = await run(['restart', 'iris', ...args, '--wait', '-n', namespace]);
        assert.equal(finished.exitCode, 0, finished.stderr);
        assert.match(finished.stdout, new RegExp(`^${IRIS} restarted\n${IRIS} available after .*\n$`));
        assert.match(afterDestination(finished), says);

        const after = await witness.now();
        for (const name of restarted) {
          const old = uids(before, [name]);
          assert.equal(uids(after, [name]).length, old.length, name);
          assert.ok(!uids(after, [name]).some((uid) => old.includes(uid)), `${name} has new pods only`);
        }
        assert.deepEqual(uids(after, kept), uids(before, kept));
        const fewest = Math.min(...witness.moments.slice(witness.moments.indexOf(before)).map(readyPods));
        assert.ok(fewest >= readyPods(before), `${fewest} of ${readyPods(before)} were ready`);

        if (args.length === 0 && restarted.length === 1) {
          await apply();
          const moment = await witness.now();
          assert.deepEqual(uids(moment, restarted), uids(after, restarted));
        }
      } finally {
        await witness.end();
      }
    });
  }

  it('restarts all of several or none, and nothing in a dry run', async () => {
    const namespace = await newNamespace(server());
    const spec = { predictors: [predictor({ replicas: 1 })] };
    for (const name of ['iris', 'tulip']) {
      const written = name === 'iris' ? spec : { predictors: [predictor({ replicas: 1, name: 'other' })] };
      await run(['apply', '-f', '-', '--wait', '-n', namespace], stringify(model({ name, spec: written })));
    }
    const refused = await run(['restart', 'iris', 'tulip', '--predictor=main', '-n', namespace]);
    assert.equal(refused.exitCode, 2);
    assert.equal(afterDestination(refused), 'error: seldondeployment "tulip" has no predictor "main"\nIt has: other\n');
    for (const how of ['client', 'server']) {
      const dry = await run(['restart', 'iris', `--dry-run=${how}`, '-n', namespace]);
      assert.equal(dry.stdout, `${IRIS} restarted (${how === 'server' ? 'server dry run' : 'dry run'})\n`);
    }
    const deployments = await list(server(), `/apis/apps/v1/namespaces/${namespace}/deployments`);
    assert.ok(!JSON.stringify(deployments).includes(RESTARTED_AT));
  });

  it('restarts what a restart of a part has left behind, and tells it as JSON', async () => {
    const namespace = await newNamespace(server());
    const file = stringify(model({ spec: { predictors: [predictor({ replicas: 1 })] } }));
    await run(['apply', '-f', '-', '--wait', '-n', namespace], file);
    const pods = async () =>
      (await list<Pod>(server(), `/api/v1/namespaces/${namespace}/pods`))
        .filter(isReady)
        .map(({ metadata }) => metadata.uid);
    await run(['restart', 'iris', '--component=classifier', '--wait', '-n', namespace]);
    const before = await pods();
    const finished = await run(['restart', 'iris', '--wait', '-o', 'json', '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.ok(!(await pods()).some((uid) => before.includes(uid)));
    const restarted = linesOf(finished).find(({ step, state }) => step === 'restart' && state === 'succeeded');
    assert.match(restarted?.message, /^restarted \(the pods of iris-main-0-classifier restart/);
    assert.deepEqual(
      summaryOf(finished).deployments[0].steps.map(({ step }: { step: string }) => step),
      ['restart', 'wait-available'],
    );
  });
}
