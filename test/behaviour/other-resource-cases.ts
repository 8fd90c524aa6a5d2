import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Objects } from '../../src/cluster/objects.ts';
import { resourceKinds } from '../../src/cluster/resource-kinds.ts';
import type { KubernetesObject } from '../../src/kubernetes/objects.ts';
import { modelYaml } from './models.ts';
import { linesOf, notices, summaryOf } from './reports.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: model-credentials}\nstringData: {token: s3cr3t}\n---\n';
const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: model-user}\n---\n';

const secretsIn = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
const named = (server: ServerUnderTest, path: string) =>
  list(server, path).then((found) => found.map(({ metadata }) => metadata.name));

const decoded = (data: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

export function otherResourceCases(server: () => ServerUnderTest): void {
  /** What a Secret that somebody has made comes to by our files, and what a diff has said of it. */
  const applied = async (manager: string, annotations: object, file: string) => {
    const namespace = await newNamespace(server());
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key', annotations },
      stringData: { token: 'old', more: 'x' },
    };
    await server().api.call({ method: 'POST', path: secretsIn(namespace), query: { fieldManager: manager }, body });
    const stdin = `${file}\n---\n${modelYaml()}`;
    const diff = await server().run(['diff', '-f', '-', '-n', namespace], { stdin });
    const finished = await server().run(['apply', '-f', '-', '-n', namespace], { stdin });
    const [secret] = (
      await list<KubernetesObject & { data?: Record<string, string> }>(server(), secretsIn(namespace))
    ).filter(({ metadata }) => metadata.name === 'key');
    return { finished, diff, data: decoded(secret?.data), annotations: secret?.metadata.annotations };
  };
  const LAST_APPLIED = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
  const forms = {
    stringData: 'stringData: {token: new}',
    data: `data: {token: ${Buffer.from('new').toString('base64')}}`,
  };

  it('tells no value of a Secret that the server repeats in its own error', async () => {
    const value = '8675309424242';
    const stdin = `apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {pin: ${value}}\n---\n${modelYaml()}`;
    const namespace = await newNamespace(server());
    for (const line of ['apply', 'apply -v=9', 'apply --dry-run=server', 'apply -o json', 'diff -v=8', 'run -o json']) {
      const finished = await server().run([...line.split(' '), '-f', '-', '-n', namespace], { stdin });
      assert.notEqual(finished.exitCode, 0, line);
      const told = finished.stdout + finished.stderr;
      assert.match(told, /\.stringData\.pin: expected string, got &value\.valueUnstructured\{Value:\*\*\*\}/, line);
      assert.ok(!told.includes(value), `${line}: ${told}`);
    }
  });

  for (const [form, text] of Object.entries(forms)) {
    it(`takes over a Secret that kubectl apply made, with its file's ${form} and without what that has no longer`, async () => {
      const file = `apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n${text}`;
      const { finished, diff, data, annotations } = await applied('kubectl-client-side-apply', LAST_APPLIED, file);
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.deepEqual([data, annotations], [{ token: 'new' }, undefined]);
      assert.deepEqual([diff.exitCode, /^- {2}more: /m.test(diff.stdout)], [7, true], diff.stdout + diff.stderr);
      assert.match(diff.stdout, /^\+ {2}token: '\*\*\* \(after\)'$/m);
    });
  }

  it('takes nothing away from a Secret that kubectl create made: names it, as kubectl does', async () => {
    const file = `apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n${forms.data}`;
    const { finished, data } = await applied('kubectl-create', {}, file);
    assert.equal(finished.exitCode, 1, finished.stderr);
    assert.match(
      finished.stderr,
      /: data\.token is managed by kubectl create \(field manager "kubectl-create"\)\nTake it over/,
    );
    assert.deepEqual(data, { token: 'old', more: 'x' });
  });

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

  it('runs twice in a row in a namespace that it makes: the first waits until that is gone', async () => {
    const namespace = `${await newNamespace(server())}-made`;
    const args = ['run', '-f', '-', '-n', namespace, '--create-namespace'];
    for (let times = 0; times < 2; times += 1) {
      const finished = await server().run(args, { stdin: modelYaml() });
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.match(finished.stderr, new RegExp(`namespace "${namespace}" deleted\n`));
      assert.equal(
        await new Objects(server().api).read({ ...resourceKinds.namespace, metadata: { name: namespace } }),
        undefined,
      );
    }
  });

  it('names the namespace that it made where a run does not come to its end, and how to remove it', async () => {
    const namespace = `${await newNamespace(server())}-made`;
    const args = ['run', '-f', '-', '-n', namespace, '--create-namespace', '--fail-grace=0s'];
    const finished = await server().run(args, { stdin: modelYaml({ tag: 'missing' }) });
    assert.equal(finished.exitCode, 5);
    assert.match(
      finished.stderr,
      new RegExp(
        `namespace "${namespace}" and its contents are left; to remove them: kubectl delete namespace ${namespace}\n`,
      ),
    );
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
