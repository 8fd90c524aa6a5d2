import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SeldonDeployment } from '../../src/seldon/seldon-deployment.ts';
import { modelYaml } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

const base64 = (value: string) => Buffer.from(value).toString('base64');
const SECRET = (value: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: key}\ndata: {password: ${base64(value)}}\n---\n`;

export function diffCases(server: () => ServerUnderTest): void {
  const run = (args: string[], stdin = '') => server().run(args, { stdin });
  const live = async (namespace: string) => await list<SeldonDeployment>(server(), seldonPath(namespace));

  it('shows what an apply would change, and changes nothing', async () => {
    const namespace = await newNamespace(server());
    const diff = async (yaml: string) => await run(['diff', '-f', '-', '-n', namespace], yaml);

    const all = await diff(modelYaml());
    assert.equal(all.exitCode, 7, all.stderr);
    const name = `machinelearning.seldon.io.v1.SeldonDeployment.${namespace}.iris`;
    assert.ok(
      all.stdout.startsWith(
        `diff -u -N LIVE/${name} MERGED/${name}\n--- LIVE/${name}\n+++ MERGED/${name}\n@@ -0,0 +1,`,
      ),
    );
    assert.deepEqual(await live(namespace), []);

    assert.equal((await run(['apply', '-f', '-', '--wait', '-n', namespace], modelYaml())).exitCode, 0);
    const none = await diff(modelYaml());
    assert.deepEqual([none.exitCode, none.stdout, none.stderr], [0, '', '']);

    const some = await diff(modelYaml({ replicas: 3, tag: '2.0' }));
    assert.equal(some.exitCode, 7);
    const changed = some.stdout.split('\n').filter((line) => /^[-+] /.test(line));
    assert.deepEqual(
      changed.map((line) => line.replace(/ +/, ' ')),
      [
        '- generation: 1',
        '+ generation: 2',
        '- - image: example/iris:1.0',
        '+ - image: example/iris:2.0',
        '- replicas: 1',
        '+ replicas: 3',
      ],
    );
    assert.equal((await live(namespace))[0]?.metadata.generation, 1);
  });

  it('shows of a Secret that it differs, and never its values', async () => {
    const namespace = await newNamespace(server());
    const applied = await run(['apply', '-f', '-', '-n', namespace], SECRET('hunter2') + modelYaml());
    assert.equal(applied.exitCode, 0, applied.stderr);
    const finished = await run(['diff', '-f', '-', '-n', namespace], SECRET('swordfish') + modelYaml());
    assert.equal(finished.exitCode, 7, finished.stderr);
    assert.match(finished.stdout, /\n- {2}password: '\*\*\* \(before\)'\n\+ {2}password: '\*\*\* \(after\)'\n/);
    for (const value of ['hunter2', 'swordfish']) {
      assert.ok(!finished.stdout.includes(base64(value)));
    }
  });

  it('fails as apply would: with fields that there are not, and those of somebody else', async () => {
    const namespace = await newNamespace(server());
    const unknown = await run(['diff', '-f', '-', '-n', namespace], `${modelYaml()}  smoke: 1\n`);
    assert.equal(unknown.exitCode, 2);
    assert.match(
      unknown.stderr,
      /^error: cannot apply seldondeployment "iris": the cluster's CRD does not declare 1 field/,
    );
    const other = ['apply', '-f', '-', '-n', namespace, '--field-manager=somebody'];
    assert.equal((await run(other, modelYaml())).exitCode, 0);
    const conflict = await run(['diff', '-f', '-', '-n', namespace], modelYaml({ replicas: 2 }));
    assert.equal(conflict.exitCode, 1);
    assert.match(conflict.stderr, /--force-conflicts/);
    const forced = await run(['diff', '-f', '-', '-n', namespace, '--force-conflicts'], modelYaml({ replicas: 2 }));
    assert.equal(forced.exitCode, 7, forced.stderr);
  });
}
