import type { Manifest } from '../manifests/manifest.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { apply } from './apply/apply-step.ts';
import { deleteAndWait } from './deletion/delete-step.ts';
import type { RunOptions } from './run-options.ts';
import { scale } from './scale/scale-step.ts';
import type { Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import type { Observation } from './waits/observation.ts';
import { waitAvailable } from './waits/wait-available.ts';
import { scaledGoal, waitScaled } from './waits/wait-scaled.ts';
import { waitStep } from './waits/wait-step.ts';

/**
 * A number that restarts pods shows in two Deployments, or twice in one: everything may look right before the operator
 * has written the other change. So may what is applied to a deployment that exists, before the operator has seen it.
 */
const SETTLE_MS = 1_000;

/** The order of the steps that one deployment goes through after its namespace is there: apply, wait, scale, wait, delete, wait. */
export async function runSequence(
  manifest: Manifest,
  existing: SeldonDeployment | undefined,
  { scale: request, cleanup, cascade }: RunOptions,
  steps: Steps,
  around: Surroundings,
): Promise<void> {
  const {
    asked: created,
    sent,
    did,
  } = await steps.take('apply', async () => {
    const result = await apply(manifest, around, (message) => steps.warn(message), existing);
    return { result, message: 'serverside-applied', did: result.did };
  });
  const { uid } = created;
  around.onCreated(uid);
  await waitStep(
    {
      step: 'wait-available',
      uid,
      goal: 'available',
      asked: created,
      question: (seen) => waitAvailable(seen, created),
      settleMs: did === 'configured' ? SETTLE_MS : 0,
    },
    steps,
    around,
  );

  const { asked, restarts } = await steps.take('scale', () => scale(sent, created, request, around));
  const question = (seen: Observation) => waitScaled(seen, asked, request);
  const settleMs = restarts ? SETTLE_MS : 0;
  await waitStep(
    { step: 'wait-scaled', uid, goal: scaledGoal(asked, request), asked, question, settleMs },
    steps,
    around,
  );

  if (cleanup !== 'never') await deleteAndWait({ uid, cascade }, steps, around);
}
