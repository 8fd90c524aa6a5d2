import { isObject, ownValue, setOwnValue } from '../own-values.ts';
/**
 * How a value of an answer has to look: the parts of it that this program reads, all else may be as it likes. What the
 * server writes as null it has left out, as Go does for what is empty.
 */
export type Form =
  | { is: 'anything' }
  /** `nullable`: where a null is kept, as Kubernetes writes times that are not set: whoever asks for the object gets it as it is. */
  | { is: 'text'; like?: { pattern: RegExp; called: string }; nullable?: true }
  | { is: 'number' }
  | { is: 'true or false' }
  | { is: 'list'; of: Form }
  /** Keys of the user's choice, as labels. */
  | { is: 'map'; of: Form }
  | { is: 'object'; fields: Readonly<Record<string, Form>>; needed: readonly string[] };

/** The form of a type of ours, so that none of its fields is forgotten. */
export type FormOf<T> = unknown extends T ? Extract<Form, { is: 'anything' }> : FormOfKnown<NonNullable<T>>;

type FormOfKnown<T> = T extends string
  ? Extract<Form, { is: 'text' }>
  : T extends number
    ? Extract<Form, { is: 'number' }>
    : T extends boolean
      ? Extract<Form, { is: 'true or false' }>
      : T extends readonly (infer Item)[]
        ? { is: 'list'; of: FormOf<Item> }
        : string extends keyof T
          ? { is: 'map'; of: FormOf<T[keyof T]> }
          : {
              is: 'object';
              fields: { readonly [Key in keyof T]-?: FormOf<T[Key]> };
              needed: readonly (keyof T & string)[];
            };

export const anything = { is: 'anything' } as const;
export const text = { is: 'text' } as const;
export const time = { is: 'text', nullable: true } as const;
export const number = { is: 'number' } as const;
export const trueOrFalse = { is: 'true or false' } as const;

export function listOf<Item extends Form>(of: Item): { is: 'list'; of: Item } {
  return { is: 'list', of };
}

export function mapOf<Value extends Form>(of: Value): { is: 'map'; of: Value } {
  return { is: 'map', of };
}

export function object<Fields extends Readonly<Record<string, Form>>>(
  fields: Fields,
  ...needed: (keyof Fields & string)[]
): { is: 'object'; fields: Fields; needed: (keyof Fields & string)[] } {
  return { is: 'object', fields, needed };
}

/** Nothing of Kubernetes is nested so deeply. */
const DEEPEST = 200;

/**
 * Where the value is not of the form, in words that repeat nothing of it; undefined: it is. Takes the nulls out of it
 * that stand for something left out.
 */
export function misfit(value: unknown, form: Form): string | undefined {
  return found(value, form, 0)?.(WHOLE);
}

/** Says it of a place, which only what is wrong has to have: nearly all that is looked at is right. */
type Misfit = (place: string) => string;

function found(value: unknown, form: Form, depth: number): Misfit | undefined {
  if (depth > DEEPEST) return (place) => `${place} is nested too deeply`;
  switch (form.is) {
    case 'anything':
      return undefined;
    case 'text':
      if (typeof value !== 'string') return wrong(value, 'a string');
      return form.like && !form.like.pattern.test(value) ? is(`not ${form.like.called}`) : undefined;
    case 'number':
      return typeof value === 'number' ? undefined : wrong(value, 'a number');
    case 'true or false':
      return typeof value === 'boolean' ? undefined : wrong(value, 'true or false');
    case 'list':
      return Array.isArray(value) ? foundInList(value, form.of, depth) : wrong(value, 'a list');
    case 'map':
      return isObject(value) ? foundInMap(value, form.of, depth) : wrong(value, 'an object');
    case 'object':
      return isObject(value) ? foundInObject(value, form, depth) : wrong(value, 'an object');
  }
}

function foundInList(list: readonly unknown[], of: Form, depth: number): Misfit | undefined {
  for (let index = 0; index < list.length; index++) {
    const problem = found(list[index], of, depth + 1);
    if (problem) return (place) => problem(`${place === WHOLE ? '' : place}[${index}]`);
  }
  return undefined;
}

function foundInMap(map: Record<string, unknown>, of: Form, depth: number): Misfit | undefined {
  for (const key of Object.keys(map)) {
    const one = ownValue(map, key);
    if (one === null) {
      Reflect.deleteProperty(map, key);
      continue;
    }
    const problem = found(one, of, depth + 1);
    // The key may be anything, and is not repeated.
    if (problem) return (place) => problem(`a value of ${place}`);
  }
  return undefined;
}

function foundInObject(
  object: Record<string, unknown>,
  form: Extract<Form, { is: 'object' }>,
  depth: number,
): Misfit | undefined {
  for (const { name, field, isNeeded } of fieldsOf(form)) {
    let value = ownValue(object, name);
    if (value === null && field.is !== 'anything') {
      if (field.is === 'text' && field.nullable) continue;
      value = field.is === 'list' && isNeeded ? [] : undefined;
      if (value === undefined) Reflect.deleteProperty(object, name);
      else setOwnValue(object, name, value);
    }
    // JSON has no undefined: it is not there.
    if (value === undefined && !isNeeded) continue;
    const problem = value === undefined ? missing : found(value, field, depth + 1);
    if (problem) return (place) => problem(place === WHOLE ? name : `${place}.${name}`);
  }
  return undefined;
}

export interface Field {
  name: string;
  field: Form;
  isNeeded: boolean;
}

/** Put together once: a form is held against thousands of objects, and a field of it may be the form itself. */
export function fieldsOf(form: Extract<Form, { is: 'object' }>): readonly Field[] {
  const known = knownFields.get(form);
  if (known) return known;
  const fields = Object.entries(form.fields).map(([name, field]) => ({
    name,
    field,
    isNeeded: form.needed.includes(name),
  }));
  knownFields.set(form, fields);
  return fields;
}

const knownFields = new WeakMap<Form, readonly Field[]>();

const missing: Misfit = (place) => `it has no ${place}`;

const WHOLE = 'the answer';

function is(words: string): Misfit {
  return (place) => `${place} is ${words}`;
}

function wrong(value: unknown, expected: string): Misfit {
  return is(`${kindOf(value)}, not ${expected}`);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'number' ? 'a number' : 'true or false';
}
