import { ownValue } from '../own-values.ts';
import type { GraphNode } from './seldon-deployment.ts';
import type { OperatorSettings } from './settings.ts';

/** These run inside the executor; every other name is taken for a prepackaged server, known or not. */
const builtIn = ['UNKNOWN_IMPLEMENTATION', 'SIMPLE_MODEL', 'SIMPLE_ROUTER', 'RANDOM_ABTEST', 'AVERAGE_COMBINER'];

/** Source: IsPrepack in operator/apis/machinelearning.seldon.io/v1/prepack.go. */
export function isPrepackaged(node: GraphNode): boolean {
  return !!node.implementation && !builtIn.includes(node.implementation);
}

/** Whether the protocol is the open inference protocol, under either of its names. */
export const isV2 = (protocol: string | undefined) => protocol === 'v2' || protocol === 'kfserving';

/** Source: PrepackImageName in operator/apis/machinelearning.seldon.io/v1/prepack.go. */
export function serverImage(
  { servers }: OperatorSettings,
  implementation: string,
  protocol = 'seldon',
): string | undefined {
  const byProtocol = ownValue(servers, implementation);
  if (isV2(protocol)) return byProtocol?.v2;
  return protocol === 'tensorflow' ? byProtocol?.tensorflow : byProtocol?.seldon;
}
