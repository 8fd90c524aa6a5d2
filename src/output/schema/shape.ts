/** A JSON Schema, or a part of one: https://json-schema.org/draft/2020-12/schema */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly mayBeMissing?: never;
}

/** A field that may be left out. */
interface MayBeMissing {
  readonly mayBeMissing: Schema;
}

type FieldSchema<T, Key extends keyof T> =
  // biome-ignore lint/complexity/noBannedTypes: only {} says of a key that it is optional.
  {} extends Pick<T, Key> ? MayBeMissing : undefined extends T[Key] ? MayBeMissing : Schema;

/** A schema for each field of T: one that may be undefined may be left out, and no other. */
type FieldSchemas<T> = { readonly [Key in keyof T]-?: FieldSchema<T, Key> };

/**
 * An object with these fields and no others. They are those of the type that is printed, so that one without an entry
 * here does not compile.
 */
export function objectOf<T extends object>(description: string, fields: FieldSchemas<T>): Schema {
  return objectWith(description, fields);
}

/** The same of what has no type of its own, where only the tests can find out that a field has no entry. */
export function objectWith(description: string, fields: Readonly<Record<string, Schema | MayBeMissing>>): Schema {
  const entries = Object.entries(fields);
  return {
    description,
    type: 'object',
    required: entries.flatMap(([name, field]) => (mayMiss(field) ? [] : [name])),
    additionalProperties: false,
    properties: Object.fromEntries(entries.map(([name, field]) => [name, mayMiss(field) ? field.mayBeMissing : field])),
  };
}

function mayMiss(field: Schema | MayBeMissing): field is MayBeMissing {
  return field.mayBeMissing !== undefined;
}

export function maybe(schema: Schema): MayBeMissing {
  return { mayBeMissing: schema };
}

export function text(description: string): Schema {
  return { description, type: 'string' };
}

/** One of these words. */
export function word(description: string, words: readonly string[]): Schema {
  return { description, enum: words };
}

export function constant(description: string, value: string | boolean): Schema {
  return { description, const: value };
}

export function trueOrFalse(description: string): Schema {
  return { description, type: 'boolean' };
}

/** From 0. */
export function wholeNumber(description: string): Schema {
  return { description, type: 'integer', minimum: 0 };
}

export function listOf(description: string, items: Schema): Schema {
  return { description, type: 'array', items };
}

/** Any object, as what Kubernetes keeps. */
export function freeObject(description: string): Schema {
  return { description, type: 'object' };
}

export function anything(description: string): Schema {
  return { description };
}

/** As Kubernetes writes it. */
export function kubernetesTime(description: string): Schema {
  return { description: `${description} (RFC 3339)`, type: 'string' };
}

const RFC3339 = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$';

/** As this program writes it. */
export function time(description: string): Schema {
  return { description: `${description} (RFC 3339, in UTC)`, type: 'string', pattern: RFC3339 };
}

export function timeOrNull(description: string): Schema {
  return { ...time(`${description}, or null if that is not known`), type: ['string', 'null'] };
}

export function durationMs(description: string): Schema {
  return { description: `${description}, in milliseconds`, type: 'integer' };
}
