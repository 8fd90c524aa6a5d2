import { BadInput, exitCodes, Failure } from '../failures.ts';
import { isObject, ownValue } from '../own-values.ts';
import { type Operator, type Part, parseTemplate, type Step } from './parse.ts';

/**
 * A template of kubectl's JSONPath, such as {.status.state} or
 * {range .items[*]}{.metadata.name}{"\n"}{end}. What it does not find is left out, as kubectl get does by default.
 */
export class JsonPath {
  readonly #template: string;
  readonly #parts: Part[];

  /** Throws BadInput, in kubectl's words, for what is no template. */
  constructor(template: string) {
    this.#template = template;
    this.#parts = parseTemplate(template);
  }

  /**
   * The values that each part of the template selects in the object, in the order of the template; literal text is a
   * value too. Throws Failure where the object is not as the template supposes, for example for an index out of bounds.
   */
  valuesIn(object: unknown): unknown[][] {
    return valuesOf(this.#parts, object, (why) => {
      throw new Failure(
        exitCodes.failed,
        `error executing jsonpath "${this.#template}": Error executing template: ${why}`,
      );
    });
  }
}

/**
 * A path as `kubectl wait --for=jsonpath=` takes it, where braces and the first dot may be left out: status.state,
 * .status.state, {status.state}. Throws BadInput.
 */
export function relaxedJsonPath(text: string): JsonPath {
  const [, inBraces, bare] = /^(?:\{\.?([^{}]+)\}|\.?([^{}]+))$/.exec(text) ?? [];
  const path = inBraces ?? bare;
  if (path === undefined) {
    throw new BadInput(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  return new JsonPath(`{.${path}}`);
}

type Fail = (why: string) => never;

function valuesOf(parts: readonly Part[], current: unknown, fail: Fail): unknown[][] {
  return parts.flatMap((part) => {
    if (part.is === 'text') return [[part.text]];
    if (part.is === 'path') return [follow(part.steps, [current], fail)];
    return follow(part.over, [current], fail).flatMap((value) => valuesOf(part.body, value, fail));
  });
}

function follow(steps: readonly Step[], from: readonly unknown[], fail: Fail): unknown[] {
  let values = [...from];
  for (const step of steps) values = take(step, values, fail);
  return values;
}

function take(step: Step, values: readonly unknown[], fail: Fail): unknown[] {
  const there = values.filter((value) => value !== null && value !== undefined);
  switch (step.is) {
    case 'field':
      return there.flatMap((value) =>
        isObject(value) && Object.hasOwn(value, step.name) ? [ownValue(value, step.name)] : [],
      );
    case 'wildcard':
      return there.flatMap(childrenOf);
    case 'descend':
      return there.flatMap(descend);
    case 'slice':
      return there.flatMap((value) => sliceOf(value, step, fail));
    case 'union':
      return step.paths.flatMap((path) => follow(path, there, fail));
    case 'filter':
      return there.flatMap((value) => filtered(value, step, fail));
    case 'constant':
      // Text stands there once, whatever was selected before it; numbers once for each.
      return typeof step.value === 'string' ? [step.value] : values.map(() => step.value);
  }
}

/** Of an object in the order of its keys: Go has none. */
function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => ownValue(value, key));
}

/** Everything that holds something, from the outside in. */
function descend(value: unknown): unknown[] {
  const children = childrenOf(value);
  return children.length === 0 ? [] : [value, ...children.flatMap(descend)];
}

function sliceOf(value: unknown, { from, to, step, single }: Step & { is: 'slice' }, fail: Fail): unknown[] {
  if (!Array.isArray(value)) return fail(`${typeName(value)} is not array or slice`);
  const { length } = value;
  const begin = (from ?? 0) < 0 ? (from ?? 0) + length : (from ?? 0);
  const end = single ? begin + 1 : to === undefined ? length : to < 0 ? to + length : to;
  if (begin === end) return [];
  if (begin < 0 || begin >= length) return fail(`array index out of bounds: index ${begin}, length ${length}`);
  if (end < 0 || end > length) return fail(`array index out of bounds: index ${end - 1}, length ${length}`);
  if (begin > end) return fail(`starting index ${begin} is greater than ending index ${end}`);
  if (step !== undefined && step <= 0) return fail('step must be > 0');
  return value.slice(begin, end).filter((_, index) => index % (step ?? 1) === 0);
}

function filtered(value: unknown, { left, comparison }: Step & { is: 'filter' }, fail: Fail): unknown[] {
  if (!Array.isArray(value)) return fail(`${typeName(value)} is not array or slice and cannot be filtered`);
  return value.filter((element) => {
    const lefts = follow(left, [element], fail);
    if (!comparison) return lefts.length > 0;
    const rights = follow(comparison.right, [element], fail);
    if (lefts.length === 0 || rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) return fail('can only compare one element at a time');
    return compares(lefts[0], comparison.operator, rights[0], fail);
  });
}

function compares(left: unknown, operator: Operator, right: unknown, fail: Fail): boolean {
  if (!isBasic(left) || !isBasic(right)) return fail('invalid type for comparison');
  if (typeof left !== typeof right) return fail('incompatible types for comparison');
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

function isBasic(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** As Go names what JSON was read into. */
function typeName(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}

/**
 * The values at a relaxed path in an object. What is not there yet, an item of a list that is still too short too, is no
 * value. Throws BadInput for what is no path.
 */
export function valuesAt(path: string, object: object): unknown[] {
  const parsed = relaxedJsonPath(path);
  try {
    return parsed.valuesIn(object).flat();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
