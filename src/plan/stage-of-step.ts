import { readFileSync } from 'node:fs';
import { exitCodes, Failure, Interrupted, StoppedTogether } from '../failures.ts';
import { patchStage } from '../lifecycle/change/patch-stage.ts';
import { setImageStage } from '../lifecycle/change/set-image-stage.ts';
import { holdStage, type Prompt } from '../lifecycle/hold/hold-stage.ts';
import { applyStage, availableStage, deleteStage, scaledStage, scaleStage } from '../lifecycle/sequence.ts';
import type { Stage } from '../lifecycle/stage.ts';
import { stepOf, waitStage } from '../lifecycle/wait-sequence.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { Payload, PlanStep } from './plan.ts';
import { fileOfPlan } from './plan-manifests.ts';
import { assertStage } from './steps/assert-stage.ts';
import { logsStage } from './steps/logs-stage.ts';
import { type Predict, predictStage } from './steps/predict-stage.ts';

/** What the steps of a plan need beyond what every step has. */
export interface PlanEnvironment {
  /** The folder that files are named from. */
  base: string;
  /** Undefined where nothing predicts. */
  predict: Predict | undefined;
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
    return await stage(standing, steps, own).catch((error) => {
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
      return predicting(doing.payload, doing.predictor, environment);
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

function predicting(payload: Payload, predictor: string | undefined, environment: PlanEnvironment): Stage {
  const { predict } = environment;
  if (!predict) throw new Error('nothing predicts here');
  // The payload is read when its turn comes.
  return async (...args) => await predictStage(payloadOf(payload, environment), predictor, predict)(...args);
}

function holding(ms: number | undefined, next: PlanStep | undefined, { prompt }: PlanEnvironment): Stage {
  if (ms !== undefined) return holdStage({ until: 'time', ms });
  if (!prompt) throw new Error('a hold needs a terminal to be ended on, which should have been found out');
  return holdStage({ until: 'prompt', prompt, inOrderTo: next?.doing.word === 'delete' ? 'delete it' : 'go on' });
}

function payloadOf(payload: Payload, { base }: PlanEnvironment): string {
  if ('json' in payload) return payload.json;
  const file = fileOfPlan(payload.filename, base);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Failure(exitCodes.failed, `cannot read the payload ${file}: ${(cause as Error).message}`, { cause });
  }
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
