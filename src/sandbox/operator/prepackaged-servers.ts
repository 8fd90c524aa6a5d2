import { ownValue } from '../../own-values.ts';
import type { GraphNode } from './seldon-deployment.ts';

/**
 * The model servers that a graph node names by `implementation` instead of a container, with the image that a default
 * installation has for each protocol.
 * Source: IsPrepack and PrepackImageName in operator/apis/machinelearning.seldon.io/v1/prepack.go; predictor_servers in
 * the ConfigMap seldon-config of helm-charts/seldon-core-operator.
 */
const images: Record<string, { seldon?: string; tensorflow?: string; v2?: string }> = {
  HUGGINGFACE_SERVER: { v2: 'seldonio/mlserver:1.6.0-huggingface' },
  MLFLOW_SERVER: { seldon: 'seldonio/mlflowserver:1.18.2', v2: 'seldonio/mlserver:1.6.0-mlflow' },
  SKLEARN_SERVER: { seldon: 'seldonio/sklearnserver:1.18.2', v2: 'seldonio/mlserver:1.6.0-sklearn' },
  TEMPO_SERVER: { v2: 'seldonio/mlserver:1.6.0-slim' },
  TENSORFLOW_SERVER: { seldon: 'seldonio/tfserving-proxy:1.18.2', tensorflow: 'tensorflow/serving:2.1.0' },
  TRITON_SERVER: { v2: 'nvcr.io/nvidia/tritonserver:21.08-py3' },
  XGBOOST_SERVER: { seldon: 'seldonio/xgboostserver:1.18.2', v2: 'seldonio/mlserver:1.6.0-xgboost' },
};

export const explainerImage = 'seldonio/alibiexplainer:1.18.2';
export const storageInitializerImage = 'seldonio/rclone-storage-initializer:1.18.2';

/** These run inside the executor; every other name is taken for a prepackaged server, known or not. */
const builtIn = ['UNKNOWN_IMPLEMENTATION', 'SIMPLE_MODEL', 'SIMPLE_ROUTER', 'RANDOM_ABTEST', 'AVERAGE_COMBINER'];

export function isPrepackaged(node: GraphNode): boolean {
  return !!node.implementation && !builtIn.includes(node.implementation);
}

export const isKnownServer = (implementation: string) => Object.hasOwn(images, implementation);

export function serverImage(implementation: string, protocol = 'seldon'): string | undefined {
  const byProtocol = ownValue(images, implementation);
  if (protocol === 'v2' || protocol === 'kfserving') return byProtocol?.v2;
  return protocol === 'tensorflow' ? byProtocol?.tensorflow : byProtocol?.seldon;
}
