import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { ApiFailure } from '../../src/cluster/api-failure.ts';
import { SeldonCluster } from '../../src/cluster/seldon-cluster.ts';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { until } from '../until.ts';
import { startDoorkeeper } from './doorkeeper.ts';
import { component, model } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';
import { Witness } from './witness.ts';

const predictor = (more: object = {}) => ({
  name: 'p',
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [component()],
  ...more,
});

const explainer = { type: 'AnchorTabular', containerSpec: { name: 'explainer', image: 'example/explainer:1.0' } };
const separate = { 'seldon.io/engine-separate-pod': 'true' };
const seldon = { apiVersion: 'machinelearning.seldon.io/v1', kind: 'SeldonDeployment', plural: 'seldondeployments' };
const hpaSpec = { maxReplicas: 3, minReplicas: 1 };

const cases: { it: string; spec: object; args?: string[]; available: string[]; says: RegExp }[] = [
  {
    it: 'scales where no number is set anywhere',
    spec: { predictors: [predictor()] },
    available: ['m-p-0-classifier: 2 of 2'],
    says: /scaled \(spec\.replicas: unset -> 2\)/,
  },
  {
    it: 'scales where only the whole has a number, and down',
    spec: { replicas: 3, predictors: [predictor()] },
    args: ['--replicas=1'],
    available: ['m-p-0-classifier: 1 of 1'],
    says: /scaled \(spec\.replicas: 3 -> 1\)/,
  },
  {
    it: 'scales every predictor at the level that governs it',
    spec: {
      replicas: 1,
      predictors: [
        predictor({ traffic: 75 }),
        predictor({ name: 'q', replicas: 3, traffic: 25 }),
        predictor({ name: 'r', shadow: true, componentSpecs: [component('1.0', { replicas: 1 })] }),
      ],
    },
    available: ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 2 of 2', 'm-r-0-classifier: 2 of 2'],
    says: /scaled \(spec\.replicas: 1 -> 2, spec\.predictors\[1\]\.replicas: 3 -> 2, spec\.predictors\[2\]\.componentSpecs\[0\]\.replicas: 1 -> 2; the pods of m-r-0-classifier restart\)/,
  },
  {
    it: 'says so when there is nothing to scale',
    spec: { predictors: [predictor({ replicas: 2 })] },
    available: ['m-p-0-classifier: 2 of 2'],
    says: /scaled \(already at 2 replicas\)/,
  },
  {
    it: 'scales to 0, where the operator never says Available',
    spec: { predictors: [predictor({ replicas: 1 })] },
    args: ['--replicas=0'],
    available: ['m-p-0-classifier: 0 of 0'],
    says: /scaled to 0 replicas \(the operator never reports Available while a deployment has 0 replicas\) after /,
  },
  {
    it: 'scales from 0, where an explainer without a number of its own stays behind, and does not wait for it',
    spec: { replicas: 0, predictors: [predictor({ explainer })] },
    available: ['m-p-0-classifier: 2 of 2', 'm-p-explainer: 0 of 0'],
    says: /scaled \(spec\.replicas: 0 -> 2; explainer m-p-explainer stays at 0, because spec\.predictors\[0\]\.explainer\.replicas is not set\)/,
  },
  {
    it: 'scales explainers when asked to',
    spec: { replicas: 0, predictors: [predictor({ explainer })] },
    args: ['--include-explainer'],
    available: ['m-p-0-classifier: 2 of 2', 'm-p-explainer: 2 of 2'],
    says: /scaled \(spec\.replicas: 0 -> 2, spec\.predictors\[0\]\.explainer\.replicas: unset -> 2\)/,
  },
  {
    it: 'scales one predictor alone, where the number of the whole governs another too',
    spec: { replicas: 1, predictors: [predictor({ traffic: 75 }), predictor({ name: 'q', traffic: 25 })] },
    args: ['--predictor=q'],
    available: ['m-p-0-classifier: 1 of 1', 'm-q-0-classifier: 2 of 2'],
    says: /scaled \(spec\.predictors\[1\]\.replicas: unset -> 2\).*available with 2 replicas in predictor "q"/s,
  },
  {
    it: 'scales one predictor beside one that is off and one that an autoscaler has',
    spec: {
      predictors: [
        predictor({ replicas: 1, traffic: 50 }),
        predictor({ name: 'q', replicas: 0, traffic: 25 }),
        predictor({ name: 'r', traffic: 25, componentSpecs: [component('1.0', { hpaSpec })] }),
      ],
    },
    args: ['--predictor=p'],
    available: ['m-p-0-classifier: 2 of 2', 'm-q-0-classifier: 0 of 0', 'm-r-0-classifier: 1 of 1'],
    says: /available with 2 replicas in predictor "p" \(the operator never reports Available/,
  },
  {
    it: 'says that a separate service orchestrator moves too',
    spec: { annotations: separate, predictors: [predictor({ replicas: 1 })] },
    available: ['m-p-0-classifier: 2 of 2', 'm-p-svc-orch: 2 of 2'],
    says: /scaled \(spec\.predictors\[0\]\.replicas: 1 -> 2; service orchestrator m-p-svc-orch goes to 2\)/,
  },
  {
    it: 'leaves a separate service orchestrator with a number of its own alone',
    spec: { annotations: separate, predictors: [predictor({ replicas: 1, svcOrchSpec: { replicas: 1 } })] },
    available: ['m-p-0-classifier: 2 of 2', 'm-p-svc-orch: 1 of 1'],
    says: /scaled \(spec\.predictors\[0\]\.replicas: 1 -> 2\)/,
  },
  {
    it: 'scales a separate service orchestrator when asked to',
    spec: { annotations: separate, predictors: [predictor({ replicas: 1, svcOrchSpec: { replicas: 1 } })] },
    args: ['--include-svc-orch'],
    available: ['m-p-0-classifier: 2 of 2', 'm-p-svc-orch: 2 of 2'],
    says: /svcOrchSpec\.replicas: 1 -> 2; the pods of m-p-svc-orch restart\)/,
  },
  {
    it: 'scales by the scale subresource, where that has an effect',
    spec: { predictors: [predictor()] },
    args: ['--scale-through=subresource'],
    available: ['m-p-0-classifier: 2 of 2'],
    says: /scaled \(spec\.replicas: unset -> 2\)/,
  },
];

const refusals: { it: string; spec: object; args?: string[]; error: RegExp }[] = [
  {
    it: 'a number where an autoscaler decides',
    spec: { predictors: [predictor({ componentSpecs: [component('1.0', { hpaSpec })] })] },
    error:
      /spec\.predictors\[0\]\.componentSpecs\[0\]\.hpaSpec is set: a HorizontalPodAutoscaler sets .*\nChange \S+\.hpaSpec\.minReplicas and maxReplicas in the file/,
  },
  {
    it: 'a number where KEDA decides',
    spec: { predictors: [predictor({ componentSpecs: [component('1.0', { kedaSpec: { triggers: [] } })] })] },
    error: /\.kedaSpec is set: KEDA sets .*\nChange \S+\.kedaSpec\.minReplicaCount in the file/,
  },
  {
    it: 'a predictor that there is not',
    spec: { predictors: [predictor({ traffic: 50 }), predictor({ name: 'q', traffic: 50 })] },
    args: ['--predictor=r'],
    error: /^error: cannot scale seldondeployment "m" to 2 replicas: there is no predictor "r"\nIt has: p, q\n/m,
  },
  {
    it: 'a predictor beside the scale subresource',
    spec: { predictors: [predictor()] },
    args: ['--predictor=p', '--scale-through=subresource'],
    error: /--predictor cannot be used with --scale-through=subresource/,
  },
  {
    it: 'less than no replicas',
    spec: { predictors: [predictor()] },
    args: ['--replicas=-1'],
    error: /^error: invalid argument "-1" for "--replicas"/,
  },
  {
    it: 'more replicas than the API server can count',
    spec: { predictors: [predictor()] },
    args: ['--replicas=3000000000'],
    error: /^error: invalid argument "3000000000" for "--replicas"/,
  },
];

export function scaleCases(server: () => ServerUnderTest): void {
  for (const { it: sentence, spec, args = [], available, says } of cases) {
    it(sentence, async () => {
      const namespace = await newNamespace(server());
      const witness = await Witness.of(server(), namespace);
      const stdin = stringify(model({ name: 'm', spec }));
      const finished = await server().run(['run', '-f', '-', '-n', namespace, '--timeout=20s', ...args], { stdin });
      await witness.end();

      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.deepEqual(witness.availableBeforeDeletion(), available);
      assert.match(finished.stdout, says);
    });
  }

  for (const { it: sentence, spec, args = [], error } of refusals) {
    it(`refuses ${sentence}, before anything is changed`, async () => {
      const namespace = await newNamespace(server());
      const stdin = stringify(model({ name: 'm', spec }));
      const finished = await server().run(['run', '-f', '-', '-n', namespace, ...args], { stdin });

      assert.equal(finished.exitCode, 2);
      assert.match(finished.stderr, error);
      assert.deepEqual(await list(server(), seldonPath(namespace)), []);
    });
  }

  it('says at once what the scale subresource does not reach, and why, and what to do', async () => {
    const namespace = await newNamespace(server());
    const spec = { predictors: [predictor({ traffic: 50 }), predictor({ name: 'q', replicas: 1, traffic: 50 })] };
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '--scale-through=subresource'], {
      stdin: stringify(model({ name: 'm', spec })),
    });

    assert.equal(finished.exitCode, 5);
    assert.match(finished.stdout, /scaled \(spec\.replicas: unset -> 2\)/);
    assert.match(
      finished.stderr,
      /deployment "m-q-0-classifier" stays at 1, set by spec\.predictors\[1\]\.replicas: .*--scale-through=spec changes the field that takes effect/,
    );
    assert.doesNotMatch(finished.stderr, /m-p-0-classifier" stays/);
  });

  it('is refused by the scale subresource what has changed since it was read', async () => {
    const namespace = await newNamespace(server());
    const { api } = server();
    const path = seldonPath(namespace);
    const { body } = await api.call<SeldonDeployment>({ method: 'POST', path, body: model({ name: 'm' }) });
    const cluster = new SeldonCluster(api, { ...seldon, namespaced: true, scalable: true });
    await cluster.apply(model({ name: 'm', namespace, replicas: 2 }), { force: true });
    await assert.rejects(cluster.scale(body, 2), { constructor: ApiFailure, status: 409 });
    const [now] = await list<SeldonDeployment>(server(), path);
    assert.equal(now?.spec?.replicas, undefined);
  });

  it('waits for the pods that restart in another Deployment than the one that is scaled', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const other = { replicas: 1, spec: { containers: [{ name: 'other', image: 'example/other:1.0' }] } };
    const graph = { name: 'classifier', type: 'MODEL', children: [{ name: 'other', type: 'MODEL' }] };
    const spec = { predictors: [predictor({ replicas: 2, graph, componentSpecs: [component(), other] })] };
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '--timeout=20s'], {
      stdin: stringify(model({ name: 'm', spec })),
    });
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, /componentSpecs\[1\]\.replicas: 1 -> 2; the pods of m-p-0-classifier restart\)/);
    const { metadata, status } = witness.beforeDeletion()?.deployments.get('m-p-0-classifier') ?? {};
    assert.ok((metadata?.generation ?? 0) > 1, 'it has a new template');
    assert.deepEqual([status?.observedGeneration, status?.updatedReplicas], [metadata?.generation, 2]);
    assert.deepEqual(witness.availableBeforeDeletion(), ['m-p-0-classifier: 2 of 2', 'm-p-1-other: 2 of 2']);
  });

  it('changes the number and nothing else where somebody else has changed the deployment in between', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const spec = { predictors: [predictor({ replicas: 1, componentSpecs: [component('slow-1s')] })] };
    const running = server().run(['run', '-f', '-', '-n', namespace, '--timeout=20s'], {
      stdin: stringify(model({ name: 'm', spec })),
    });
    await until(() => witness.moments.some(({ seldon }) => seldon.has('m')));
    await server().api.call({
      method: 'PATCH',
      path: `${seldonPath(namespace)}/m`,
      query: { fieldManager: 'somebody' },
      contentType: 'application/json-patch+json',
      body: [{ op: 'add', path: '/spec/predictors/0/traffic', value: 100 }],
    });
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(
      finished.stdout,
      /scaled \(spec\.predictors\[0\]\.replicas: 1 -> 2; only the number of replicas was changed, because somebody else changed the deployment: spec\.predictors is managed by "somebody"\)/,
    );
    const [now] = witness.beforeDeletion()?.seldon.get('m')?.spec?.predictors ?? [];
    assert.deepEqual([now?.replicas, (now as { traffic?: number }).traffic], [2, 100]);
    assert.deepEqual(witness.availableBeforeDeletion(), ['m-p-0-classifier: 2 of 2']);
  });

  const byTheWhole = { replicas: 1, predictors: [predictor()] };
  const writesSeldon = (method: string, url: string) => method === 'PATCH' && url.includes('/seldondeployments/');

  it('tries on the server to scale what kubectl made, as it then scales it', async () => {
    const namespace = await newNamespace(server());
    const query = { fieldManager: 'kubectl-client-side-apply' };
    await server().api.call({ method: 'POST', path: seldonPath(namespace), query, body: model() });
    for (const dryRun of [['--dry-run=server'], []]) {
      const finished = await server().run(['scale', 'iris', '--replicas=3', '-n', namespace, ...dryRun]);
      assert.equal(finished.exitCode, 0, finished.stderr);
    }
  });

  it('scales what kubectl made beside a busy writer: it goes on after conflicts, and says so after a while', async () => {
    const namespace = await newNamespace(server());
    const path = seldonPath(namespace);
    await server().api.call({ method: 'POST', path, body: model({ name: 'm', spec: byTheWhole }) });
    const doorkeeper = await startDoorkeeper(server(), writesSeldon, { conflicts: 6 });
    doorkeeper.open();
    try {
      const { kubeconfig } = doorkeeper;
      const { exitCode, stderr } = await server().run(['scale', 'm', '--replicas=2', '-n', namespace], { kubeconfig });
      assert.equal(exitCode, 0, stderr);
      assert.match(
        stderr,
        /cannot scale seldondeployment "m" yet: somebody else keeps changing the object \(5 times so far\)/,
      );
      const [now] = await list<SeldonDeployment>(server(), path);
      assert.equal(now?.spec?.replicas, 2);
    } finally {
      await doorkeeper.close();
    }
  });

  it('takes a model through its life where the server answers each of the first writes with a conflict', async () => {
    const namespace = await newNamespace(server());
    const doorkeeper = await startDoorkeeper(server(), writesSeldon, { conflicts: 3 });
    doorkeeper.open();
    try {
      const { kubeconfig } = doorkeeper;
      const run = { stdin: stringify(model({ name: 'm' })), kubeconfig };
      const { exitCode, stderr } = await server().run(['run', '-f', '-', '-n', namespace, '--timeout=60s'], run);
      assert.equal(exitCode, 0, stderr);
    } finally {
      await doorkeeper.close();
    }
  });

  it('scales by the scale subresource where spec.replicas governs and the deployment is somebody else’s', async () => {
    const namespace = await newNamespace(server());
    const path = seldonPath(namespace);
    await server().api.call({ method: 'POST', path, body: model({ name: 'm', spec: byTheWhole }) });
    const { exitCode, stderr } = await server().run(['scale', 'm', '--replicas=3', '-n', namespace]);
    assert.equal(exitCode, 0, stderr);
    const [now] = await list<SeldonDeployment>(server(), path);
    assert.equal(now?.spec?.replicas, 3);
    const ours = now?.metadata.managedFields?.find(({ manager }) => manager === 'kubectl-seldon-lifecycle');
    assert.equal(ours?.subresource, 'scale');
  });
}
