import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { builtFile, runProcess } from '../behaviour/built-file.ts';
import { model } from '../behaviour/models.ts';
import { newNamespace, seldonPath } from '../behaviour/server-under-test.ts';
import { ownEnvironment } from '../own-environment.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

/** `kubectl __complete` is what kubectl's own completion scripts ask. */
describe('Completion through kubectl', () => {
  let cluster: RealCluster;
  let namespace: string;
  const directory = mkdtempSync(path.join(tmpdir(), 'plugin-'));
  const completer = path.join(directory, 'kubectl_complete-seldon_lifecycle');

  before(async () => {
    cluster = await startRealCluster('completion');
    symlinkSync(builtFile, path.join(directory, 'kubectl-seldon_lifecycle'));
    symlinkSync(process.execPath, path.join(directory, 'node'));
    namespace = await newNamespace(cluster);
    await cluster.api.call({ method: 'POST', path: seldonPath(namespace), body: model() });
  });
  after(async () => {
    await cluster.stop();
    rmSync(directory, { recursive: true });
  });

  const kubectl = (...args: string[]) => {
    const env = ownEnvironment({ PATH: `${directory}:${process.env.PATH}`, KUBECONFIG: cluster.kubeconfig });
    return runProcess(cluster.controlPlane.kubectlPath, args, env);
  };
  /** The candidates, and last the directive. */
  const completed = async (...words: string[]) => {
    const { stdout } = await kubectl('__complete', 'seldon-lifecycle', ...words);
    return stdout.trimEnd().split('\n');
  };

  it('is what completion install sets up, without a warning of kubectl plugin list', async () => {
    const installed = await kubectl('seldon-lifecycle', 'completion', 'install');
    assert.equal(installed.stdout, `${completer} created\n`);
    const { stdout, stderr } = await kubectl('plugin', 'list');
    assert.match(stdout, /kubectl-seldon_lifecycle$/m);
    assert.doesNotMatch(stdout + stderr, /warning|kubectl_complete/i);
  });

  it('offers commands with their descriptions', async () => {
    const lines = await completed('');
    assert.ok(
      lines.includes('run\tDeploy, scale and delete SeldonDeployments, and show every event of everything they own'),
    );
    assert.equal(lines.at(-1), ':4');
  });

  it('offers flags and their words', async () => {
    assert.match((await completed('run', '--clean')).join('\n'), /^--cleanup\t.*\n:4$/);
    assert.deepEqual(await completed('run', '--cleanup', ''), ['on-success', 'on-interrupt', 'always', 'never', ':4']);
    assert.deepEqual(await completed('run', '--cleanup=a'), ['always', ':4']);
  });

  it('offers manifests for -f, and files for --kubeconfig', async () => {
    assert.deepEqual(await completed('run', '-f', ''), ['json', 'yaml', 'yml', ':8']);
    assert.deepEqual(await completed('run', '--kubeconfig', ''), [':0']);
  });

  it('offers the namespaces of the cluster, and the contexts of the kubeconfig', async () => {
    assert.ok((await completed('run', '-n', '')).includes(namespace));
    assert.deepEqual(await completed('run', '-n', 'kube-sys'), ['kube-system', ':4']);
    const context = (await kubectl('config', 'current-context')).stdout.trim();
    assert.deepEqual(await completed('run', '--context', ''), [context, ':4']);
  });

  it('offers the names of deployments, in the namespace that the line names', async () => {
    assert.deepEqual(await completed('delete', '-n', namespace, ''), ['iris', ':4']);
    assert.deepEqual(await completed('wait', `-n${namespace}`, '--for=available', 'sdep/'), ['sdep/iris', ':4']);
    assert.deepEqual(await completed('delete', '-n', 'default', ''), [':4']);
    assert.deepEqual(await completed('delete', '-A', 'iris', ''), [':4']);
  });

  it('does not hang at a server that accepts and says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    try {
      const finished = await kubectl(
        '__complete',
        'seldon-lifecycle',
        'run',
        '-s',
        `http://127.0.0.1:${port}`,
        '-n',
        '',
      );
      assert.equal(finished.stdout, ':4\n');
    } finally {
      silent.close();
    }
  });

  it('works as npm links it', async () => {
    rmSync(completer);
    symlinkSync(path.join(path.dirname(builtFile), 'kubectl_complete-seldon_lifecycle.cjs'), completer);
    assert.deepEqual(await completed('run', '--cascade', 'b'), ['background', ':4']);
    assert.equal((await kubectl('seldon-lifecycle', 'completion', 'install')).stdout, `${completer} unchanged\n`);
  });
});
