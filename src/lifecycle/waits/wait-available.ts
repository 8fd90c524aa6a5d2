import type { Deployment } from '../../kubernetes/objects.ts';
import { ownValue } from '../../own-values.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type Answer, done, ifUpToDate, waiting } from './answer.ts';
import type { Desired, Observation } from './observation.ts';
import { seldonRollout } from './seldon-rollout.ts';

/** Whether the deployment is truly available: all that was asked for runs, and then the operator says so too. */
export function waitAvailable(observation: Observation, desired: Desired): Answer {
  const answer = seldonRollout(observation, desired);
  if (answer.state !== 'done' || !observation.deployment) return ifUpToDate(answer, observation);
  return ifUpToDate(statusOfItsOwn(observation.deployment, observation.owned.deployments), observation);
}

/**
 * The operator's own word, believed only after everything that it owns is right: that it has counted what runs, and says
 * Available. Where anything has 0 replicas it never says that (the state ends in Creating), so there the counts have to
 * do; a count of 0 is written as absence. status.replicas is not read: it belongs to the first Deployment alone, is
 * written together with its count, and goes stale when predictors change places.
 */
function statusOfItsOwn({ metadata, status }: SeldonDeployment, deployments: readonly Deployment[]): Answer {
  const { state, description } = status ?? {};
  const hasNone = deployments.some(({ spec }) => spec?.replicas === 0);
  const isSaid = state === 'Available' || (hasNone && state === 'Creating');
  if (!isSaid) {
    const said = [state ?? 'none', description].filter(Boolean).join(': ');
    return waiting(
      `the operator to report seldondeployment "${metadata.name}" as ${hasNone ? 'Creating' : 'Available'} (status: ${said})`,
    );
  }
  for (const { metadata: own, spec } of deployments) {
    const wanted = spec?.replicas ?? 1;
    const { replicas = 0, availableReplicas = 0 } = ownValue(status?.deploymentStatus, own.name) ?? {};
    if (replicas !== wanted || availableReplicas !== wanted) {
      return waiting(`the operator to report deployment "${own.name}" with ${wanted} available`);
    }
  }
  return done;
}
