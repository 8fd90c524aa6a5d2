import type { FieldPath } from '../manifests/manifest.ts';
import type { StepWord } from './language.ts';
import type { Mistakes } from './mistakes.ts';
import type { PlanStep } from './plan.ts';

/** A step as it is written: what it does, as far as that can be read, and all of it, if nothing is wrong with it. */
export interface WrittenStep {
  path: FieldPath;
  /** Under the word that says what it does. */
  told: Record<string, unknown>;
  word: StepWord | undefined;
  sound: PlanStep | undefined;
}

/** What can only be said of steps together: which of them find a deployment, and a number that was scaled to. */
export function checkOrder(steps: readonly WrittenStep[], mistakes: Mistakes): void {
  const [first] = steps;
  if (first?.word !== undefined && first.word !== 'apply') {
    mistakes.add(first.path, 'the first step has to apply what the others are about', 'key');
  }
  let isThere = true;
  let isScaled = false;
  for (const { path, word, sound } of steps) {
    // What cannot be read may have been any of them.
    if (word === undefined || word === 'apply') isThere = true;
    else if (!isThere) mistakes.add(path, `there is nothing to ${word} any more: a step before deletes it`, 'key');
    if (word === undefined || word === 'scale') isScaled = true;
    if (sound?.doing.word === 'wait' && sound.doing.goals === 'scaled' && !isScaled) {
      mistakes.add([...path, 'wait', 'for'], 'nothing has been scaled before: say how many, for example scaled=3');
    }
    if (word === 'delete') isThere = false;
  }
}

/** What a single step says that does not fit together. */
export function checkStep({ doing, path }: PlanStep, mistakes: Mistakes): void {
  if (doing.word === 'assert' && doing.assertion.value !== undefined && doing.assertion.jsonpath === undefined) {
    mistakes.add([...path, 'assert', 'value'], 'assert.value: there is no jsonpath where it could stand', 'key');
  }
  if (doing.word === 'patch') {
    const isList = Array.isArray(doing.patch.patch);
    if (isList !== (doing.patch.type === 'json')) {
      const expected = isList ? 'an object; a list of operations is of type json' : 'a list of operations';
      mistakes.add([...path, 'patch', 'patch'], `patch.patch: expected ${expected}`);
    }
  }
}
