import assert from 'node:assert/strict';
import { it } from 'node:test';
import { modelYaml } from './models.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: model-credentials}\nstringData: {token: s3cr3t}\n---\n';
const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: model-user}\n---\n';

const secretsIn = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
const named = (server: ServerUnderTest, path: string) =>
  list(server, path).then((found) => found.map(({ metadata }) => metadata.name));

export function otherResourceCases(server: () => ServerUnderTest): void {
  it('applies what stands beside a deployment first, and removes it at the end, in reverse order', async () => {
    const namespace = await newNamespace(server());
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], {
      stdin: `${modelYaml()}---\n${secret}${account}`,
    });
    assert.equal(finished.exitCode, 0, notices(finished));
    const said = linesOf(finished).map(({ type, step, state, message }) =>
      type === 'notice' ? message : `${step} ${state}`,
    );
    const order = [
      'secret/model-credentials serverside-applied',
      'serviceaccount/model-user serverside-applied',
      'apply started',
      'wait-deleted succeeded',
      `serviceaccount "model-user" deleted from ${namespace} namespace`,
      `secret "model-credentials" deleted from ${namespace} namespace`,
    ];
    assert.deepEqual(
      said.filter((line) => order.includes(line)),
      order,
    );
    assert.ok(!(await named(server(), secretsIn(namespace))).includes('model-credentials'));
    assert.ok(!(finished.stdout + finished.stderr).includes('s3cr3t'), 'what is secret stays so');
  });

  it('leaves a companion that was there before the run', async () => {
    const namespace = await newNamespace(server());
    const metadata = { name: 'model-credentials' };
    const body = { apiVersion: 'v1', kind: 'Secret', metadata };
    await server().api.call({ method: 'POST', path: secretsIn(namespace), body });
    const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: secret + modelYaml() });
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.ok((await named(server(), secretsIn(namespace))).includes('model-credentials'));
    assert.doesNotMatch(finished.stdout, /secret "model-credentials" deleted/);
  });

  it('leaves the other resources of a run that failed, and says how to remove them', async () => {
    const namespace = await newNamespace(server());
    const args = ['run', '-f', '-', '-n', namespace, '--fail-grace=0s'];
    const finished = await server().run(args, { stdin: secret + modelYaml({ tag: 'missing' }) });
    assert.equal(finished.exitCode, 5);
    assert.ok((await named(server(), secretsIn(namespace))).includes('model-credentials'));
    assert.match(
      finished.stderr,
      new RegExp(`to remove it: kubectl delete secret/model-credentials -n ${namespace}\n`),
    );
  });

  it('removes the other resources of a run that failed with --cleanup=always, and the namespace that it made', async () => {
    const namespace = `${await newNamespace(server())}-made`;
    const args = ['run', '-f', '-', '-n', namespace, '--create-namespace', '--cleanup=always', '--fail-grace=0s'];
    const finished = await server().run(args, { stdin: secret + modelYaml({ tag: 'missing' }) });
    assert.equal(finished.exitCode, 5);
    assert.match(finished.stdout, new RegExp(`^secret "model-credentials" deleted from ${namespace} namespace$`, 'm'));
    assert.match(finished.stderr, new RegExp(`namespace "${namespace}" deleted\n`));
  });

  it('changes nothing of the deployments when a companion is refused', async () => {
    const namespace = await newNamespace(server());
    const template = 'template: {metadata: {labels: {a: c}}, spec: {containers: [{name: x, image: y}]}}';
    const wrong = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: side}\nspec: {selector: {matchLabels: {a: b}}, ${template}}\n---\n`;
    const finished = await server().run(['run', '-f', '-', '-n', namespace, '-o', 'json'], {
      stdin: wrong + modelYaml(),
    });
    assert.equal(finished.exitCode, 2, notices(finished));
    assert.match(notices(finished), /error: cannot apply deployment\.apps\/side in namespace "case-\d+": /);
    assert.deepEqual(
      summaryOf(finished).deployments[0].steps.map(({ state }: { state: string }) => state),
      Array(6).fill('skipped'),
    );
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });
}
