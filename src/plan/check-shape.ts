import { BadInput } from '../failures.ts';
import { type FieldPath, pathInWords } from '../manifests/manifest.ts';
import { isObject, ownValue } from '../own-values.ts';
import type { Fields, Shape } from '../steps/fields.ts';
import { parseGoDuration } from '../text/go-duration.ts';
import { didYouMean, type Mistakes } from './mistakes.ts';
import { isOpen } from './values.ts';

/** Tells `mistakes` everything in which the value is not of the shape. `whole` is what the value stands in, for people. */
export function checkShape(value: unknown, shape: Shape, path: FieldPath, mistakes: Mistakes): void {
  // That its value is missing has been told.
  if (isOpen(value)) return;
  const expected = (what: string) =>
    mistakes.add(path, `${nameOf(path)}: expected ${what}, found ${valueInWords(value)}`);
  switch (shape.is) {
    case 'text':
      if (!isScalar(value) || value === '') expected(shape.like);
      else if (shape.parse) checkText(String(value), shape, path, mistakes);
      return;
    case 'whole number':
      if (!Number.isInteger(value) || (value as number) < shape.from || (value as number) > 2 ** 31 - 1) {
        expected(`a whole number from ${shape.from}`);
      }
      return;
    case 'true or false':
      if (typeof value !== 'boolean') expected('true or false');
      return;
    case 'duration':
      if (typeof value !== 'string' || !((parseGoDuration(value) ?? -1) > 0)) {
        expected('a duration such as 90s, 5m or 1m30s');
      }
      return;
    case 'constant':
      if (value !== shape.value) expected(JSON.stringify(shape.value));
      return;
    case 'word':
      if (typeof value !== 'string') expected(`one of ${shape.words.join(', ')}`);
      else if (!shape.words.includes(value)) {
        mistakes.add(path, `${nameOf(path)}: unknown word "${value}": ${didYouMean(value, shape.words)}`);
      }
      return;
    case 'anything':
      return;
    case 'object or list':
      if (typeof value !== 'object' || value === null) expected('an object or a list');
      return;
    case 'list':
      checkList(value, shape, path, mistakes);
      return;
    case 'named':
      if (!isObject(value)) {
        expected('an object with the names of the values');
        return;
      }
      for (const [name, one] of Object.entries(value)) {
        if (!/^[A-Za-z_]\w*$/.test(name)) {
          mistakes.add([...path, name], `"${name}" is not a valid name of a value: letters, digits and _`, 'key');
        }
        // A value of which nothing is said has to be set by whoever runs the plan.
        if (one !== null) checkShape(one, shape.of, [...path, name], mistakes);
      }
      return;
    case 'fields':
      checkFields(value, shape, path, mistakes);
      return;
  }
}

function checkText(
  value: string,
  { words, parse }: Extract<Shape, { is: 'text' }>,
  path: FieldPath,
  mistakes: Mistakes,
): void {
  try {
    parse?.(value);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const word = /^\w*/.exec(value)?.[0] ?? '';
    const isKnown = words === undefined || words.includes(word);
    mistakes.add(path, `${nameOf(path)}: ${error.message}${isKnown ? '' : `: ${didYouMean(word, words)}`}`);
  }
}

function checkList(value: unknown, shape: Extract<Shape, { is: 'list' }>, path: FieldPath, mistakes: Mistakes): void {
  if (shape.orOne && !Array.isArray(value)) {
    checkShape(value, shape.of, path, mistakes);
    return;
  }
  if (!Array.isArray(value) || value.length === 0) {
    mistakes.add(path, `${nameOf(path)}: expected a list of at least one, found ${valueInWords(value)}`);
    return;
  }
  for (const [index, one] of value.entries()) checkShape(one, shape.of, [...path, index], mistakes);
}

function checkFields(value: unknown, shape: Fields, path: FieldPath, mistakes: Mistakes): void {
  const known = Object.keys(shape.fields);
  const asked = Object.values(shape.fields).some(({ required }) => required) || shape.oneOf || shape.someOf;
  // What needs nothing may be said with nothing: `delete:`.
  if (value === null && !asked) return;
  const alternatives = shape.oneOf ?? shape.someOf ?? [];
  const among = alternatives.length > 0 ? alternatives : known;
  if (!isObject(value)) {
    mistakes.add(path, `${nameOf(path)}: expected ${among.join(', ')}, found ${valueInWords(value)}`);
    return;
  }
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  for (const key of unknown) {
    mistakes.add([...path, key], `unknown field "${key}" in ${nameOf(path)}: ${didYouMean(key, known)}`, 'key');
  }
  for (const [name, { shape: of, required }] of Object.entries(shape.fields)) {
    if (Object.hasOwn(value, name)) checkShape(ownValue(value, name), of, [...path, name], mistakes);
    else if (required) mistakes.add(path, `${nameOf(path)}: ${name} is not set`);
  }
  const given = alternatives.filter((name) => Object.hasOwn(value, name));
  if (shape.oneOf && given.length > 1) {
    mistakes.add([...path, given[1] ?? ''], `${nameOf(path)}: ${given.join(' and ')} do not go together`, 'key');
  }
  // Whoever has mistyped it has been told so already.
  if (alternatives.length > 0 && given.length === 0 && unknown.length === 0) {
    mistakes.add(
      path,
      `${nameOf(path)}: expected ${shape.oneOf ? 'one' : 'at least one'} of ${alternatives.join(', ')}`,
    );
  }
}

function nameOf(path: FieldPath): string {
  return path.length === 0 ? 'the plan' : pathInWords(path);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function valueInWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value);
}
