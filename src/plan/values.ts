import type { FieldPath } from '../manifests/manifest.ts';
import { isObject, ownValue } from '../own-values.ts';
import type { ReadingBudget } from '../reading/reading-budget.ts';
import { didYouMean, type Mistakes } from './mistakes.ts';

type Scalar = string | number | boolean;

/** Who says otherwise than the plan: --set, as it was typed, and the environment. */
export interface SaidValues {
  set: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

export interface ChosenValues {
  values: Map<string, Scalar>;
  /** The names of those that the environment says: they may be secret. */
  ofEnvironment: Set<string>;
}

/**
 * What each declared value comes to: --set before the environment before the default. `mistakes` is told of a value that
 * nobody says, and of a --set that no value is declared for.
 */
export function chooseValues(declared: unknown, { set, env }: SaidValues, mistakes: Mistakes): ChosenValues {
  const chosen = new Map<string, Scalar>();
  const ofEnvironment = new Set<string>();
  const names = isObject(declared) ? Object.keys(declared) : [];
  const given = setValues(set, names, mistakes);
  for (const name of names) {
    const said = isObject(declared) ? ownValue(declared, name) : undefined;
    const { default: byDefault, env: variable } = isObject(said) ? said : {};
    const inEnvironment = typeof variable === 'string' ? ownValue(env, variable) : undefined;
    const text = given.get(name) ?? inEnvironment;
    if (text !== undefined && !given.has(name)) ofEnvironment.add(name);
    const value = text === undefined ? byDefault : asScalar(text);
    if (isScalar(value)) chosen.set(name, value);
    else if (!mistakes.isIn(['values', name])) {
      const how = typeof variable === 'string' ? `--set ${name}=VALUE or ${variable}` : `--set ${name}=VALUE`;
      mistakes.add(['values', name], `the value "${name}" is not set: set it with ${how}`, 'key');
    }
  }
  return { values: chosen, ofEnvironment };
}

/** Whether a text of a plan, as it is written, has one of these values in it. */
export function usesValue(text: unknown, names: ReadonlySet<string>): boolean {
  if (typeof text !== 'string') return false;
  return [...text.matchAll(REFERENCE)].some(([, escaped, name = '']) => !escaped && names.has(name));
}

/**
 * The same without ${NAME}: alone in a scalar it becomes the value itself, inside of text its text. $${ stands for ${.
 * Each value is counted wherever it stands.
 */
export function withValues(
  content: unknown,
  values: ReadonlyMap<string, Scalar>,
  declared: ReadonlySet<string>,
  mistakes: Mistakes,
  budget: ReadingBudget,
  path: FieldPath = [],
): unknown {
  const inside = (value: unknown, key: string | number) =>
    withValues(value, values, declared, mistakes, budget, [...path, key]);
  if (Array.isArray(content)) return content.map(inside);
  if (isObject(content)) {
    return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, inside(value, key)]));
  }
  if (typeof content !== 'string') return content;
  const unknown = [...content.matchAll(REFERENCE)].flatMap(([, escaped, name = '']) =>
    escaped || declared.has(name) ? [] : [name],
  );
  for (const name of unknown) {
    const advice = declared.size === 0 ? 'the plan declares none under values' : didYouMean(name, [...declared]);
    mistakes.add(path, `there is no value "${name}": ${advice}`);
  }
  // A short plan could become more text than any memory holds.
  const counted = (text: string): string => {
    const tooMuch = budget.take('letters', text.length);
    if (tooMuch) {
      mistakes.add(path, `${tooMuch}, including the values of the plan`);
      mistakes.throwAny();
    }
    return text;
  };
  const [, alone] = /^\$\{([^${}]*)\}$/.exec(content) ?? [];
  // Of a value that nobody says, the mistake has been told: what it would be cannot be judged.
  if (alone !== undefined) {
    const value = values.get(alone) ?? content;
    counted(String(value));
    return value;
  }
  return content.replace(REFERENCE, (whole, escaped, name) =>
    counted(escaped ? whole.slice(1) : String(values.get(name) ?? whole)),
  );
}

/** Whether a text still holds a reference to a value: one that could not be replaced. */
export function isOpen(value: unknown): boolean {
  return typeof value === 'string' && /(?<!\$)\$\{[^${}]*\}/.test(value);
}

/** Without what begins another one, so that no text is searched twice. */
const REFERENCE = /(\$)?\$\{([^${}]*)\}/g;

function setValues(set: readonly string[], names: readonly string[], mistakes: Mistakes): Map<string, string> {
  const given = new Map<string, string>();
  for (const one of set) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(one) ?? [];
    if (name === undefined || value === undefined) mistakes.addElsewhere(`--set ${one}: expected NAME=VALUE`);
    else if (names.includes(name)) given.set(name, value);
    else {
      const advice = names.length === 0 ? 'the plan declares none under values' : didYouMean(name, names);
      mistakes.addElsewhere(`--set ${one}: there is no value "${name}": ${advice}`);
    }
  }
  return given;
}

/** As YAML would read it, as far as a plan has a use for it: 1.0 stays the text of a version. */
function asScalar(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : text;
}

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
