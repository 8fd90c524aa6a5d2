import { Failure, Interrupted, StoppedTogether } from '../failures.ts';
import { patchStage } from '../lifecycle/change/patch-stage.ts';
import { setImageStage } from '../lifecycle/change/set-image-stage.ts';
import { holdStage, type Prompt } from '../lifecycle/hold/hold-stage.ts';
import { applyStage, availableStage, deleteStage, scaledStage, scaleStage } from '../lifecycle/sequence.ts';
import type { Stage } from '../lifecycle/stage.ts';
import { stepOf, waitStage } from '../lifecycle/wait-sequence.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { PlanStep } from './plan.ts';
import { assertStage } from './steps/assert-stage.ts';
import { logsStage } from './steps/logs-stage.ts';
import { predictStage } from './steps/predict-stage.ts';

/** What the steps of a plan need beyond what every step has. */
export interface PlanEnvironment {
  /** Undefined where nobody is there to press Enter. */
  prompt: Prompt | undefined;
}

/** A step of a plan as it is carried out: by the same code as the subcommand of that name. */
export function stageOfStep(
  step: PlanStep,
  manifest: Manifest | undefined,
  next: PlanStep | undefined,
  environment: PlanEnvironment,
): Stage {
  const stage = stageOf(step, manifest, next, environment);
  return async (standing, steps, around) => {
    const own = step.timeoutMs === undefined ? around : { ...around, timeoutMs: step.timeoutMs };
    return await steps
      .named(step.name, () => stage(standing, steps, own))
      .catch((error) => {
        throw placed(error, step);
      });
  };
}

function stageOf(
  { doing }: PlanStep,
  manifest: Manifest | undefined,
  next: PlanStep | undefined,
  environment: PlanEnvironment,
): Stage {
  switch (doing.word) {
    case 'apply':
      // Files need not hold every deployment of the plan.
      return manifest ? applyStage(manifest) : async (standing) => standing;
    case 'wait':
      return doing.goals === 'scaled' ? scaledStage : waitingFor(doing.goals);
    case 'scale':
      return scaleStage(doing.request);
    case 'setImage':
      return setImageStage(doing.change);
    case 'patch':
      return patchStage(doing.patch);
    case 'predict':
      return predictStage(doing.payload, doing.predictor);
    case 'hold':
      return holding(doing.ms, next, environment);
    case 'logs':
      return logsStage(doing);
    case 'delete':
      return deleteStage(doing.cascade);
    case 'assert':
      return assertStage(doing.assertion);
  }
}

/** Available as it is after an apply in a run: what we have asked for, not what somebody may have changed since. */
function waitingFor(goals: Parameters<typeof waitStage>[0]['goals']): Stage {
  if (goals.length === 1 && stepOf(goals.flat()) === 'wait-available') return availableStage;
  return async (standing, steps, around) =>
    await waitStage({ goals, graceMs: around.failGraceMs ?? GRACE_MS })(standing, steps, around);
}

/** For a wait for failed, where --fail-fast=false leaves no other. */
const GRACE_MS = 10_000;

function holding(ms: number | undefined, next: PlanStep | undefined, { prompt }: PlanEnvironment): Stage {
  if (ms !== undefined) return holdStage({ until: 'time', ms });
  if (!prompt) throw new Error('a hold needs a terminal to be ended on, which should have been found out');
  return holdStage({ until: 'prompt', prompt, inOrderTo: next?.doing.word === 'delete' ? 'delete it' : 'go on' });
}

/** Says in which step of the plan it went wrong. */
function placed(error: unknown, { place, name, doing }: PlanStep): unknown {
  const isOurs = error instanceof Failure && !(error instanceof Interrupted) && !(error instanceof StoppedTogether);
  if (!isOurs || place === undefined) return error;
  const which = `in step ${doing.word}${name === undefined ? '' : ` "${name}"`} at ${place}`;
  return new Failure(error.exitCode, error.message, {
    details: [...error.details, which],
    hint: error.hint,
    cause: error,
  });
}
