import { ownValue, setOwnValue } from '../own-values.ts';
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
export function misfit(value: unknown, form: Form, place = 'the answer', depth = 0): string | undefined {
  if (depth > DEEPEST) return `${place} is nested too deeply`;
  switch (form.is) {
    case 'anything':
      return undefined;
    case 'text':
      if (typeof value !== 'string') return wrong(place, value, 'a string');
      return form.like && !form.like.pattern.test(value) ? `${place} is not ${form.like.called}` : undefined;
    case 'number':
      return typeof value === 'number' ? undefined : wrong(place, value, 'a number');
    case 'true or false':
      return typeof value === 'boolean' ? undefined : wrong(place, value, 'true or false');
    case 'list':
      if (!Array.isArray(value)) return wrong(place, value, 'a list');
      return first(value, (item, index) => misfit(item, form.of, `${inside(place)}[${index}]`, depth + 1));
    case 'map':
      if (!isObject(value)) return wrong(place, value, 'an object');
      return first(Object.keys(value), (key) => {
        const one = ownValue(value, key);
        if (one === null) Reflect.deleteProperty(value, key);
        // The key may be anything, and is not repeated.
        else return misfit(one, form.of, `a value of ${place}`, depth + 1);
      });
    case 'object':
      return misfitOfObject(value, form, place, depth);
  }
}

function misfitOfObject(
  value: unknown,
  { fields, needed }: Extract<Form, { is: 'object' }>,
  place: string,
  depth: number,
): string | undefined {
  if (!isObject(value)) return wrong(place, value, 'an object');
  return first(Object.keys(fields), (name) => {
    const field = ownValue(fields, name) ?? anything;
    const isNull = ownValue(value, name) === null;
    if (isNull && field.is === 'text' && field.nullable) return undefined;
    if (isNull && field.is === 'list' && needed.includes(name)) setOwnValue(value, name, []);
    else if (isNull && field.is !== 'anything') Reflect.deleteProperty(value, name);
    const path = place === WHOLE ? name : `${place}.${name}`;
    if (Object.hasOwn(value, name)) return misfit(ownValue(value, name), field, path, depth + 1);
    return needed.includes(name) ? `it has no ${path}` : undefined;
  });
}

const WHOLE = 'the answer';

function inside(place: string): string {
  return place === WHOLE ? '' : place;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first<Item>(
  items: readonly Item[],
  find: (item: Item, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wrong(place: string, value: unknown, expected: string): string {
  return `${place} is ${kindOf(value)}, not ${expected}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'a string';
  return typeof value === 'number' ? 'a number' : 'true or false';
}
