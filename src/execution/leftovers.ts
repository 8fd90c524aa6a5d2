import { kubectlName } from '../kubernetes/kubectl-name.ts';
import type { Observation } from '../lifecycle/waits/observation.ts';

/**
 * What of a deployment that was made is still in the cluster, owner first. The deployment itself counts until it was
 * seen to be gone: right after its making the watch may not have brought it yet.
 */
export function leftovers({ gone, owned }: Observation, name: string): string[] {
  const objects = [...owned.deployments, ...owned.replicaSets, ...owned.pods, ...owned.others];
  const itself = { kind: 'SeldonDeployment', metadata: { name } };
  return [...(gone ? [] : [itself]), ...objects].map(kubectlName);
}
