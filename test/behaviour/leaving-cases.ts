import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { component, model, modelYaml } from './models.ts';
import { linesOf, notices } from './reports.ts';
import { list, newNamespace, type ServerUnderTest } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';
import { Witness } from './witness.ts';

/** What goes, and what stays behind, when a deployment is deleted, by the run or by somebody else. */
export function leavingCases(server: () => ServerUnderTest): void {
  const run = (namespace: string, args: string[], stdin: string) =>
    server().run(['run', '-f', '-', '-n', namespace, '-o', 'json', ...args], { stdin });

  it('takes a name again at once after a background deletion, while pods of the earlier one still end', async () => {
    const namespace = await newNamespace(server());
    const made = await run(namespace, ['--cleanup=never'], modelYaml({ tag: 'linger-2s' }));
    assert.equal(made.exitCode, 0, made.stdout);
    const witness = await Witness.of(server(), namespace);
    const earlier = [...(witness.moments.at(-1)?.pods.keys() ?? [])];
    await new SomebodyElse(server(), namespace).deletesSeldonDeployment('iris', 'Background');
    const finished = await run(namespace, [], modelYaml({ tag: '2.0' }));
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.deepEqual(witness.availableBeforeDeletion(), ['iris-default-0-classifier: 2 of 2']);
    const shown = linesOf(finished).flatMap(({ type, event }) => (type === 'event' ? [event.object.name] : []));
    assert.deepEqual(
      shown.filter((name) => earlier.includes(name)),
      [],
      'no event of the earlier pods is shown',
    );
  });

  it('says that the Deployment of an orphaned deployment of the same name is not its own', async () => {
    const namespace = await newNamespace(server());
    const orphaned = await run(namespace, ['--cascade=orphan'], modelYaml());
    assert.equal(orphaned.exitCode, 0, orphaned.stdout);
    const finished = await run(namespace, ['--timeout=2s'], modelYaml());

    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /still waiting for deployment "iris-default-0-classifier" to be owned by the SeldonDeployment: the operator uses one with this name that it does not own/,
    );
  });

  it('ends after autoscalers, disruption budgets and Services are gone too', async () => {
    const namespace = await newNamespace(server());
    const graph = { name: 'classifier', type: 'MODEL' };
    const spec = {
      predictors: [
        { name: 'p', graph, traffic: 50, componentSpecs: [component('1.0', { pdbSpec: { maxUnavailable: 1 } })] },
        {
          name: 'q',
          graph,
          traffic: 50,
          componentSpecs: [component('1.0', { hpaSpec: { minReplicas: 1, maxReplicas: 2 } })],
        },
      ],
    };
    const paths = [
      `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
      `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
      `/api/v1/namespaces/${namespace}/services`,
    ];
    const count = async () =>
      (await Promise.all(paths.map((path) => list(server(), path)))).map(({ length }) => length);
    const witness = await Witness.of(server(), namespace);
    const args = ['--predictor=p', '--timeout=20s', '--cascade=background'];
    const running = run(namespace, args, stringify(model({ name: 'm', spec })));
    await witness.when(({ seldon }) => seldon.get('m')?.status?.state === 'Available');
    assert.deepEqual(
      (await count()).map((number) => number > 0),
      [true, true, true],
    );
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.deepEqual(await count(), [0, 0, 0]);
  });

  it('ends with exit code 5 when somebody else deletes the deployment', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const running = run(namespace, ['--timeout=30s'], modelYaml({ tag: 'slow-1m' }));
    await witness.when(({ pods }) => pods.size > 0);
    await new SomebodyElse(server(), namespace).deletesSeldonDeployment('iris', 'Background');
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(notices(finished), /^error: .* cannot become available: seldondeployment "iris" was deleted/);
  });

  it('ends with exit code 5 during a foreground deletion by somebody else, with a status that still says Available', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const componentSpecs = [
      {
        spec: {
          containers: [
            { name: 'classifier', image: 'example/iris:slow-1s' },
            { name: 'slow-to-end', image: 'example/other:linger-2s' },
          ],
        },
      },
    ];
    const graph = { name: 'classifier', type: 'MODEL' };
    const spec = { predictors: [{ name: 'default', replicas: 1, graph, componentSpecs }] };
    const running = run(namespace, ['--timeout=30s'], stringify(model({ spec })));
    await witness.when(({ seldon }) => seldon.get('iris')?.status?.state === 'Available');
    await new SomebodyElse(server(), namespace).deletesSeldonDeployment('iris', 'Foreground');
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(notices(finished), /^error: .* seldondeployment "iris" is being deleted/);
    const deleting = witness.moments.find(({ seldon }) => seldon.get('iris')?.metadata.deletionTimestamp);
    assert.ok(deleting, 'it was seen while it was being deleted');
  });
}
