import type { Propagation } from '../cluster/seldon-cluster.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { apply } from './apply/apply-step.ts';
import { type Deletion, deleteAndWait, deleteOnly } from './deletion/delete-step.ts';
import { type DryRun, dryRunSuffix } from './dry-run.ts';
import { readAnew } from './read-anew.ts';
import { inStep } from './repeating/until-done.ts';
import { scale, scaleLive } from './scale/scale-step.ts';
import { inOrder, type Sequence, type Stage, type Standing, standingOf } from './stage.ts';
import type { Asked } from './waits/observation.ts';
import { waitAvailable } from './waits/wait-available.ts';
import { scaledGoal, waitScaled } from './waits/wait-scaled.ts';
import { waitStep } from './waits/wait-step.ts';

/**
 * A number that restarts pods shows in two Deployments, or twice in one: everything may look right before the operator
 * has written the other change. So may what is changed of a deployment that exists, before the operator has seen it.
 */
export const SETTLE_MS = 1_000;

/** Applies and, if that is wanted, waits until it is available. `tell` is told the object as the server has it then. */
export function applySequence(
  manifest: Manifest,
  existing: SeldonDeployment | undefined,
  { wait, tell }: { wait: boolean; tell: (object: SeldonDeployment) => void },
): Sequence {
  const telling: Stage = async (standing) => {
    if (standing.asked) tell(standing.asked.deployment);
    return standing;
  };
  const stages = [applyStage(manifest), telling];
  return inOrder(wait ? [...stages, availableStage] : stages, standingOf(existing));
}

/** Scales a deployment as it was read from the cluster and, if that is wanted, waits. `tell` as in applySequence. */
export function scaleSequence(
  live: SeldonDeployment,
  request: ScaleRequest,
  { wait, dryRun, tell }: { wait: boolean; dryRun: DryRun; tell: (object: SeldonDeployment) => void },
): Sequence {
  const scaling: Stage = async (standing, steps, around) => {
    if (wait) around.follow(live.metadata.uid ?? '');
    const scaled = await steps.take('scale', () => scaleLive(live, request, around, dryRun, inStep(steps, around)));
    tell(scaled.asked.deployment);
    return afterScaling(standing, scaled, request);
  };
  return inOrder(wait ? [scaling, scaledStage] : [scaling], standingOf(live));
}

/** Deletes a deployment and, if that is wanted, waits until it is gone. */
export function deleteSequence(deletion: Deletion, wait: boolean): Sequence {
  return async (steps, around) => {
    if (!wait) return await deleteOnly(deletion, steps, around, `deleted${dryRunSuffix(deletion.dryRun ?? 'none')}`);
    around.follow(deletion.uid);
    await deleteAndWait(deletion, steps, around);
  };
}

/** Applies a manifest: makes the deployment, or changes the one that is there. Its Events are followed from then on. */
export function applyStage(manifest: Manifest): Stage {
  return async ({ asked, sent, scaledTo }, steps, around) => {
    const applied = await steps.take('apply', async () => {
      const result = await apply(
        manifest,
        around,
        (message) => steps.warn(message),
        asked?.deployment,
        inStep(steps, around),
      );
      const { createOnly, dryRun } = around.applying;
      const message = `${createOnly ? 'created' : 'serverside-applied'}${dryRunSuffix(dryRun ? 'server' : 'none')}`;
      return { result, message, did: result.did };
    });
    around.follow(applied.asked.uid);
    return {
      asked: applied.asked,
      // Of one that was there, somebody else may have set what the file does not.
      sent: asked && !sent ? undefined : applied.sent,
      settleMs: applied.did === 'configured' ? SETTLE_MS : 0,
      scaledTo,
    };
  };
}

/** Waits until all that was asked for is truly available. */
export const availableStage: Stage = async (standing, steps, around) => {
  const asked = thatIsThere(standing);
  await waitStep(
    {
      step: 'wait-available',
      uid: asked.uid,
      goal: 'available',
      asked,
      question: (seen) => waitAvailable(seen, asked),
      settleMs: standing.settleMs,
    },
    steps,
    around,
  );
  return { ...standing, settleMs: 0 };
};

/** Scales the deployment, by what we have sent or, where somebody else has a say in it, by what is there. */
export function scaleStage(request: ScaleRequest): Stage {
  return async (standing, steps, around) => {
    const asked = thatIsThere(standing);
    const scaled = await steps.take('scale', async () =>
      standing.sent
        ? await scale(standing.sent, asked, request, around, inStep(steps, around))
        : await scaleLive(await readAnew(asked, around), request, around, 'none', inStep(steps, around)),
    );
    return afterScaling(standing, scaled, request);
  };
}

/** Waits until what was scaled last has that many replicas, all of them available. */
export const scaledStage: Stage = async (standing, steps, around) => {
  const asked = thatIsThere(standing);
  const { scaledTo: request } = standing;
  if (!request) throw new Error('nothing was scaled that could be waited for');
  await waitStep(
    {
      step: 'wait-scaled',
      uid: asked.uid,
      goal: scaledGoal(asked, request),
      asked,
      question: (seen) => waitScaled(seen, asked, request),
      settleMs: standing.settleMs,
    },
    steps,
    around,
  );
  return { ...standing, settleMs: 0 };
};

/** Deletes the deployment, if there is one, and waits until it is gone. */
export function deleteStage(cascade: Propagation): Stage {
  return async (standing, steps, around) => {
    if (!standing.asked) return standing;
    await deleteAndWait({ uid: standing.asked.uid, cascade }, steps, around);
    return standingOf(undefined);
  };
}

/** Whoever puts steps in order has to see to it that there is one. */
export function thatIsThere({ asked }: Standing): Asked {
  if (!asked) throw new Error('there is no deployment at this step');
  return asked;
}

function afterScaling(
  standing: Standing,
  { asked, restarts, sent }: { asked: Asked; restarts: boolean; sent?: SeldonDeployment | undefined },
  request: ScaleRequest,
): Standing {
  return { ...standing, asked, sent, settleMs: restarts ? SETTLE_MS : 0, scaledTo: request };
}
