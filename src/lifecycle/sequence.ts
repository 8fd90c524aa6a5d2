import type { Manifest } from '../manifests/manifest.ts';
import { apply } from './apply-step.ts';
import { deleteAndWait } from './delete-step.ts';
import type { RunOptions } from './run-options.ts';
import { inReplicas, scale } from './scale-step.ts';
import type { Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import { waitAvailable } from './wait-available.ts';
import { waitScaled } from './wait-scaled.ts';
import { waitStep } from './wait-step.ts';

/** The order of the steps that one deployment goes through after its namespace is there: apply, wait, scale, wait, delete, wait. */
export async function runSequence(
  manifest: Manifest,
  { replicas, cleanup, cascade }: RunOptions,
  steps: Steps,
  around: Surroundings,
): Promise<void> {
  const { asked: created, sent } = await steps.take('apply', async () => {
    const result = await apply(manifest, around, (message) => steps.warn(message));
    return { result, message: 'serverside-applied', did: 'created' };
  });
  const { uid } = created;
  around.onCreated(uid);
  await waitStep(
    { step: 'wait-available', uid, goal: 'available', question: (seen) => waitAvailable(seen, created) },
    steps,
    around,
  );

  const scaled = await steps.take('scale', () => scale(sent, created, replicas, around));
  const goal = `available with ${inReplicas(replicas)}`;
  await waitStep(
    { step: 'wait-scaled', uid, goal, question: (seen) => waitScaled(seen, scaled, replicas) },
    steps,
    around,
  );

  if (cleanup !== 'never') await deleteAndWait({ uid, cascade }, steps, around);
}
