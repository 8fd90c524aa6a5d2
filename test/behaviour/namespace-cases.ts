import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { stringify } from 'yaml';
import { modelYaml } from './models.ts';
import { list, newNamespace, type ServerUnderTest, seldonPath } from './server-under-test.ts';

/** A file that names another namespace than -n. */
export function namespaceCases(server: () => ServerUnderTest): void {
  let directory: string;
  let model: string;
  let plan: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'namespaces-'));
    model = path.join(directory, 'model.yaml');
    plan = path.join(directory, 'plan.yaml');
    writeFileSync(model, modelYaml({ namespace: 'elsewhere' }));
    const steps = [{ apply: { filename: model } }, { delete: {} }];
    writeFileSync(plan, stringify({ apiVersion: 'seldon-lifecycle.io/v1alpha1', kind: 'Plan', steps }));
  });
  after(() => rmSync(directory, { recursive: true }));

  const commands: { command: string; file?: () => string; leaves: string[]; exitCode?: number }[] = [
    { command: 'run', leaves: [] },
    { command: 'plan run', file: () => plan, leaves: [] },
    { command: 'apply', leaves: ['iris'] },
    { command: 'diff', leaves: [], exitCode: 7 },
  ];
  for (const { command, file = () => model, leaves, exitCode = 0 } of commands) {
    it(`${command}: refuses -n and a file that disagree, names both and says what to change; with --override -n wins`, async () => {
      const namespace = await newNamespace(server());
      const args = [...command.split(' '), '-f', file(), '-n', namespace];
      const refused = await server().run(args);
      assert.equal(refused.exitCode, 2);
      const place = `${model}:5:14`;
      assert.equal(
        refused.stderr,
        `error: ${place}: the namespace from the file, "elsewhere", does not match the namespace "${namespace}" of -n\n` +
          `Change -n to elsewhere, or metadata.namespace at ${place} to ${namespace}; or pass --override to use ${namespace}\n`,
      );
      const done = await server().run([...args, '--override']);
      assert.equal(done.exitCode, exitCode, done.stdout + done.stderr);
      const there = await list(server(), seldonPath(namespace));
      assert.deepEqual(
        there.map(({ metadata }) => metadata.name),
        leaves,
      );
    });
  }

  it('sync: leaves out a record for another namespace, and syncs it to that of -n with --override', async () => {
    const namespace = await newNamespace(server());
    const args = ['sync', model, '-n', namespace, '--owner=vision', '--prune'];
    const refused = await server().run(args);
    assert.equal(refused.exitCode, 1);
    assert.match(
      refused.stderr,
      /"iris" is for namespace elsewhere, and this sync is for case-\d+: change one of them, or /,
    );
    const done = await server().run([...args, '--override']);
    assert.equal(done.exitCode, 0, done.stderr);
    const again = await server().run([...args, '--override', '--dry-run=server', '--exit-code']);
    assert.equal(again.exitCode, 0, again.stdout);
    const there = await list(server(), seldonPath(namespace));
    assert.deepEqual(
      there.map(({ metadata }) => metadata.name),
      ['iris'],
    );
  });

  it('finds and deletes with --override what was applied with it', async () => {
    const namespace = await newNamespace(server());
    const on = ['-f', model, '-n', namespace, '--override'];
    for (const line of [
      ['apply', ...on, '--wait'],
      ['status', ...on],
      ['delete', ...on],
    ]) {
      const finished = await server().run(line);
      assert.equal(finished.exitCode, 0, finished.stderr);
    }
    assert.deepEqual(await list(server(), seldonPath(namespace)), []);
  });

  it('refuses --override without a namespace to use', async () => {
    for (const args of [
      ['apply', '-f', model],
      ['sync', model],
      ['run', '-f', model, '-n', ''],
    ]) {
      const refused = await server().run([...args, '--override']);
      assert.equal(refused.exitCode, 2);
      assert.equal(
        refused.stderr,
        'error: --override needs -n and the namespace to use instead of those of the files\n',
      );
    }
  });
}
