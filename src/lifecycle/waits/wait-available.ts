import type { Deployment } from '../../cluster/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type Answer, done, waiting } from './answer.ts';
import type { Asked, Observation } from './observation.ts';
import { seldonRollout } from './seldon-rollout.ts';

/** Whether the deployment is truly available: all that was asked for runs, and then the operator says so too. */
export function waitAvailable(observation: Observation, asked: Asked): Answer {
  const answer = seldonRollout(observation, asked);
  if (answer.state !== 'done' || !observation.deployment) return answer;
  return statusOfItsOwn(observation.deployment, observation.owned.deployments);
}

/**
 * The operator's own word, believed only after everything that it owns is right. With nothing left running it never
 * says Available (desired 0 replicas end in Creating), so there it is not asked.
 */
function statusOfItsOwn({ metadata, status }: SeldonDeployment, deployments: readonly Deployment[]): Answer {
  if (deployments.some(({ spec }) => (spec?.replicas ?? 1) === 0)) return done;
  const { state, description } = status ?? {};
  if (state !== 'Available') {
    const said = [state ?? 'nothing yet', description].filter(Boolean).join(': ');
    return waiting(`seldondeployment "${metadata.name}" to say Available: it says ${said}`);
  }
  for (const { metadata: own, spec } of deployments) {
    const reported = status?.deploymentStatus?.[own.name];
    if ((reported?.availableReplicas ?? 0) !== (spec?.replicas ?? 1)) {
      return waiting(`the operator to report deployment "${own.name}" with ${spec?.replicas ?? 1} available`);
    }
  }
  return done;
}
