import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runProcess } from '../behaviour/built-file.ts';
import { modelYaml } from '../behaviour/models.ts';
import { newNamespace } from '../behaviour/server-under-test.ts';
import { ownEnvironment } from '../own-environment.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

const SECRET = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: key}\ndata: ${data}\n---\n`;

describe('diff beside kubectl diff', () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('diff');
  });
  after(() => cluster.stop());

  for (const [sentence, first, second] of [
    ['an object that is not there', undefined, modelYaml()],
    ['a change', modelYaml(), modelYaml({ replicas: 3, tag: '2.0' })],
    [
      'a Secret beside it',
      SECRET('{a: eA==, b: eQ==}') + modelYaml(),
      SECRET('{b: eg==, c: eA==}') + modelYaml({ replicas: 2 }),
    ],
    ['nothing', modelYaml(), modelYaml()],
  ] as const) {
    it(`prints of ${sentence} what kubectl prints`, async () => {
      const namespace = await newNamespace(cluster);
      if (first !== undefined) {
        const applied = await cluster.run(['apply', '-f', '-', '--wait', '-n', namespace], { stdin: first });
        assert.equal(applied.exitCode, 0, applied.stderr);
      }
      const ours = await cluster.run(['diff', '-f', '-', '-n', namespace], { stdin: second });
      const args = ['--server-side', '--field-manager=kubectl-seldon-lifecycle', '-f', '-', '-n', namespace];
      const env = ownEnvironment({ KUBECONFIG: cluster.kubeconfig });
      const theirs = await runProcess(cluster.controlPlane.kubectlPath, ['diff', ...args], env, { stdin: second });
      assert.deepEqual([ours.stderr, theirs.stderr], ['', '']);
      assert.deepEqual([ours.exitCode, theirs.exitCode], ours.stdout === '' ? [0, 0] : [7, 1]);
      assert.deepEqual(byObject(ours.stdout), byObject(theirs.stdout));
    });
  }
});

/** Without what differs from one run to the next: folders, the times of files, and what an object has by chance. */
function byObject(text: string): string[] {
  return text
    .replaceAll(/\S*\/?(LIVE|MERGED)[-\d]*\//g, '$1/')
    .replaceAll(/^((?:---|\+\+\+) \S+)\t.*$/gm, '$1')
    .replaceAll(/(creationTimestamp|uid|resourceVersion): .*/g, '$1')
    .split(/^(?=diff )/m)
    .sort();
}
