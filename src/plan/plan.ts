import type { Patch, Propagation } from '../cluster/seldon-cluster.ts';
import type { Step } from '../lifecycle/progress.ts';
import { stepOf } from '../lifecycle/wait-sequence.ts';
import type { WaitCondition } from '../lifecycle/waits/wait-conditions.ts';
import type { FieldPath } from '../manifests/manifest.ts';
import type { ScaleRequest } from '../seldon/scale-request.ts';
import type { ImageChange } from '../seldon/set-image.ts';

/** What a plan file says, checked, with all values filled in. */
export interface Plan {
  name: string;
  steps: PlanStep[];
  onFailure: PlanStep[];
  lastly: PlanStep[];
  /** In milliseconds. */
  stepTimeoutMs: number | undefined;
  totalTimeoutMs: number | undefined;
}

export interface PlanStep {
  /** Where in the plan: ['steps', 3]. */
  path: FieldPath;
  /** Where it stands: plan.yaml:12:5; undefined in a plan that is no file. */
  place: string | undefined;
  name: string | undefined;
  /** Its own, in milliseconds. */
  timeoutMs: number | undefined;
  doing: Doing;
}

export type Doing =
  | { word: 'apply'; filename: string[]; recursive: boolean }
  /** 'scaled': to the number of the last scaling. */
  | { word: 'wait'; goals: 'scaled' | WaitCondition[][] }
  | { word: 'scale'; request: ScaleRequest }
  | { word: 'setImage'; change: ImageChange }
  | { word: 'patch'; patch: Patch }
  /** `payload` is JSON. */
  | { word: 'predict'; payload: string; predictor: string | undefined }
  /** `ms` undefined: until somebody presses Enter. */
  | { word: 'hold'; ms: number | undefined }
  | { word: 'logs'; tail: number; container: string | undefined }
  | { word: 'delete'; cascade: Propagation }
  | { word: 'assert'; assertion: Assertion };

export interface Assertion {
  jsonpath: string | undefined;
  /** What stands there; undefined: anything at all. */
  value: string | undefined;
  noWarnings: boolean;
  maxRestarts: number | undefined;
}

/** By which names a step is told. */
export function stepsTold({ doing }: PlanStep): Step[] {
  switch (doing.word) {
    case 'wait':
      return [doing.goals === 'scaled' ? 'wait-scaled' : stepOf(doing.goals.flat())];
    case 'setImage':
      return ['set-image'];
    case 'delete':
      return ['delete', 'wait-deleted'];
    default:
      return [doing.word];
  }
}

/** All that a plan may come to do. */
export function allSteps({ steps, onFailure, lastly }: Plan): PlanStep[] {
  return [...steps, ...onFailure, ...lastly];
}
