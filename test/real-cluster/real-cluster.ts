import { readFileSync } from 'node:fs';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { clusterClient } from '../../src/sandbox/operator/cluster-client.ts';
import { seldonDeploymentCrd } from '../../src/sandbox/operator/crd.ts';
import { startOperator } from '../../src/sandbox/operator/start.ts';
import { runBuiltFile } from '../behaviour/built-file.ts';
import type { ServerUnderTest } from '../behaviour/server-under-test.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { startPodNetwork } from '../control-plane/pod-network.ts';
import { startModelServer } from '../model-server.ts';

export interface RealCluster extends ServerUnderTest {
  controlPlane: ControlPlane;
  stop(): Promise<void>;
}

/**
 * A real API server with real controllers, and the stand-in operator beside them; the built file runs against it. `workers`:
 * how many deployments the operator looks after at a time; the real one does one after the other.
 */
export async function startRealCluster(name: string, { workers = 1 } = {}): Promise<RealCluster> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const model = await startModelServer();
  const pods = await startPodNetwork(model.port);
  const customResourceDefinitions = [seldonDeploymentCrd];
  const controlPlane = await startControlPlane({ name, log, customResourceDefinitions, podNetwork: pods.socket });
  const kubeconfig = controlPlane.kubeconfigPath;
  const apiAs = (userAgent: string) =>
    new Api(kubeconfigFromText(readFileSync(kubeconfig, 'utf8'), userAgent).connection);
  const operator = await startOperator(clusterClient(apiAs('stand-in-operator')), { workers });
  return {
    name: 'real control plane',
    kubeconfig,
    controlPlane,
    api: apiAs('behaviour-test'),
    run: (args, options) => runBuiltFile(kubeconfig, args, options),
    async stop() {
      await operator.stop();
      await controlPlane.stop();
      await pods.close();
      await model.close();
    },
  };
}
