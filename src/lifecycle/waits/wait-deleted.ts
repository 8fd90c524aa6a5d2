import type { KubernetesObject } from '../../cluster/objects.ts';
import { type Answer, done, waiting } from './answer.ts';
import type { Observation } from './observation.ts';

/**
 * Whether the deployment and everything it owned is gone. The deployment's own disappearance is not enough: with a
 * background deletion its pods live on for their whole grace period.
 */
export function waitDeleted({ deployment, gone, owned, missingKinds }: Observation): Answer {
  if (missingKinds.length > 0) return waiting(`the API server to list ${missingKinds.join(', ')}`);
  const remaining = [...owned.pods, ...owned.replicaSets, ...owned.deployments, ...owned.others];
  if (gone && remaining.length === 0) return done;
  if (remaining.length === 0)
    return waiting(`seldondeployment "${deployment?.metadata.name}" to be gone${finalizers(deployment)}`);
  const [first, ...others] = remaining;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return waiting(`${first?.kind?.toLowerCase()}/${first?.metadata.name}${finalizers(first)}${more} to be gone`);
}

function finalizers(object: KubernetesObject | undefined): string {
  const names = object?.metadata.finalizers?.filter((name) => name !== 'foregroundDeletion') ?? [];
  return names.length > 0 ? ` (finalizers: ${names.join(', ')})` : '';
}
