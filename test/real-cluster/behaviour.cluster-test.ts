import { after, before, describe } from 'node:test';
import { behaviourCases } from '../behaviour/behaviour-cases.ts';
import { processCases } from '../behaviour/interruption-cases.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';
import { serviceAccountWith } from './service-account.ts';

describe('On a real control plane', { concurrency: 3 }, () => {
  let cluster: RealCluster;
  before(async () => {
    cluster = await startRealCluster('behaviour');
  });
  after(() => cluster.stop());

  behaviourCases(
    () => cluster,
    // The server's own RBAC.
    async (namespace, rules) => {
      const { kubeconfig, forget } = await serviceAccountWith(cluster, namespace, 'account', rules);
      return { kubeconfig, close: forget };
    },
  );
  // Signals take a process of their own.
  processCases(() => cluster);
});
