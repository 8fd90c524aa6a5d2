import type { Propagation } from '../cluster/seldon-cluster.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { type AppliedManifest, apply } from './apply/apply-step.ts';
import { type Deletion, deleteAndWait, deleteOnly } from './deletion/delete-step.ts';
import { type DryRun, dryRunSuffix } from './dry-run.ts';
import type { RunOptions } from './run-options.ts';
import { type Scaled, scale, scaleLive } from './scale/scale-step.ts';
import type { Steps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';
import { waitAvailable } from './waits/wait-available.ts';
import { scaledGoal, waitScaled } from './waits/wait-scaled.ts';
import { waitStep } from './waits/wait-step.ts';

/**
 * A number that restarts pods shows in two Deployments, or twice in one: everything may look right before the operator
 * has written the other change. So may what is applied to a deployment that exists, before the operator has seen it.
 */
const SETTLE_MS = 1_000;

/** What is done of one deployment; whatever it throws ends it. */
export type Sequence = (steps: Steps, around: Surroundings) => Promise<void>;

/** The order of the steps that one deployment goes through after its namespace is there: apply, wait, scale, wait, delete, wait. */
export function runSequence(
  manifest: Manifest,
  existing: SeldonDeployment | undefined,
  { scale: request, cleanup, cascade }: RunOptions,
): Sequence {
  return async (steps, around) => {
    const applied = await applyStep(manifest, existing, steps, around);
    const { uid } = applied.asked;
    around.follow(uid);
    await untilAvailable(applied, steps, around);
    // Of one that was there, somebody else may have set what the file does not.
    const scaled = await steps.take('scale', () =>
      existing
        ? scaleLive(applied.asked.deployment, request, steps, around)
        : scale(applied.sent, applied.asked, request, steps, around),
    );
    await untilScaled(scaled, request, steps, around);
    if (cleanup !== 'never') await deleteAndWait({ uid, cascade }, steps, around);
  };
}

/** Applies and, if that is wanted, waits until it is available. `tell` is told the object as the server has it then. */
export function applySequence(
  manifest: Manifest,
  existing: SeldonDeployment | undefined,
  { wait, tell }: { wait: boolean; tell: (object: SeldonDeployment) => void },
): Sequence {
  return async (steps, around) => {
    const applied = await applyStep(manifest, existing, steps, around);
    tell(applied.asked.deployment);
    if (!wait) return;
    around.follow(applied.asked.uid);
    await untilAvailable(applied, steps, around);
  };
}

/** Scales a deployment as it was read from the cluster and, if that is wanted, waits. `tell` as in applySequence. */
export function scaleSequence(
  live: SeldonDeployment,
  request: ScaleRequest,
  { wait, dryRun, tell }: { wait: boolean; dryRun: DryRun; tell: (object: SeldonDeployment) => void },
): Sequence {
  return async (steps, around) => {
    if (wait) around.follow(live.metadata.uid ?? '');
    const scaled = await steps.take('scale', () => scaleLive(live, request, steps, around, dryRun));
    tell(scaled.asked.deployment);
    if (wait) await untilScaled(scaled, request, steps, around);
  };
}

/** Deletes the deployment that is followed, if there is one, and waits until it is gone. */
export function deleteFollowed(cascade: Propagation): Sequence {
  return async (steps, around) => {
    if (around.uid !== undefined) await deleteAndWait({ uid: around.uid, cascade }, steps, around);
  };
}

/** Deletes a deployment and, if that is wanted, waits until it is gone. */
export function deleteSequence(deletion: Deletion, wait: boolean): Sequence {
  return async (steps, around) => {
    if (!wait) return await deleteOnly(deletion, steps, around, `deleted${dryRunSuffix(deletion.dryRun ?? 'none')}`);
    around.follow(deletion.uid);
    await deleteAndWait(deletion, steps, around);
  };
}

async function applyStep(
  manifest: Manifest,
  existing: SeldonDeployment | undefined,
  steps: Steps,
  around: Surroundings,
): Promise<AppliedManifest> {
  return await steps.take('apply', async () => {
    const result = await apply(manifest, steps, around, existing);
    return {
      result,
      message: `serverside-applied${dryRunSuffix(around.applying.dryRun ? 'server' : 'none')}`,
      did: result.did,
    };
  });
}

async function untilAvailable({ asked, did }: AppliedManifest, steps: Steps, around: Surroundings): Promise<void> {
  await waitStep(
    {
      step: 'wait-available',
      uid: asked.uid,
      goal: 'available',
      asked,
      question: (seen) => waitAvailable(seen, asked),
      settleMs: did === 'configured' ? SETTLE_MS : 0,
    },
    steps,
    around,
  );
}

async function untilScaled(
  { asked, restarts }: Scaled,
  request: ScaleRequest,
  steps: Steps,
  around: Surroundings,
): Promise<void> {
  await waitStep(
    {
      step: 'wait-scaled',
      uid: asked.uid,
      goal: scaledGoal(asked, request),
      asked,
      question: (seen) => waitScaled(seen, asked, request),
      settleMs: restarts ? SETTLE_MS : 0,
    },
    steps,
    around,
  );
}
