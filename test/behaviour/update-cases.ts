import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import type { Pod } from '../../src/kubernetes/objects.ts';
import { component, model } from './models.ts';
import { notices, summaryOf } from './reports.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';
import { type Moment, Witness } from './witness.ts';

const predictor = (more: object = {}) => ({
  name: 'p',
  replicas: 2,
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [component('slow-300ms')],
  ...more,
});

const lingering = { componentSpecs: [component('linger-1s')] };

const podsOf = (moment: Moment | undefined): Pod[] =>
  [...(moment?.pods.values() ?? [])].filter(({ metadata }) => !metadata.deletionTimestamp);

const image = ({ spec }: Pod) => spec?.containers?.find(({ name }) => name === 'classifier')?.image;

/**
 * Each starts with a deployment that is available at 2 replicas, and ends with a run of the changed file that scales to
 * the same number: so it is the wait after the apply that has to see the change through.
 */
const cases: {
  it: string;
  before?: object;
  after: object;
  args?: string[];
  available: string[];
  check?(end: Moment | undefined): void;
}[] = [
  {
    it: 'a new image, although the operator says Available with the old pods',
    after: { predictors: [predictor({ componentSpecs: [component('new-slow-300ms')] })] },
    available: ['m-p-0-classifier: 2 of 2'],
    check: (end) => assert.deepEqual(podsOf(end).map(image), Array(2).fill('example/iris:new-slow-300ms')),
  },
  {
    it: 'changed annotations, during which the operator says Available all the time',
    after: { annotations: { team: 'flowers' }, predictors: [predictor()] },
    available: ['m-p-0-classifier: 2 of 2'],
    check: (end) =>
      assert.deepEqual(
        podsOf(end).map(({ metadata }) => metadata.annotations?.team),
        ['flowers', 'flowers'],
      ),
  },
  {
    it: 'a renamed predictor, until the old one is gone',
    after: { predictors: [predictor({ name: 'q' })] },
    available: ['m-q-0-classifier: 2 of 2'],
  },
  {
    it: 'a predictor that is taken away, until it is gone',
    before: { predictors: [predictor({ traffic: 50 }), predictor({ name: 'q', traffic: 50 })] },
    after: { predictors: [predictor({ traffic: 100 })] },
    available: ['m-p-0-classifier: 2 of 2'],
  },
  {
    it: 'a predictor that is added',
    after: { predictors: [predictor({ traffic: 50 }), predictor({ name: 'q', traffic: 50 })] },
    available: ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 2 of 2'],
  },
  {
    it: 'predictors that change places, of which the status keeps the count of the wrong one',
    before: { predictors: [predictor({ traffic: 50 }), predictor({ name: 'q', traffic: 50 })] },
    after: { predictors: [predictor({ name: 'q', traffic: 50 }), predictor({ traffic: 50 })] },
    available: ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 2 of 2'],
  },
  {
    it: 'nothing at all, which is done at once',
    after: { predictors: [predictor()] },
    available: ['m-p-0-classifier: 2 of 2'],
  },
  {
    it: '0 replicas, until the operator has noticed',
    after: { predictors: [predictor({ replicas: 0 })] },
    args: ['--replicas=0'],
    available: ['m-p-0-classifier: 0 of 0'],
    check: (end) => {
      const { replicas, deploymentStatus } = end?.seldon.get('m')?.status ?? {};
      assert.deepEqual(
        { replicas, deploymentStatus },
        { replicas: undefined, deploymentStatus: { 'm-p-0-classifier': {} } },
      );
    },
  },
  {
    it: '0 replicas of one predictor beside another that goes on',
    before: { predictors: [predictor({ traffic: 50 }), predictor({ name: 'q', traffic: 50 })] },
    after: { predictors: [predictor({ traffic: 100 }), predictor({ name: 'q', traffic: 0, replicas: 0 })] },
    args: ['--predictor=p'],
    available: ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 0 of 0'],
    check: (end) =>
      assert.deepEqual(end?.seldon.get('m')?.status?.deploymentStatus, {
        'm-p-0-classifier': { replicas: 2, availableReplicas: 2 },
        'm-q-0-classifier': {},
      }),
  },
  {
    it: 'coming back from 0 replicas',
    before: { predictors: [predictor({ replicas: 0 })] },
    after: { predictors: [predictor()] },
    available: ['m-p-0-classifier: 2 of 2'],
  },
];

/** A file that is applied to a deployment which exists: its status is often the one of before. */
export function updateCases(server: () => ServerUnderTest): void {
  const run = (namespace: string, spec: object, ...args: string[]) =>
    server().run(['run', '-f', '-', '-n', namespace, '-o', 'json', '--timeout=20s', ...args], {
      stdin: stringify(model({ name: 'm', spec })),
    });

  /** Makes a deployment and leaves it there when it is available. */
  const make = async (namespace: string, spec: object = { predictors: [predictor()] }, replicas = 2) => {
    const predictors = (spec as { predictors: { replicas?: number }[] }).predictors;
    const number = predictors[0]?.replicas ?? replicas;
    const made = await run(namespace, spec, '--cleanup=never', `--replicas=${number}`);
    assert.equal(made.exitCode, 0, made.stdout);
  };

  for (const { it: sentence, before, after, args = [], available, check } of cases) {
    it(`sees an update through: ${sentence}`, async () => {
      const namespace = await newNamespace(server());
      await make(namespace, before);
      const witness = await Witness.of(server(), namespace);
      const finished = await run(namespace, after, '--cleanup=always', ...args);
      await witness.end();

      assert.equal(finished.exitCode, 0, finished.stdout);
      assert.deepEqual(witness.availableBeforeDeletion(), available);
      check?.(witness.beforeDeletion());
    });
  }

  it('leaves a number alone that somebody else has set, where the file has none', async () => {
    const namespace = await newNamespace(server());
    const spec = { predictors: [predictor({ replicas: undefined })] };
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.createsSeldonDeployment(model({ name: 'm', namespace, spec }));
    await somebody.scales('seldondeployments', 'm', 3);
    const witness = await Witness.of(server(), namespace);
    const finished = await run(namespace, spec, '--cleanup=always');
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stdout);
    const scaled = witness.moments.findIndex(({ seldon }) => seldon.get('m')?.spec?.replicas === 2);
    const before = witness.moments[scaled - 1];
    assert.equal(before?.deployments.get('m-p-0-classifier')?.status?.availableReplicas, 3);
  });

  it('goes on when the operator reports Failed for a moment, because a Deployment that it makes anew still exists', async () => {
    const namespace = await newNamespace(server());
    const two = (service: string, other: string) => ({
      predictors: [
        predictor({ traffic: 50, ...lingering, annotations: { 'seldon.io/svc-name': service } }),
        predictor({ name: 'q', traffic: 50, ...lingering, annotations: { 'seldon.io/svc-name': other } }),
      ],
    });
    await make(namespace, two('mine', 'yours'));
    const witness = await Witness.of(server(), namespace);
    // Another name of the Service is another selector, which cannot be changed. The two change places, so that no
    // Service is left over: the operator may stumble over one that it has removed for good.
    const finished = await run(namespace, two('yours', 'mine'), '--cleanup=always');
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.ok(
      witness.moments.some(({ seldon }) =>
        /object is being deleted: .* already exists/.test(seldon.get('m')?.status?.description ?? ''),
      ),
      'it was Failed',
    );
    assert.deepEqual(witness.availableBeforeDeletion(), ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 2 of 2']);
    const services = podsOf(witness.beforeDeletion()).map(({ metadata }) => metadata.labels?.['seldon-app']);
    assert.deepEqual(services.sort(), ['mine', 'mine', 'yours', 'yours']);
  });

  it('waits until the operator has put a number back that somebody gave a Deployment', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const running = run(namespace, {
      predictors: [predictor({ replicas: 1, componentSpecs: [component('slow-1s')] })],
    });
    await witness.when(({ deployments }) => deployments.has('m-p-0-classifier'));
    await new SomebodyElse(server(), namespace).scales('deployments', 'm-p-0-classifier', 4);
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.ok(witness.moments.some(({ deployments }) => deployments.get('m-p-0-classifier')?.spec?.replicas === 4));
    assert.deepEqual(witness.availableBeforeDeletion(), ['m-p-0-classifier: 2 of 2']);
  });

  it('ends with exit code 5 when an update has a missing image, of which the operator says Creating for ever', async () => {
    const namespace = await newNamespace(server());
    await make(namespace);
    const witness = await Witness.of(server(), namespace);
    const after = { predictors: [predictor({ componentSpecs: [component('missing')] })] };
    const finished = await run(namespace, after, '--cleanup=always', '--fail-grace=1s');
    await witness.end();

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /^error: .*: pod m-p-0-classifier-\S+, container classifier: (ErrImagePull|ImagePullBackOff).*example\/iris:missing/m,
    );
    assert.equal(witness.beforeDeletion()?.seldon.get('m')?.status?.state, 'Creating');
    assert.deepEqual(witness.availableBeforeDeletion(), ['m-p-0-classifier: 2 of 2'], 'the old pods serve on');
  });

  it('names the pod of an update that finds no node, with the old pods still there', async () => {
    const namespace = await newNamespace(server());
    await make(namespace);
    const witness = await Witness.of(server(), namespace);
    const { spec } = component();
    const after = {
      predictors: [predictor({ componentSpecs: [{ spec: { ...spec, nodeSelector: { accelerator: 'gpu' } } }] })],
    };
    const finished = await run(namespace, after, '--cleanup=always', '--timeout=4s');
    await witness.end();

    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /^error: timed out .* still waiting for deployment "m-p-0-classifier": 1 of 2 new replicas created: pod \S+ cannot be scheduled: 0\/1 nodes are available/m,
    );
    assert.deepEqual(witness.availableBeforeDeletion(), ['m-p-0-classifier: 2 of 2'], 'the old pods serve on');
  });

  it('waits at a rename for the new predictor, without which the operator does not remove the old one', async () => {
    const namespace = await newNamespace(server());
    await make(namespace);
    const witness = await Witness.of(server(), namespace);
    const after = { predictors: [predictor({ name: 'q', componentSpecs: [component('missing')] })] };
    const finished = await run(namespace, after, '--cleanup=always', '--fail-grace=1s');
    await witness.end();

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /^error: .*: pod m-q-0-classifier-\S+, container classifier: (ErrImagePull|ImagePullBackOff)/m,
    );
    assert.deepEqual(witness.availableBeforeDeletion(), ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 0 of 2']);
  });

  it('names a Deployment that the operator never removes, because it never had a pod', async () => {
    const namespace = await newNamespace(server());
    await make(namespace, { predictors: [predictor({ replicas: 0 })] });
    const after = { predictors: [predictor({ name: 'q' })] };
    const finished = await run(namespace, after, '--cleanup=always', '--timeout=8s');

    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /still waiting for deployment "m-p-0-classifier" to be removed: the spec does not include it/,
    );
    assert.deepEqual(summaryOf(finished).deployments[0].left, [], 'it goes with the deployment');
  });
}
