import { expectedDeployments } from '../seldon/expected-deployments.ts';
import { type Answer, failed } from './answer.ts';
import type { Asked, Observation } from './observation.ts';
import { waitAvailable } from './wait-available.ts';

/**
 * Whether every model Deployment has exactly `replicas` replicas and all of them are available. The same rule as
 * available, put to the spec as it is after scaling, once that spec is seen to ask for this number everywhere: a number
 * at a level that something more specific overrides would be "scaled" at once and change nothing.
 */
export function waitScaled(observation: Observation, asked: Asked, replicas: number): Answer {
  for (const { name, role, replicas: expected } of expectedDeployments(asked.deployment)) {
    if (role === 'model' && !(expected.governedBy === 'field' && expected.count === replicas)) {
      const governor = expected.governedBy === 'field' ? `${expected.path} (${expected.count})` : expected.governedBy;
      return failed(`deployment "${name}" cannot come to ${replicas} replicas: it is governed by ${governor}`);
    }
  }
  return waitAvailable(observation, asked);
}
