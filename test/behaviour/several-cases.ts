import assert from 'node:assert/strict';
import { it } from 'node:test';
import { model, modelYaml } from './models.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

export function severalCases(server: () => ServerUnderTest): void {
  it('says of every event and notice whose it is, where there are several deployments', async () => {
    const namespace = await newNamespace(server());
    const stdin = `${modelYaml({ name: 'one' })}---\n${modelYaml({ name: 'two', tag: 'missing' })}`;
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '--fail-grace=0s'], { stdin });
    assert.equal(finished.exitCode, 5);
    assert.match(finished.stdout, /^DEPLOYMENT +LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m);
    assert.match(finished.stdout, /^one +\S+ +Normal +ScalingReplicaSet +Deployment\/one-default-0-classifier /m);
    assert.match(finished.stdout, /^two +\S+ +Normal +ScalingReplicaSet +Deployment\/two-default-0-classifier /m);
    assert.match(
      finished.stderr,
      /^error: two: seldondeployment "two" in namespace "case-\d+" cannot become available/m,
    );
    assert.match(finished.stdout, /^case-\d+ +one +succeeded /m);
    assert.match(finished.stdout, /^case-\d+ +two +failed /m);
  });

  it('lets the others go on when one fails', async () => {
    const namespace = await newNamespace(server());
    const stdin = `${modelYaml({ name: 'bad', tag: 'missing' })}---\n${modelYaml({ name: 'good', tag: 'slow-2s' })}`;
    const args = ['run', '-f', '-', '-n', namespace, '--fail-grace=0s', '-o', 'json'];
    const finished = await server().run(args, { stdin });
    assert.equal(finished.exitCode, 5);
    const outcomes = summaryOf(finished).deployments.map(({ outcome }: { outcome: string }) => outcome);
    assert.deepEqual(outcomes, ['failed', 'succeeded']);
  });

  it('ends them all when one fails, with --fail-together, and says why', async () => {
    const namespace = await newNamespace(server());
    const stdin = `${modelYaml({ name: 'bad', tag: 'missing' })}---\n${modelYaml({ name: 'good', tag: 'slow-1m' })}`;
    const args = ['run', '-f', '-', '-n', namespace, '--fail-grace=0s', '--fail-together', '-o', 'json'];
    const finished = await server().run(args, { stdin });
    assert.equal(finished.exitCode, 5);
    const summary = summaryOf(finished);
    assert.equal(summary.outcome, 'failed');
    const outcomes = summary.deployments.map(({ outcome }: { outcome: string }) => outcome);
    assert.deepEqual(outcomes, ['failed', 'interrupted']);
    assert.match(
      notices(finished),
      /error: stopped because seldondeployment "bad" in namespace "case-\d+" has failed \(--fail-together\): interrupted while waiting for /,
    );
    assert.ok(summary.deployments[1].left.length > 0);
  });

  it('ends those that have not begun too, with --fail-together, and removes what was made with --cleanup=always', async () => {
    const namespace = await newNamespace(server());
    const stdin = `${modelYaml({ name: 'bad', tag: 'missing' })}---\n${modelYaml({ name: 'good' })}`;
    const args = ['run', '-f', '-', '-n', namespace, '--fail-grace=0s', '--fail-together', '--concurrency=1'];
    const finished = await server().run([...args, '--cleanup=always', '-o', 'json'], { stdin });
    assert.equal(finished.exitCode, 5);
    const [, second] = summaryOf(finished).deployments;
    assert.deepEqual(
      second.steps.map(({ state }: { state: string }) => state),
      Array(6).fill('skipped'),
    );
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('takes a deployment that exists with --cleanup=always: says so before, changes it, and deletes it', async () => {
    const namespace = await newNamespace(server());
    const { apiVersion, kind, metadata, spec } = model();
    const path = seldonPath(namespace);
    await server().api.call({ method: 'POST', path, body: { apiVersion, kind, metadata, spec } });
    const args = ['run', '-f', '-', '-n', namespace, '--cleanup=always', '--force-conflicts', '-o', 'json'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: '2.0' }) });
    assert.equal(finished.exitCode, 0, notices(finished));
    const lines = linesOf(finished);
    const told = lines.findIndex(({ message }) =>
      /^seldondeployment "iris" already exists .*deletes it at the end/.test(message),
    );
    const applied = lines.findIndex(({ step, state }) => step === 'apply' && state === 'succeeded');
    assert.ok(told >= 0 && told < applied);
    assert.equal(lines[applied]?.result, 'configured');
    assert.deepEqual(await list(server(), path), []);
  });

  it('leaves a deployment that exists as it was without --cleanup=always, and says what to do', async () => {
    const namespace = await newNamespace(server());
    const path = seldonPath(namespace);
    await server().api.call({ method: 'POST', path, body: model() });
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml({ tag: '2.0' }) });
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /^error: seldondeployment "iris" already exists in namespace /m);
    assert.match(finished.stderr, /--cleanup=always$/m);
    const [left] = await list(server(), path);
    assert.equal(left?.metadata.generation, 1);
  });
}
