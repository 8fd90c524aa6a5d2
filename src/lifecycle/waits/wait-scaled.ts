import { type ExpectedDeployment, expectedDeployments } from '../../seldon/expected-deployments.ts';
import { isAskedFor, replicasInWords, type ScaleRequest } from '../../seldon/scale-request.ts';
import { type Answer, failed, waiting } from './answer.ts';
import type { Desired, Observation } from './observation.ts';
import { waitAvailable } from './wait-available.ts';

/**
 * Whether every Deployment that was asked for has exactly that many replicas and all of them are available, and
 * everything else is as it should be. The same rule as available, put to the spec as it is after scaling, once that spec
 * is seen to ask for this number: a number at a level that something more specific overrides would be "scaled" at once
 * and change nothing.
 */
export function waitScaled(observation: Observation, desired: Desired, request: ScaleRequest): Answer {
  const unmoved = expectedDeployments(desired.deployment).filter(
    (one) => isAskedFor(one, request) && !isGovernedRight(one, request),
  );
  if (unmoved.length === 0) return waitAvailable(observation, desired);
  const why = unmoved.map(({ name, replicas }) => `deployment "${name}" ${governor(replicas)}`).join(', ');
  const instead =
    request.through === 'subresource'
      ? 'the scale subresource only changes spec.replicas; --scale-through=spec changes the field that takes effect'
      : 'somebody else changed the deployment';
  return failed(`${why}: ${instead}`);
}

/**
 * The same for who waits for a number that somebody else sets, by whatever way: what counts is what each Deployment of a
 * model asks for itself, by an autoscaler too. That it is not asked for yet is no failure here.
 */
export function waitScaledByAnybody(seen: Observation, desired: Desired, replicas: number): Answer {
  const models = expectedDeployments(desired.deployment).filter(({ role }) => role === 'model');
  for (const { name, otherName } of models) {
    const found = seen.owned.deployments.find(({ metadata }) => metadata.name === name || metadata.name === otherName);
    const count = found?.spec?.replicas ?? 1;
    if (found && count !== replicas) {
      return waiting(`deployment "${found.metadata.name}" to be set to ${replicas} replicas (now ${count})`);
    }
  }
  return waitAvailable(seen, desired);
}

/** What scaling comes to, as it completes "to be". Where something has 0 replicas the state ends in Creating. */
export function scaledGoal({ deployment }: Desired, { replicas, predictor }: ScaleRequest): string {
  const counts = expectedDeployments(deployment).map((one) => one.replicas);
  const where = predictor === undefined ? '' : ` in predictor "${predictor}"`;
  const never = counts.some((one) => one.governedBy === 'field' && one.count === 0)
    ? ' (the operator never reports Available while a deployment has 0 replicas)'
    : '';
  return `${replicas === 0 ? 'scaled to' : 'available with'} ${replicasInWords(replicas)}${where}${never}`;
}

function isGovernedRight({ replicas }: ExpectedDeployment, request: ScaleRequest): boolean {
  return replicas.governedBy === 'field' && replicas.count === request.replicas;
}

function governor(replicas: ExpectedDeployment['replicas']): string {
  switch (replicas.governedBy) {
    case 'field':
      return `stays at ${replicas.count}, set by ${replicas.path}`;
    case 'autoscaler':
      return `is scaled by ${replicas.path}`;
    default:
      return 'keeps its replicas, because no field sets their number';
  }
}
