import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { model } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

/** What a source may decide, and what only a flag of the sync can. */
export function syncLimitsCases(server: () => ServerUnderTest): void {
  const names = async (namespace: string) =>
    (await list<SeldonDeployment>(server(), seldonPath(namespace))).map(({ metadata }) => metadata.name).sort();
  const sync = async (args: readonly string[], records: readonly unknown[]) =>
    await server().run(['sync', '-', ...args], { stdin: JSON.stringify({ items: records }) });
  const withPod = (name: string, fields: object) => {
    const whole: SeldonDeployment = model({ name });
    const [component] = whole.spec?.predictors?.[0]?.componentSpecs ?? [];
    Object.assign(component?.spec ?? {}, fields);
    return whole;
  };

  for (const [what, fields, flag] of [
    ['a path of its node', { volumes: [{ name: 'v', hostPath: { path: '/etc' } }] }, '--allow-host-access'],
    ['the network of its node', { hostNetwork: true }, '--allow-host-access'],
    ['another ServiceAccount', { serviceAccountName: 'admin' }, '--allow-service-account=admin'],
  ] as const) {
    it(`sync takes no record whose pod wants ${what}, keeps the others, and takes it with ${flag}`, async () => {
      const namespace = await newNamespace(server());
      const args = ['-n', namespace, '--owner=limits', '--prune'];
      const records = [model({ name: 'iris' }), withPod('powerful', fields)];
      const refused = await sync(args, records);
      assert.equal(refused.exitCode, 1, refused.stdout);
      assert.match(refused.stderr, new RegExp(`"powerful": .*use ${flag} `));
      assert.deepEqual(await names(namespace), ['iris']);
      const allowed = await sync([...args, flag], records);
      assert.equal(allowed.exitCode, 0, allowed.stderr);
      assert.deepEqual(await names(namespace), ['iris', 'powerful']);
      // What is there already stays as it is, and nothing of it is taken away.
      const again = await sync(args, [model({ name: 'iris' }), withPod('powerful', { ...fields, hostPID: true })]);
      assert.equal(again.exitCode, 1, again.stdout);
      assert.deepEqual(await names(namespace), ['iris', 'powerful']);
    });
  }

  it('sync -A makes nothing in the namespaces of the cluster and of the operator', async () => {
    const namespace = await newNamespace(server());
    const inNamespace = (name: string) => ({ ...model({ name: 'iris' }), metadata: { name: 'iris', namespace: name } });
    const reserved = ['kube-system', 'kube-public', 'seldon-system'];
    const { exitCode, stderr } = await sync(
      ['-A', '-n', namespace, '--owner=everywhere'],
      [inNamespace(namespace), ...reserved.map(inNamespace)],
    );
    assert.equal(exitCode, 1, stderr);
    for (const name of reserved) {
      assert.match(stderr, new RegExp(`namespace ${name} is not synced with -A, .*: sync it with -n ${name}$`, 'm'));
      assert.deepEqual(await names(name), []);
    }
    assert.deepEqual(await names(namespace), ['iris']);
  });
}
