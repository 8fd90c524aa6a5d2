import type { PlanStep } from '../execution/plan.ts';
import type { FieldPath } from '../manifests/manifest.ts';
import { ownValue } from '../own-values.ts';
import type { StepWord } from '../progress/progress.ts';
import { readStep, STEP_WORDS } from '../steps/step-table.ts';
import { parseGoDuration } from '../text/go-duration.ts';

type Json = Record<string, unknown>;

/** What a plan file says, checked, with all values filled in. */
export interface PlanFile {
  name: string;
  steps: PlanStep[];
  onFailure: PlanStep[];
  lastly: PlanStep[];
  /** In milliseconds. */
  stepTimeoutMs: number | undefined;
  totalTimeoutMs: number | undefined;
}

/** A plan whose shape has been checked, all values in it. `placeOf` says where something stands. */
export function toPlan(content: Json, placeOf: (path: FieldPath) => string | undefined = () => undefined): PlanFile {
  const { metadata, timeouts } = content as { metadata?: Json; timeouts?: Json };
  const steps = (part: string) =>
    ((ownValue(content, part) ?? []) as Json[]).map((step, index) => toStep(step, placeOf([part, index])));
  return {
    name: metadata?.name === undefined ? '' : String(metadata.name),
    steps: steps('steps'),
    onFailure: steps('onFailure'),
    lastly: steps('finally'),
    stepTimeoutMs: milliseconds(timeouts?.step),
    totalTimeoutMs: milliseconds(timeouts?.total),
  };
}

/** A step of a plan, in its place. */
export function toStep(step: Json, place: string | undefined): PlanStep {
  const word = wordOf(step) as StepWord;
  const name = step.name === undefined ? undefined : String(step.name);
  return { step: readStep(word, (step[word] ?? {}) as Json), name, timeoutMs: milliseconds(step.timeout), place };
}

/** What a step does. */
export function wordOf(step: Json): StepWord | undefined {
  return STEP_WORDS.find((one) => Object.hasOwn(step, one));
}

function milliseconds(duration: unknown): number | undefined {
  return duration === undefined ? undefined : parseGoDuration(String(duration));
}
