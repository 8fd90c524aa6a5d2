import type { Patch } from '../cluster/seldon-cluster.ts';
import { parseWaitFor } from '../lifecycle/waits/wait-conditions.ts';
import type { FieldPath } from '../manifests/manifest.ts';
import { ownValue } from '../own-values.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { STEP_WORDS, type StepWord } from './language.ts';
import type { Doing, Plan, PlanStep } from './plan.ts';

type Json = Record<string, unknown>;

/** A plan whose shape has been checked, all values in it. `placeOf` says where something stands. */
export function toPlan(content: Json, placeOf: (path: FieldPath) => string | undefined = () => undefined): Plan {
  const { metadata, timeouts } = content as { metadata?: Json; timeouts?: Json };
  const steps = (part: string) =>
    ((ownValue(content, part) ?? []) as Json[]).map((step, index) => toStep(step, [part, index], placeOf));
  return {
    name: textOf(metadata?.name) ?? '',
    steps: steps('steps'),
    onFailure: steps('onFailure'),
    lastly: steps('finally'),
    stepTimeoutMs: milliseconds(timeouts?.step),
    totalTimeoutMs: milliseconds(timeouts?.total),
  };
}

export function toStep(
  step: Json,
  path: FieldPath,
  placeOf: (path: FieldPath) => string | undefined = () => undefined,
): PlanStep {
  const word = wordOf(step) as StepWord;
  return {
    path,
    place: placeOf(path),
    name: textOf(step.name),
    timeoutMs: milliseconds(step.timeout),
    doing: toDoing(word, (step[word] ?? {}) as Json),
  };
}

/** What a step does. */
export function wordOf(step: Json): StepWord | undefined {
  return STEP_WORDS.find((one) => one in step);
}

function toDoing(word: StepWord, told: Json): Doing {
  switch (word) {
    case 'apply':
      return { word, filename: namesIn(told.filename), recursive: told.recursive === true };
    case 'wait': {
      const conditions = namesIn(told.for);
      const isScaled = conditions.length === 1 && conditions[0] === 'scaled';
      return { word, goals: isScaled ? 'scaled' : conditions.map(parseWaitFor) };
    }
    case 'scale':
      return {
        word,
        request: {
          replicas: told.replicas as number,
          predictor: textOf(told.predictor),
          includeSvcOrch: told.includeSvcOrch === true,
          includeExplainer: told.includeExplainer === true,
          through: told.through === 'subresource' ? 'subresource' : 'spec',
        },
      };
    case 'setImage': {
      const { container, image, predictor } = told;
      return {
        word,
        change: { container: String(container), image: String(image), predictor: textOf(predictor) },
      };
    }
    case 'patch':
      return { word, patch: { type: told.type ?? 'merge', patch: told.patch } as Patch };
    case 'predict':
      return { word, payload: jsonOf(told.data), predictor: textOf(told.predictor) };
    case 'hold':
      return { word, ms: milliseconds(told.for) };
    case 'logs':
      return { word, tail: (told.tail as number | undefined) ?? LOG_LINES, container: textOf(told.container) };
    case 'delete':
      return { word, cascade: cascades[(told.cascade as keyof typeof cascades | undefined) ?? 'foreground'] };
    case 'assert':
      return {
        word,
        assertion: {
          jsonpath: textOf(told.jsonpath),
          value: textOf(told.value),
          noWarnings: told.noWarnings === true,
          maxRestarts: told.maxRestarts as number | undefined,
        },
      };
  }
}

const LOG_LINES = 10;

const cascades = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' } as const;

/** Text is taken for JSON that has been written already. */
function jsonOf(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data ?? null);
}

/** One may stand for itself. */
export function namesIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function milliseconds(duration: unknown): number | undefined {
  return duration === undefined ? undefined : parseGoDuration(String(duration));
}
