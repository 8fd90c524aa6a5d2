import { readFileSync } from 'node:fs';
import { Api } from '../../src/cluster/api.ts';
import { kubeconfigFromText } from '../../src/cluster/kubeconfig.ts';
import { seldonDeploymentCrd } from '../../src/sandbox/operator/crd.ts';
import { startOperator } from '../../src/sandbox/operator/start.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { clusterClient } from './cluster-client.ts';
import { installationFrom, type SeldonInstallation, startSeldonOperator } from './seldon-operator.ts';
import { configureWebhook, startStandInWebhook } from './seldon-webhook.ts';

/** The operator that the behaviour is tried with, on a real control plane. */
export interface OperatorUnderTest {
  /** To be there before the controllers are. */
  customResourceDefinitions: readonly { metadata: { name: string } }[];
  start(controlPlane: ControlPlane): Promise<{ stop(): Promise<void> }>;
}

/**
 * The stand-in with its webhook; or, where SELDON_OPERATOR names its binary and SELDON_CRD the manifests of its chart, Seldon's own.
 * @throws {Error} if one of the two is missing, or cannot be read
 */
export function operatorUnderTest(workers: number, env: NodeJS.ProcessEnv = process.env): OperatorUnderTest {
  const { SELDON_OPERATOR: binary, SELDON_CRD: manifests } = env;
  if (!binary) return standIn(workers);
  if (!manifests)
    throw new Error('SELDON_OPERATOR needs SELDON_CRD: the manifests of its chart, as helm template prints them.');
  return seldonsOwn(binary, installationFrom(readFileSync(manifests, 'utf8')));
}

/** Whether the tests run with Seldon's own operator. */
export const isSeldonsOwn = Boolean(process.env.SELDON_OPERATOR);

function standIn(workers: number): OperatorUnderTest {
  return {
    customResourceDefinitions: [seldonDeploymentCrd],
    async start(controlPlane) {
      const webhook = await startStandInWebhook();
      await configureWebhook(apiOf(controlPlane, 'behaviour-test'), webhook);
      const operator = await startOperator(clusterClient(apiOf(controlPlane, 'stand-in-operator')), { workers });
      return {
        async stop() {
          await operator.stop();
          webhook.close();
        },
      };
    },
  };
}

function seldonsOwn(binary: string, installation: SeldonInstallation): OperatorUnderTest {
  return {
    customResourceDefinitions: [installation.customResourceDefinition],
    async start(controlPlane) {
      const api = apiOf(controlPlane, 'behaviour-test');
      const operator = await startSeldonOperator(binary, installation, controlPlane, api);
      await configureWebhook(api, operator.webhook, installation.webhook);
      return operator;
    },
  };
}

export function apiOf({ kubeconfigPath }: ControlPlane, userAgent: string): Api {
  return new Api(kubeconfigFromText(readFileSync(kubeconfigPath, 'utf8'), userAgent).connection);
}
