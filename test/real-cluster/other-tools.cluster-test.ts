import { after, before, describe } from 'node:test';
import { runProcess } from '../behaviour/built-file.ts';
import { runInProcess } from '../behaviour/in-process.ts';
import { otherToolsMatrix } from '../behaviour/other-tools-matrix.ts';
import { ownEnvironment } from '../own-environment.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';

describe('What other tools have made, on a real control plane', { concurrency: 2 }, () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('other-tools');
  });
  after(() => cluster.stop());

  otherToolsMatrix(
    // A process for each of some 1,600 commands would take five times as long.
    () => ({ ...cluster, run: (args, options) => runInProcess(cluster.kubeconfig, args, options) }),
    (args, { stdin, env } = {}) => {
      const environment = ownEnvironment({ KUBECONFIG: cluster.kubeconfig, ...env });
      return runProcess(cluster.controlPlane.kubectlPath, args, environment, stdin === undefined ? {} : { stdin });
    },
  );
});
