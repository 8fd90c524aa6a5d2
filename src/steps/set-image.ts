import { exitCodes, Failure } from '../failures.ts';
import { changeLive, writePredictors } from '../lifecycle/apply/change-spec.ts';
import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { keepBefore } from '../lifecycle/history/keep-history.ts';
import { inStep } from '../lifecycle/retry/retry-write.ts';
import { changedTo, desiredOf, existing, type PlannedStep } from '../lifecycle/step.ts';
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
    predictor: { says: 'Only in this predictor', shape: text('the name of a predictor') },
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
export function setImageStep(setting: ImageChange): PlannedStep<'setImage'> {
  const updated = `image updated (container ${setting.container}: ${setting.image})`;
  return {
    word: 'setImage',
    told: setting,
    names: ['set-image'],
    rewrites: true,
    run: async (state, progress, deps) => {
      const desired = existing(state);
      const { name } = desired.deployment.metadata;
      const { deployment, revisions } = await progress.take('set-image', async () => {
        const tried = `set an image of seldondeployment "${name}"`;
        const write = async (live: SeldonDeployment) => await writePredictors(live, changed(live, setting), deps);
        const deployment = await changeLive(desired, write, tried, deps, inStep(progress, deps));
        const revisions = await keepBefore(desired.deployment, deployment, deps, progress);
        return { result: { deployment, revisions }, message: updated };
      });
      return changedTo(state, deployment, revisions);
    },
    dryRun: async (state, progress, deps) => {
      const { deployment } = existing(state);
      const { spec } = withImage(deployment.spec ?? {}, setting);
      await progress.take('set-image', async () => {
        await tryOnServer(state, spec, deps);
        return { result: undefined, message: `${updated}${dryRunSuffix(deps.dryRun)}` };
      });
      return { ...state, desired: desiredOf({ ...deployment, spec }) };
    },
  };
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
