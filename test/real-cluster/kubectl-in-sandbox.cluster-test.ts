import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { builtFile, runProcess } from '../behaviour/built-file.ts';
import { modelYaml } from '../behaviour/models.ts';
import { build } from '../control-plane/build.ts';
import { controlPlaneFolder } from '../control-plane/folders.ts';
import { ownEnvironment } from '../own-environment.ts';

describe('kubectl in the sandbox', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'sandbox-'));
  const kubeconfig = path.join(directory, 'sandbox.yaml');
  const model = path.join(directory, 'model.yaml');
  const env = ownEnvironment({ KUBECONFIG: kubeconfig });
  let sandbox: ChildProcess;
  let kubectlPath: string;

  before(async () => {
    kubectlPath = (await build(controlPlaneFolder(), () => {})).kubectl;
    writeFileSync(model, modelYaml());
    sandbox = spawn(process.execPath, [builtFile, 'sandbox', 'start', `--kubeconfig=${kubeconfig}`]);
    // It says that it is up when its kubeconfig is written.
    if (sandbox.stdout) await once(sandbox.stdout, 'data');
  });
  after(async () => {
    sandbox.kill('SIGINT');
    await once(sandbox, 'close');
    assert.equal(existsSync(kubeconfig), false, 'the kubeconfig goes with its cluster');
    rmSync(directory, { recursive: true });
  });

  const kubectl = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runProcess(kubectlPath, args, env);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  };

  it('applies a model, sees what it owns, and deletes it', async () => {
    const name = 'seldondeployment.machinelearning.seldon.io/iris';
    assert.equal(await kubectl('apply', '--server-side', '-f', model), `${name} serverside-applied\n`);
    await kubectl('wait', 'sdep/iris', '--for=jsonpath={.status.state}=Available', '--timeout=20s');
    assert.match(await kubectl('get', 'sdep'), /^NAME +AGE\niris +\d+s\n$/);
    assert.match(await kubectl('get', 'deployments'), /^iris-default-0-classifier +1\/1 +1 +1 +\d+s$/m);
    assert.match(
      await kubectl('events'),
      /^\d+s .*Normal +Scheduled +Pod\/iris-default-0-classifier-\S+ +Successfully assigned/m,
    );
    assert.match(await kubectl('delete', 'sdep', 'iris', '--cascade=foreground'), /"iris" deleted/);
    assert.equal(await kubectl('get', 'pods,deployments,services', '-l', 'seldon-deployment-id=iris'), '');
  });

  it('says that a model is scaled that is not, as on a real cluster', async () => {
    await kubectl('apply', '--server-side', '-f', model);
    await kubectl('wait', 'sdep/iris', '--for=jsonpath={.status.state}=Available', '--timeout=20s');
    assert.match(await kubectl('scale', 'sdep/iris', '--replicas=2'), /iris scaled\n$/);
    const state = ['get', 'sdep/iris', '-o', 'jsonpath={.status.state} {.status.replicas}'];
    assert.equal(await kubectl(...state), 'Available 1');
    await kubectl('delete', 'sdep', 'iris', '--cascade=foreground');
  });

  it('sees events as they come, while the plugin runs a model', async () => {
    const watching = spawn(kubectlPath, ['events', '-w'], { env });
    let seen = '';
    watching.stdout.setEncoding('utf8').on('data', (text) => {
      seen += text;
    });
    const finished = await runProcess(process.execPath, [builtFile, 'run', '-f', model], env);
    assert.equal(finished.exitCode, 0, finished.stderr);
    watching.kill();
    await once(watching, 'close');
    assert.match(seen, /Killing +Pod\/iris-default-0-classifier-/);
  });
});
