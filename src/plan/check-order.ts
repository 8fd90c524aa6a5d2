import type { Mistakes } from './mistakes.ts';
import type { PlacedStep } from './to-plan.ts';

/** What can only be said of steps together: which of them find a deployment, and a number that was scaled to. */
export function checkOrder(steps: readonly (PlacedStep | undefined)[], mistakes: Mistakes): void {
  const [first] = steps;
  if (first && first.doing.word !== 'apply') {
    mistakes.add(first.path, 'the first step has to apply what the others are about', 'key');
  }
  let isThere = true;
  let isScaled = false;
  for (const step of steps) {
    // What is wrong in itself may have been any of them.
    if (!step) {
      isThere = true;
      isScaled = true;
      continue;
    }
    const { doing, path } = step;
    if (doing.word === 'apply') isThere = true;
    else if (!isThere)
      mistakes.add(path, `there is nothing to ${doing.word} any more: the step before deletes it`, 'key');
    if (doing.word === 'scale') isScaled = true;
    if (doing.word === 'wait' && doing.goals === 'scaled' && !isScaled) {
      mistakes.add([...path, 'wait', 'for'], 'nothing has been scaled before: say how many, for example scaled=3');
    }
    if (doing.word === 'delete') isThere = false;
  }
}

/** What a single step says that does not fit together. */
export function checkStep({ doing, path }: PlacedStep, mistakes: Mistakes): void {
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
