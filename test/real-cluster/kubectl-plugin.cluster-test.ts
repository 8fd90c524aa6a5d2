import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { builtFile, runProcess } from '../behaviour/built-file.ts';
import { model, modelYaml } from '../behaviour/models.ts';
import { summaryOf } from '../behaviour/reports.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';
import { ownEnvironment } from '../own-environment.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

describe('As a plugin of kubectl', () => {
  let cluster: RealCluster;
  const directory = mkdtempSync(path.join(tmpdir(), 'plugin-'));
  before(async () => {
    cluster = await startRealCluster('plugin');
    symlinkSync(builtFile, path.join(directory, 'kubectl-seldon_lifecycle'));
    symlinkSync(process.execPath, path.join(directory, 'node'));
  });
  after(async () => {
    await cluster.stop();
    rmSync(directory, { recursive: true });
  });

  const kubectl = (args: string[], stdin?: string) => {
    const env = ownEnvironment({ PATH: `${directory}:${process.env.PATH}`, KUBECONFIG: cluster.kubeconfig });
    return runProcess(cluster.controlPlane.kubectlPath, args, env, stdin === undefined ? {} : { stdin });
  };

  it('runs a file', async () => {
    const namespace = await newNamespace(cluster);
    const file = path.join(directory, 'model.yaml');
    writeFileSync(file, modelYaml());
    const finished = await kubectl(['seldon-lifecycle', 'run', '-f', file, '-n', namespace]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, new RegExp(`"iris" deleted from ${namespace} namespace`));
  });

  it('runs JSON from standard input and ends with a summary', async () => {
    const namespace = await newNamespace(cluster);
    const args = ['seldon-lifecycle', 'run', '-f', '-', '-o', 'json', '-n', namespace];
    const finished = await kubectl(args, JSON.stringify(model()));
    assert.equal(summaryOf(finished).outcome, 'succeeded');
  });

  it('hands its exit code on', async () => {
    const finished = await kubectl(['seldon-lifecycle', 'run', '-f', 'no-such-file.yaml']);
    assert.equal(finished.exitCode, 2);
    assert.match(finished.stderr, /the path "no-such-file\.yaml" does not exist/);
  });

  it('refuses flags in kubectl’s words, but with its own exit code for wrong usage', async () => {
    for (const flags of [['--foo'], ['-y'], ['-Ry'], ['-n'], ['-Rn'], ['--namespace'], ['---x'], ['--=x'], ['-f']]) {
      const theirs = await kubectl(['get', ...flags]);
      const ours = await kubectl(['seldon-lifecycle', 'run', ...flags]);
      const expected = theirs.stderr
        .replace(/^Error:/, 'error:')
        .replace('kubectl get', 'kubectl seldon-lifecycle run');
      assert.deepEqual([ours.stderr, ours.exitCode], [expected, 2], flags.join(' '));
    }
  });

  it('lays its help out as kubectl does', async () => {
    const parts = (help: string) => {
      const headings = help.match(/^(Examples|Options|Usage):$/gm);
      const lastLine = help.trimEnd().split('\n').at(-1);
      const option = /^ {4}-f, --filename=\[\]:\n\t\S.*$/m.test(help);
      return { headings, option, lastLine, bool: /^ {4}-R, --recursive=false:$/m.test(help) };
    };
    const theirs = parts((await kubectl(['apply', '--help'])).stdout);
    const ours = parts((await kubectl(['seldon-lifecycle', 'run', '--help'])).stdout);
    assert.deepEqual(ours, { ...theirs, lastLine: theirs.lastLine?.replace('kubectl', 'kubectl seldon-lifecycle') });
  });

  it('is listed without a warning', async () => {
    const { stdout, stderr } = await kubectl(['plugin', 'list']);
    assert.match(stdout, /kubectl-seldon_lifecycle$/m);
    assert.doesNotMatch(stderr, /seldon_lifecycle/);
  });
});
