import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { modelYaml } from './models.ts';
import { newNamespace, type ServerUnderTest } from './server-under-test.ts';

/** A run in a container: nothing but a home in which a kubeconfig is mounted. */
export function containerCases(server: () => ServerUnderTest): void {
  /** KUBECONFIG is not set in there; the rest is as the image has it. */
  const withHome = async (text: string | undefined, test: (env: Record<string, string>) => Promise<void>) => {
    const home = mkdtempSync(path.join(tmpdir(), 'container-'));
    const folder = path.join(home, '.kube');
    mkdirSync(folder);
    if (text !== undefined) writeFileSync(path.join(folder, 'config'), text, { mode: 0o400 });
    chmodSync(folder, 0o500);
    chmodSync(home, 0o500);
    try {
      await test({ KUBECONFIG: '', HOME: home, NODE_DISABLE_COMPILE_CACHE: '1' });
      assert.deepEqual(readdirSync(folder), text === undefined ? [] : ['config'], 'nothing is written beside it');
      assert.deepEqual(readdirSync(home), ['.kube']);
    } finally {
      for (const one of [home, folder]) chmodSync(one, 0o700);
      rmSync(home, { recursive: true });
    }
  };

  it('takes a model through its life with a kubeconfig that is mounted read-only, and a manifest on standard input', async () => {
    const namespace = await newNamespace(server());
    await withHome(readFileSync(server().kubeconfig, 'utf8'), async (env) => {
      const finished = await server().run(['run', '-f', '-', '-n', namespace], { stdin: modelYaml(), env });
      assert.equal(finished.exitCode, 0, finished.stderr);
      assert.match(finished.stdout, /"iris" deleted from case-\d+ namespace$/m);
    });
  });

  it('says that there is no kubeconfig where none is mounted, with exit code 3 and no stack', async () => {
    await withHome(undefined, async (env) => {
      const { exitCode, stdout, stderr } = await server().run(['list'], { env });
      assert.deepEqual([exitCode, stdout], [3, '']);
      assert.match(stderr, /^error: .*kubeconfig/);
      assert.doesNotMatch(stderr, /^ +at /m);
    });
  });
}
