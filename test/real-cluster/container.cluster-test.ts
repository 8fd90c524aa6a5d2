import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runProcess } from '../behaviour/built-file.ts';
import { modelYaml } from '../behaviour/models.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';
import { ownEnvironment } from '../own-environment.ts';
import { type ImageRoot, makeImageRoot } from './image-root.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

const USER = 1_234;

describe('The image, with the kubeconfig of its user mounted as docs/container.md says', () => {
  let cluster: RealCluster;
  let image: ImageRoot | undefined;
  before(async () => {
    cluster = await startRealCluster('container');
    image = makeImageRoot();
  });
  after(async () => {
    image?.remove();
    await cluster.stop();
  });

  const run = async (root: ImageRoot, args: readonly string[], user: string, stdin = '') => {
    const [program, all] = root.command(args, user);
    return await runProcess(program, all, { PATH: process.env.PATH, ...root.env }, { stdin });
  };

  it('takes a model through its life as a user who has no name there and alone may read the kubeconfig', async (test) => {
    if (!image) return test.skip('only root may change the root of a process');
    const { kubectlPath } = cluster.controlPlane;
    const flat = ['config', 'view', '--raw', '--flatten', '--minify'];
    const kubeconfig = await runProcess(kubectlPath, flat, ownEnvironment({ KUBECONFIG: cluster.kubeconfig }));
    assert.equal(kubeconfig.exitCode, 0, kubeconfig.stderr);
    image.mount(`${image.env.HOME}/.kube/config`, kubeconfig.stdout, USER);
    const namespace = await newNamespace(cluster);
    const args = ['run', '-f', '-', '-n', namespace];
    const finished = await run(image, args, `${USER}:${USER}`, modelYaml());
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.match(finished.stdout, /"iris" deleted from case-\d+ namespace$/m);
    const another = await run(image, ['list'], '65532:65532');
    assert.equal(another.exitCode, 2);
    assert.match(another.stderr, /^error: .*\/home\/user\/\.kube\/config.*EACCES/);
  });

  it('prints the help where no arguments follow its name', async (test) => {
    if (!image) return test.skip('only root may change the root of a process');
    const { exitCode, stdout } = await run(image, [], '65532:65532');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Basic Commands:$/m);
  });
});
