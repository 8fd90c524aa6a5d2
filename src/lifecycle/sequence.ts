import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { explain } from './api-errors.ts';
import { apply } from './apply-step.ts';
import type { Asked } from './observation.ts';
import { inReplicas, scale } from './scale-step.ts';
import type { Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import { waitAvailable } from './wait-available.ts';
import { waitDeleted } from './wait-deleted.ts';
import { waitScaled } from './wait-scaled.ts';
import { waitStep } from './wait-step.ts';

/** The order of the steps that one deployment goes through after its namespace is there: apply, wait, scale, wait, delete, wait. */
export async function runSequence(
  manifest: SeldonDeployment,
  replicas: number,
  steps: Steps,
  around: Surroundings,
): Promise<void> {
  const created = await steps.take('apply', async () => {
    around.signal.throwIfAborted();
    const result = await apply(manifest, around.cluster);
    return { result, message: 'serverside-applied' };
  });
  around.onCreated(created.uid);
  await waitStep('wait-available', steps, around, created.uid, 'available', (seen) => waitAvailable(seen, created));

  const scaled = await steps.take('scale', () => scale(manifest, created, replicas, around));
  await waitStep('wait-scaled', steps, around, scaled.uid, `available with ${inReplicas(replicas)}`, (seen) =>
    waitScaled(seen, scaled, replicas),
  );

  await steps.take('delete', () => remove(created, around));
  await waitStep('wait-deleted', steps, around, created.uid, 'deleted', waitDeleted);
}

async function remove(created: Asked, { cluster, signal }: Surroundings) {
  signal.throwIfAborted();
  const { name, namespace = '' } = created.deployment.metadata;
  await cluster
    .delete(namespace, name, created.uid, 'Foreground')
    .catch((error) => explain(error, `delete seldondeployment "${name}"`));
  return { result: undefined, message: 'deletion requested (foreground)' };
}
