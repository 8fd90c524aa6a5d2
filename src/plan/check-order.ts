import type { PlannedStep } from '../lifecycle/step.ts';
import type { FieldPath } from '../manifests/manifest.ts';
import type { StepWord } from '../progress/progress.ts';
import { stepTable } from '../steps/step-table.ts';
import type { Mistakes } from './mistakes.ts';

/** A step as it is written: what it does, as far as that can be read, and all of it, if nothing is wrong with it. */
export interface WrittenStep {
  path: FieldPath;
  /** Under the word that says what it does. */
  told: Record<string, unknown>;
  word: StepWord | undefined;
  sound: PlannedStep | undefined;
}

/** What can only be said of steps together: which of them find a deployment, and a number that was scaled to. */
export function checkOrder(steps: readonly WrittenStep[], mistakes: Mistakes): void {
  const [first] = steps;
  if (first?.word !== undefined && effectOf(first) !== 'applies') {
    mistakes.add(first.path, 'the first step must apply the deployments of the plan', 'key');
  }
  let isThere = true;
  let isScaled = false;
  for (const step of steps) {
    const { path, word, sound } = step;
    const effect = effectOf(step);
    // What cannot be read may have been any of them.
    if (word === undefined || effect === 'applies') isThere = true;
    else if (!isThere) mistakes.add(path, `nothing is left to ${word}: an earlier step deletes the deployment`, 'key');
    if (word === undefined || effect === 'scales') isScaled = true;
    if (sound?.needsScaling && !isScaled) {
      mistakes.add(
        [...path, 'wait', 'for'],
        'no earlier step scales the deployment: give a number, for example scaled=3',
      );
    }
    if (effect === 'deletes') isThere = false;
  }
}

/** What a single step says that does not fit together. */
export function checkStep({ path, word, told, sound }: WrittenStep, mistakes: Mistakes): void {
  if (!sound || word === undefined) return;
  stepTable[word].check?.(told, (field, problem, part) => {
    mistakes.add([...path, word, field], `${word}.${field}: ${problem}`, part);
  });
}

function effectOf({ word }: WrittenStep) {
  return word === undefined ? undefined : stepTable[word].effect;
}
