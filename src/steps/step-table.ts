import type { PlannedStep } from '../lifecycle/step.ts';
import type { StepWord } from '../progress/progress.ts';
import { applyDefinition } from './apply.ts';
import { assertDefinition } from './assert.ts';
import { deleteDefinition } from './delete.ts';
import { holdDefinition } from './hold.ts';
import { logsDefinition } from './logs.ts';
import { patchDefinition } from './patch.ts';
import { predictDefinition } from './predict.ts';
import { promoteDefinition } from './promote.ts';
import { restartDefinition } from './restart.ts';
import { scaleDefinition } from './scale.ts';
import { setImageDefinition } from './set-image.ts';
import type { StepDefinition } from './step-definition.ts';
import { trafficDefinition } from './traffic.ts';
import { undoDefinition } from './undo.ts';
import { waitDefinition } from './wait.ts';

/** Every step that a plan can say, in the order in which they are offered. A step is its own file and a line here. */
export const stepTable: { readonly [Word in StepWord]: StepDefinition<Word> } = {
  apply: applyDefinition,
  wait: waitDefinition,
  scale: scaleDefinition,
  setImage: setImageDefinition,
  restart: restartDefinition,
  traffic: trafficDefinition,
  promote: promoteDefinition,
  patch: patchDefinition,
  undo: undoDefinition,
  predict: predictDefinition,
  hold: holdDefinition,
  logs: logsDefinition,
  delete: deleteDefinition,
  assert: assertDefinition,
};

export const STEP_WORDS = Object.keys(stepTable) as StepWord[];

/** What does a step whose fields have been checked. */
export function readStep(word: StepWord, told: Readonly<Record<string, unknown>>): PlannedStep {
  return stepTable[word].read(told);
}
