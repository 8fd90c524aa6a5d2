import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stringify } from 'yaml';
import { component, model, modelYaml } from './models.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import { type Finished, newNamespace, type ServerUnderTest, withoutWebhook } from './server-under-test.ts';
import { SomebodyElse } from './somebody-else.ts';
import { Witness } from './witness.ts';

const classifier = { name: 'classifier', image: 'example/iris:1.0' };
const predictor = (more: object = {}) => ({
  name: 'default',
  replicas: 1,
  graph: { name: 'classifier', type: 'MODEL' },
  componentSpecs: [component()],
  ...more,
});

/** A model for an operator with this CONTROLLER_ID. */
function labelled(controller: string): string {
  const { metadata, ...rest } = model();
  return stringify({ ...rest, metadata: { ...metadata, labels: { 'seldon.io/controller-id': controller } } });
}

/** What a run said that it was waiting for. */
const waitedFor = (finished: Finished) =>
  linesOf(finished).flatMap(({ type, message }) => (type === 'waiting' ? [message] : []));

/** `FailedCreate ReplicaSet: message` of the events that were shown. */
const eventsOf = (finished: Finished) =>
  linesOf(finished).flatMap(({ type, event }) =>
    type === 'event' ? [`${event.type} ${event.reason} ${event.object.kind}: ${event.message}`] : [],
  );

/** Where something is wrong in the cluster: who says so, and what ends a run and what does not. */
export function troubleCases(server: () => ServerUnderTest): void {
  const run = (namespace: string, args: string[], stdin: string) =>
    server().run(['run', '-f', '-', '-n', namespace, '-o', 'json', ...args], { stdin });

  it('names a pod that finds no node, in the scheduler’s words, until the time is up', async () => {
    const namespace = await newNamespace(server());
    const componentSpecs = [{ spec: { nodeSelector: { accelerator: 'gpu' }, containers: [classifier] } }];
    const stdin = stringify(model({ spec: { predictors: [predictor({ componentSpecs })] } }));
    const finished = await run(namespace, ['--timeout=3s', '--fail-grace=0s'], stdin);

    assert.equal(finished.exitCode, 4, finished.stdout);
    const words =
      /deployment "iris-default-0-classifier": 0 of 1 replicas available: pod iris-default-0-classifier-\S+ cannot be scheduled: 0\/1 nodes are available: .*node affinity\/selector/;
    assert.ok(waitedFor(finished).some((line) => words.test(line)));
    assert.match(notices(finished), new RegExp(`^error: timed out after 3\\.0s .* still waiting for ${words.source}`));
    assert.ok(eventsOf(finished).some((line) => /^Warning FailedScheduling Pod: 0\/1 nodes are available/.test(line)));
  });

  it('names the quota that forbids pods, and shows the event of the ReplicaSet, until the time is up', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).limits({ pods: '0' });
    const finished = await run(namespace, ['--timeout=3s', '--fail-grace=0s'], modelYaml());

    assert.equal(finished.exitCode, 4, finished.stdout);
    const refusal =
      'pods "iris-default-0-classifier-\\S+" is forbidden: exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0';
    const words = new RegExp(`deployment "iris-default-0-classifier": 0 of 1 new replicas created: ${refusal}`);
    assert.ok(waitedFor(finished).some((line) => words.test(line)));
    assert.match(notices(finished), words);
    const event = new RegExp(`^Warning FailedCreate ReplicaSet: Error creating: ${refusal}`);
    assert.ok(eventsOf(finished).some((line) => event.test(line)));
  });

  it('ends with exit code 5 where a quota asks for limits that no time sets, and says which', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).limits({ 'limits.cpu': '8', 'limits.memory': '8Gi' });
    const finished = await run(namespace, ['--fail-grace=1s'], modelYaml());
    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /^error: .*deployment "iris-default-0-classifier": FailedCreate: pods .* is forbidden: failed quota: few: must specify limits\.cpu for: /m,
    );
    assert.match(notices(finished), /Set limits\.cpu, limits\.memory in resources of the containers/);
  });

  it('ends with exit code 5 where a pod is bound to a node that is not there, and names it', async () => {
    const namespace = await newNamespace(server());
    const containers = [{ name: 'classifier', image: 'example/iris:1.0' }];
    const spec = {
      predictors: [
        {
          name: 'default',
          graph: { name: 'classifier', type: 'MODEL' },
          componentSpecs: [{ spec: { nodeName: 'nowhere', containers } }],
        },
      ],
    };
    const finished = await run(namespace, ['--fail-grace=1s'], modelYaml({ spec }));
    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(notices(finished), /bound to node "nowhere" \(spec\.nodeName\), but no kubelet starts it/);
    assert.match(notices(finished), /Check that the node "nowhere" exists, or remove nodeName/);
  });

  it('names a quota that is used up by scaling', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).limits({ pods: '1' });
    const finished = await run(namespace, ['--timeout=6s'], modelYaml());

    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /^error: timed out .* to be available with 2 replicas: still waiting for deployment "iris-default-0-classifier": 1 of 2 new replicas created: pods .* is forbidden: exceeded quota: few, /,
    );
  });

  it('warns when no operator has touched a deployment, and deletes it all the same', async () => {
    const namespace = await newNamespace(server());
    const finished = await run(namespace, ['--timeout=10500ms', '--cleanup=always'], labelled('another-team'));

    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /^warning: no Seldon operator has touched seldondeployment "iris" yet: .*seldon\.io\/controller-id=another-team.*\nerror: timed out .*no status written yet/,
    );
    assert.deepEqual(summaryOf(finished).deployments[0].left, []);
  });

  // Well before it says the same of an operator that may only be busy.
  const SOON = '--timeout=6s';

  it('warns at once of a controller-id by which no operator manages the deployment, where others are served', async () => {
    const namespace = await newNamespace(server());
    const rose = modelYaml({ name: 'rose' });
    const served = await server().run(['apply', '-f', '-', '--wait', '-n', namespace], { stdin: rose });
    assert.equal(served.exitCode, 0, served.stderr);
    const finished = await run(namespace, [SOON, '--cleanup=always'], labelled('another-team'));
    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /^warning: no Seldon operator has touched seldondeployment "iris" yet: it has the label seldon\.io\/controller-id=another-team, and no operator with this CONTROLLER_ID serves any deployment, while others serve theirs; to remove the label: kubectl label seldondeployment iris seldon\.io\/controller-id- -n case-\d+\nerror: timed out /,
    );
  });

  it('warns at once of the controller-id of a namespace, where others in the cluster are served', async () => {
    const elsewhere = await newNamespace(server());
    const stdin = modelYaml({ name: 'rose' });
    const served = await server().run(['apply', '-f', '-', '--wait', '-n', elsewhere], { stdin });
    assert.equal(served.exitCode, 0, served.stderr);
    const namespace = await newNamespace(server());
    await server().api.call({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { labels: { 'seldon.io/controller-id': 'another-team' } } },
    });
    const finished = await run(namespace, [SOON, '--cleanup=always'], modelYaml());
    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /^warning: no Seldon operator has touched seldondeployment "iris" yet: namespace "case-\d+" has the label seldon\.io\/controller-id=another-team, so cluster-wide operators ignore it, .*\nerror: timed out /,
    );
  });

  it('warns once of a Deployment that the spec does not call for, says what it expected, and waits on', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const running = run(namespace, ['--timeout=10500ms', '--cleanup=always'], modelYaml());
    const { seldon } = await witness.when(({ seldon }) => seldon.has('iris'));
    const owner = seldon.get('iris');
    assert.ok(owner);
    await new SomebodyElse(server(), namespace).givesIt('stray', owner);
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 4, finished.stdout);
    assert.match(
      notices(finished),
      /^warning: seldondeployment "iris" owns a deployment that its spec does not include: "stray"; expected: "iris-default-0-classifier"\nerror: timed out .*deployment "stray" to be removed: the spec does not include it/,
    );
    assert.equal(notices(finished).match(/does not include: /g)?.length, 1);
    assert.deepEqual(summaryOf(finished).deployments[0].left, []);
  });

  it('ends with exit code 5 when the operator keeps saying Failed, as of a graph without a container', async () => {
    const namespace = await newNamespace(server(), withoutWebhook);
    const stdin = stringify(model({ spec: { predictors: [predictor({ componentSpecs: [] })] } }));
    const finished = await run(namespace, ['--fail-grace=1s'], stdin);

    assert.equal(finished.exitCode, 5, finished.stdout);
    const words = 'engine not separate and no pu with localhost service - not clear where to inject engine';
    assert.match(
      notices(finished),
      new RegExp(`^error: .* cannot become available: the operator reports Failed: ${words}`),
    );
    assert.ok(eventsOf(finished).some((line) => line === `Warning InternalError SeldonDeployment: ${words}`));
  });

  it('ends with exit code 5 when the operator may not make what it needs, with the API server’s words', async () => {
    const namespace = await newNamespace(server());
    await new SomebodyElse(server(), namespace).limits({ 'count/deployments.apps': '0' });
    const finished = await run(namespace, ['--fail-grace=1s'], modelYaml());

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /^error: .*: the operator reports Failed: deployments\.apps "iris-default-0-classifier" is forbidden: exceeded quota: few, /,
    );
  });

  it('goes on when the operator reports Failed for a moment, and then has what it needs', async () => {
    const namespace = await newNamespace(server());
    const somebody = new SomebodyElse(server(), namespace);
    await somebody.limits({ 'count/deployments.apps': '0' });
    const witness = await Witness.of(server(), namespace);
    const running = run(namespace, [], modelYaml());
    await witness.when(({ seldon }) => seldon.get('iris')?.status?.state === 'Failed');
    await somebody.liftsTheLimits();
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.deepEqual(witness.availableBeforeDeletion(), ['iris-default-0-classifier: 2 of 2']);
  });

  it('goes on when a missing image has been replaced, with --fail-fast=false', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const running = run(namespace, ['--fail-fast=false', '--timeout=30s'], modelYaml({ tag: 'missing' }));
    await witness.when(({ pods }) =>
      [...pods.values()].some(({ status }) =>
        status?.containerStatuses?.some(({ state }) => /Image/.test(state?.waiting?.reason ?? '')),
      ),
    );
    const path = '/spec/predictors/0/componentSpecs/0/spec/containers/0/image';
    const patch = [{ op: 'replace', path, value: 'example/iris:1.0' }];
    await new SomebodyElse(server(), namespace).changesSeldonDeployment('iris', patch);
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 0, finished.stdout);
    assert.deepEqual(witness.availableBeforeDeletion(), ['iris-default-0-classifier: 2 of 2']);
  });

  it('ends with exit code 5 when a Deployment exceeds its progress deadline', async () => {
    const namespace = await newNamespace(server());
    const more = { progressDeadlineSeconds: 1, componentSpecs: [component('slow-1m')] };
    const finished = await run(
      namespace,
      ['--timeout=30s'],
      stringify(model({ spec: { predictors: [predictor(more)] } })),
    );

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /^error: .*: deployment "iris-default-0-classifier" exceeded its progress deadline: /,
    );
  });

  it('names the pod that cannot start in a predictor behind one that is merely slow', async () => {
    const namespace = await newNamespace(server());
    const spec = {
      predictors: [
        predictor({ name: 'slow', traffic: 50, componentSpecs: [component('slow-1m')] }),
        predictor({ name: 'dead', traffic: 50, componentSpecs: [component('missing')] }),
      ],
    };
    const finished = await run(namespace, ['--timeout=30s'], stringify(model({ spec })));

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(
      notices(finished),
      /^error: .*: pod iris-dead-0-classifier-\S+, container classifier: (ErrImagePull|ImagePullBackOff)/,
    );
  });

  it('ends at the timeout where two predictors have one name, and the operator rewrites one Deployment for ever', async () => {
    const namespace = await newNamespace(server(), withoutWebhook);
    const twin = (tag: string) => predictor({ traffic: 50, componentSpecs: [component(tag)] });
    const twins = model({ spec: { predictors: [twin('1.0'), twin('2.0')] } });
    const refused = await run(namespace, [], stringify(twins));
    assert.equal(refused.exitCode, 2);
    assert.match(notices(refused), /spec\.predictors\[1\]\.name: "default" is already the name of another one/);
    await new SomebodyElse(server(), namespace).createsSeldonDeployment(twins);
    const waiting = ['wait', 'iris', '--for=available', '-n', namespace, '--timeout=1s'];
    const finished = await server().run(waiting);
    assert.equal(finished.exitCode, 4, finished.stdout);
    const deleted = await server().run(['delete', 'iris', '-n', namespace]);
    assert.equal(deleted.exitCode, 0, deleted.stderr);
  });

  it('ends with exit code 5 when a pod crashes that was ready, of which the operator says Creating for ever', async () => {
    const namespace = await newNamespace(server());
    const witness = await Witness.of(server(), namespace);
    const componentSpecs = [component('slow-2s')];
    const stdin = stringify(model({ spec: { predictors: [predictor({ componentSpecs })] } }));
    const running = run(namespace, ['--timeout=30s'], stdin);
    const { pods } = await witness.when(
      ({ seldon, pods }) => seldon.get('iris')?.spec?.predictors?.[0]?.replicas === 2 && pods.size === 2,
    );
    const ready = [...pods.values()].find(({ status }) =>
      status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    );
    await new SomebodyElse(server(), namespace).letsCrash(ready?.metadata.name ?? '', 'classifier');
    const finished = await running;
    await witness.end();

    assert.equal(finished.exitCode, 5, finished.stdout);
    assert.match(notices(finished), new RegExp(`pod ${ready?.metadata.name}, container classifier: CrashLoopBackOff`));
    assert.notEqual(witness.moments.at(-1)?.seldon.get('iris')?.status?.state, 'Failed');
  });
}
