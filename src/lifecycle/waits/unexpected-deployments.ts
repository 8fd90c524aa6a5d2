import type { Deployment } from '../../kubernetes/objects.ts';
import { ownValue } from '../../own-values.ts';
import { expectedDeployments, isNamed } from '../../seldon/expected-deployments.ts';
import type { Desired, Observation } from './observation.ts';

/** How long a Deployment may be there that nothing explains, before it is worth a word. */
export const UNEXPECTED_AFTER_MS = 10_000;

/**
 * What to say of a Deployment that belongs to the SeldonDeployment although its spec does not call for it: an operator
 * of another version may name it otherwise, somebody may have changed the spec, or the operator has forgotten it. One
 * that the new ones are still replacing is no surprise: the operator removes it when they are ready, and until then its
 * status names it (completeServiceCreation in operator/controllers/seldondeployment_controller.go at Seldon Core
 * v1.18.2).
 */
export function unexpectedDeployments({ deployment, owned }: Observation, desired: Desired): string | undefined {
  const expected = expectedDeployments(desired.deployment);
  const missing = expected.filter((one) => !owned.deployments.some(({ metadata }) => isNamed(one, metadata.name)));
  const isBeingReplaced = ({ metadata }: Deployment) =>
    missing.length === 0 &&
    deployment?.status?.state !== 'Available' &&
    ownValue(deployment?.status?.deploymentStatus, metadata.name) !== undefined;
  const strangers = owned.deployments.filter(
    (one) =>
      !one.metadata.deletionTimestamp &&
      !expected.some((other) => isNamed(other, one.metadata.name)) &&
      !isBeingReplaced(one),
  );
  if (strangers.length === 0) return undefined;
  const { name } = desired.deployment.metadata;
  const found = strangers.map(({ metadata }) => `"${metadata.name}"`).join(', ');
  const wanted = expected.map((one) => (missing.includes(one) ? `"${one.name}" (missing)` : `"${one.name}"`));
  return `seldondeployment "${name}" owns ${strangers.length === 1 ? 'a deployment that its' : 'deployments that its'} spec does not include: ${found}; expected: ${wanted.join(', ') || 'none'}`;
}
