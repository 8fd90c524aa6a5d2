import { exitCodes, Failure } from '../failures.ts';
import { reapply, retryOnConflict } from '../lifecycle/apply/reapply.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { readAnew } from '../lifecycle/read-anew.ts';
import { desiredOf, existing, type PlannedStep, SETTLE_MS, type StepDeps } from '../lifecycle/step.ts';
import type { Desired } from '../lifecycle/waits/observation.ts';
import type { SeldonDeployment, SeldonSpec } from '../seldon/seldon-deployment.ts';
import { containerNames, type ImageChange, withImage } from '../seldon/set-image.ts';
import { tryOnServer } from './said-only.ts';
import { fields, predictorNames, type StepDefinition, text, textOf } from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    setImage: 'set-image';
  }
}

export const setImageDefinition: StepDefinition<'setImage'> = {
  word: 'setImage',
  says: 'Sets the image of a container',
  fields: fields({
    container: { required: true, says: 'The name of the container', shape: text('the name of a container') },
    image: { required: true, says: 'The new image', shape: text('an image') },
    predictor: { says: 'Only in the predictor of this name', shape: text('the name of a predictor') },
  }),
  namesIn: (spec, { predictor }) => ({
    predictor: predictorNames(spec),
    container: containerNames(ofPredictor(spec, predictor)),
  }),
  read: ({ container, image, predictor }) =>
    setImageStep({ container: String(container), image: String(image), predictor: textOf(predictor) }),
};

/** One that is named wrongly leaves all of them. */
function ofPredictor(spec: SeldonSpec, name: unknown): SeldonSpec {
  const found = spec.predictors?.filter((one) => one.name === name) ?? [];
  return found.length > 0 ? { predictors: found } : spec;
}

/** Sets the image of a container, as an apply of ours where the deployment is ours, and nothing else. */
export function setImageStep(change: ImageChange): PlannedStep<'setImage'> {
  const updated = `image updated (container ${change.container}: ${change.image})`;
  return {
    word: 'setImage',
    told: change,
    names: ['set-image'],
    run: async (state, progress, deps) => {
      const desired = existing(state);
      const { name } = desired.deployment.metadata;
      const deployment = await progress.take('set-image', async () => {
        deps.signal.throwIfAborted();
        const result = await send(desired, change, deps).catch((error) =>
          explain(error, `set an image of seldondeployment "${name}"`),
        );
        return { result, message: updated };
      });
      return { ...state, desired: desiredOf(deployment), fresh: false, applied: undefined, settleMs: SETTLE_MS };
    },
    dryRun: async (state, progress, deps) => {
      const { deployment } = existing(state);
      const { spec } = withImage(deployment.spec ?? {}, change);
      await progress.take('set-image', async () => {
        await tryOnServer(state, spec, deps);
        return { result: undefined, message: `${updated}${dryRunSuffix(deps.dryRun)}` };
      });
      return { ...state, desired: desiredOf({ ...deployment, spec }) };
    },
  };
}

async function send(desired: Desired, change: ImageChange, deps: StepDeps): Promise<SeldonDeployment> {
  const live = await readAnew(desired, deps);
  const applied = await reapply(live, changed(live, change), ['predictors'], deps);
  if (applied) return applied;
  return await retryOnConflict(deps, async () => {
    const now = await readAnew(desired, deps);
    return await deps.cluster.replaceSpec(now, changed(now, change), deps.applying);
  });
}

function changed({ metadata, spec = {} }: SeldonDeployment, change: ImageChange) {
  const found = withImage(spec, change);
  if (found.places.length > 0) return found.spec;
  const where = change.predictor === undefined ? '' : ` in predictor "${change.predictor}"`;
  throw new Failure(
    exitCodes.failed,
    `seldondeployment "${metadata.name}" has no container "${change.container}"${where}`,
    { hint: `It has: ${containerNames(spec).join(', ') || 'none'}` },
  );
}
