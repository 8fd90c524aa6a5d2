import { runBuiltFile } from '../behaviour/built-file.ts';
import type { ServerUnderTest } from '../behaviour/server-under-test.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { startPodNetwork } from '../control-plane/pod-network.ts';
import { startModelServer } from '../model-server.ts';
import { apiOf, isSeldonsOwn, operatorUnderTest } from './operator-under-test.ts';

export interface RealCluster extends ServerUnderTest {
  controlPlane: ControlPlane;
  stop(): Promise<void>;
}

/**
 * A real API server with real controllers, and an operator beside them: see operator-under-test.ts; the built file runs against
 * it. `workers`: how many deployments the stand-in looks after at a time; the real one does one after the other.
 */
export async function startRealCluster(name: string, { workers = 1 } = {}): Promise<RealCluster> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const underTest = operatorUnderTest(workers);
  const { customResourceDefinitions } = underTest;
  const model = await startModelServer();
  const pods = await startPodNetwork(model.port);
  const closers: (() => Promise<void>)[] = [() => pods.close(), () => model.close()];
  const stop = async () => {
    for (const close of closers) await close();
  };
  const orStop = async (error: unknown) => {
    await stop();
    throw error;
  };
  const starting = startControlPlane({ name, log, customResourceDefinitions, podNetwork: pods.socket });
  const controlPlane = await starting.catch(orStop);
  closers.unshift(() => controlPlane.stop());
  const operator = await underTest.start(controlPlane).catch(orStop);
  closers.unshift(() => operator.stop());
  return {
    name: isSeldonsOwn ? "real control plane with Seldon's own operator" : 'real control plane',
    kubeconfig: controlPlane.kubeconfigPath,
    controlPlane,
    api: apiOf(controlPlane, 'behaviour-test'),
    run: (args, options) => runBuiltFile(controlPlane.kubeconfigPath, args, options),
    stop,
  };
}
