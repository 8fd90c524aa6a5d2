import { type Advice, advice, kubectl } from '../../advice/advice.ts';
import { kubectlName } from '../../kubernetes/kubectl-name.ts';
import type { Observation } from '../waits/observation.ts';
import { finalizersOf } from '../waits/wait-deleted.ts';

/** What to do about what finalizers keep from going: a line for each object. */
export function heldBack({ deployment, owned }: Observation, namespace: string): Advice[] {
  const itself = deployment ? [{ ...deployment, kind: 'SeldonDeployment' }] : [];
  return [...owned.pods, ...owned.replicaSets, ...owned.deployments, ...owned.others, ...itself]
    .filter((object) => finalizersOf(object).length > 0)
    .map((object) => {
      const name = kubectlName(object);
      const patch = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
      const letGo = kubectl(['patch', name, ...patch], { namespace });
      return advice`${name} stays until somebody takes ${finalizersOf(object).join(', ')} from its finalizers.${advice` If whoever set that is gone: ${letGo}`}`;
    });
}
