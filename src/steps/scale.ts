import { dryRunSuffix } from '../lifecycle/dry-run.ts';
import { readAnew } from '../lifecycle/read-anew.ts';
import { inStep } from '../lifecycle/retry/retry-write.ts';
import { scale } from '../lifecycle/scale/scale.ts';
import { changedTo, existing, type PlannedStep, SETTLE_MS } from '../lifecycle/step.ts';
import { planScale } from '../seldon/scale-plan.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import { tryOnServer } from './said-only.ts';
import {
  fields,
  flag,
  number,
  predictorNames,
  type StepDefinition,
  type Told,
  text,
  textOf,
} from './step-definition.ts';

declare module '../progress/progress.ts' {
  interface StepNames {
    scale: 'scale';
  }
}

export const scaleDefinition: StepDefinition<'scale'> = {
  word: 'scale',
  says: 'Sets the number of replicas in the field that takes effect',
  fields: fields({
    replicas: { required: true, says: 'The number of replicas to scale to', shape: number },
    predictor: { says: 'Only this predictor', shape: text('the name of a predictor') },
    includeSvcOrch: { says: 'Also scale separate service orchestrators', shape: flag },
    includeExplainer: { says: 'Also scale explainers', shape: flag },
    through: {
      says: 'How to scale: spec (the field that takes effect) or subresource',
      shape: { is: 'word', words: ['spec', 'subresource'] },
    },
  }),
  effect: 'scales',
  namesIn: (spec) => ({ predictor: predictorNames(spec) }),
  refuses: (deployment, told) => {
    const plan = planScale(deployment, requestOf(told));
    return plan.answer === 'refused'
      ? `cannot scale seldondeployment "${deployment.metadata.name}": ${plan.reason}`
      : undefined;
  },
  read: (told) => scaleStep(requestOf(told)),
};

function requestOf(told: Told): ScaleRequest {
  return {
    replicas: told.replicas as number,
    predictor: textOf(told.predictor),
    includeSvcOrch: told.includeSvcOrch === true,
    includeExplainer: told.includeExplainer === true,
    through: told.through === 'subresource' ? 'subresource' : 'spec',
  };
}

/** Scales the deployment, by what we have applied or, where somebody else has a say in it, by what is there. */
export function scaleStep(request: ScaleRequest): PlannedStep<'scale'> {
  return {
    word: 'scale',
    told: request,
    names: ['scale'],
    scales: request,
    run: async (state, progress, deps) => {
      const { applied, fresh } = state;
      const known = existing(state);
      const scaled = await progress.take('scale', async () => {
        const isEnough = applied !== undefined || fresh;
        const live = isEnough ? known.deployment : await readAnew(known, deps);
        const desired = isEnough ? known : { ...known, generation: live.metadata.generation ?? 0, deployment: live };
        return await scale({ desired, applied }, request, deps, { dryRun: deps.dryRun, retry: inStep(progress, deps) });
      });
      deps.changed(scaled.desired.deployment);
      const { desired, restarts } = scaled;
      return {
        ...changedTo(state, desired.deployment),
        desired,
        applied: scaled.applied,
        settleMs: restarts ? SETTLE_MS : 0,
        scaledTo: request,
      };
    },
    dryRun: async (state, progress, deps) => {
      const desired = existing(state);
      const scaled = await progress.take('scale', async () => {
        const retry = inStep(progress, deps);
        // What is there stays as it is, whatever the steps before have said: their spec is what counts.
        const { result, remark = '' } = await scale({ desired, applied: undefined }, request, deps, {
          dryRun: 'client',
          retry,
        });
        await tryOnServer(state, result.desired.deployment.spec ?? {}, deps);
        const word = `scaled${dryRunSuffix(deps.dryRun)}`;
        return { result, message: `${word} (${remark})`, word, remark };
      });
      return { ...state, desired: scaled.desired };
    },
  };
}
