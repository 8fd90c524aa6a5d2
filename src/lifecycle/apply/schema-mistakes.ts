import type { KindSchema, OpenApiSchema } from '../../cluster/openapi.ts';
import { type FieldPath, pathInWords } from '../../manifests/manifest.ts';
import { isObject, ownValue } from '../../own-values.ts';
import { nearestWord } from '../../text/nearest-word.ts';

/** Where an object does not fit the schema of its kind. */
export interface SchemaMistake {
  path: FieldPath;
  /** 'unknown': the schema has no such field; its key is meant. 'missing': it is not there. 'value': it is something else. */
  kind: 'unknown' | 'missing' | 'value';
  /** spec.predictors[0].replica: unknown field */
  problem: string;
  /** Of an unknown field: 'did you mean "replicas"?' */
  suggestion: string | undefined;
}

/** Nobody reads more. */
const MOST = 100;

/** All that does not fit, in the order of the object. */
export function schemaMistakes(object: unknown, kind: KindSchema): SchemaMistake[] {
  const check = new SchemaCheck(kind);
  check.value(object, kind.root, [], undefined);
  return check.mistakes;
}

class SchemaCheck {
  readonly mistakes: SchemaMistake[] = [];
  readonly #schemas: KindSchema['schemas'];

  constructor({ schemas }: KindSchema) {
    this.#schemas = schemas;
  }

  /** `above`: the schema of the object that this stands in. */
  value(value: unknown, referring: OpenApiSchema, path: FieldPath, above: OpenApiSchema | undefined): void {
    if (value === undefined || value === null || this.mistakes.length >= MOST) return;
    const schema = this.#resolved(referring);
    const wrong = wrongValue(value, schema);
    if (wrong !== undefined) this.#tell(path, 'value', wrong);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.value(item, schema.items ?? {}, [...path, index], schema);
    } else if (isObject(value)) this.#object(value, schema, path, above);
  }

  #object(value: Record<string, unknown>, schema: OpenApiSchema, path: FieldPath, above: OpenApiSchema | undefined) {
    const { properties = {}, additionalProperties: others, required = [] } = schema;
    const names = Object.keys(properties);
    const takesAll =
      others === true || schema['x-kubernetes-preserve-unknown-fields'] || (names.length === 0 && !others);
    for (const [key, inner] of Object.entries(value)) {
      const property = ownValue(properties, key) ?? (isObject(others) ? (others as OpenApiSchema) : undefined);
      if (property) this.value(inner, property, [...path, key], schema);
      else if (!takesAll) {
        this.#tell([...path, key], 'unknown', 'unknown field', this.#meant(key, properties, path, above));
      }
    }
    for (const key of required) {
      const isSet = ownValue(value, key) !== undefined || ownValue(properties, key)?.default !== undefined;
      if (!isSet) this.#tell([...path, key], 'missing', '');
    }
  }

  /** Where an unknown field may belong: often it is only indented wrongly. */
  #meant(
    key: string,
    properties: Readonly<Record<string, OpenApiSchema>>,
    path: FieldPath,
    above: OpenApiSchema | undefined,
  ): string | undefined {
    const below = Object.entries(properties).find(([, schema]) => {
      return ownValue(this.#resolved(schema).properties, key) !== undefined;
    });
    const nearest = nearestWord(key, Object.keys(properties));
    // A letter or two off is the likelier mistake, unless it is the very word one step further in.
    if (below) return `did you mean "${below[0]}.${key}"?`;
    if (nearest !== undefined) return `did you mean "${nearest}"?`;
    const ofList = typeof path.at(-1) === 'number';
    const outer = ofList ? undefined : ownValue(above?.properties, key);
    const parent = pathInWords(path.slice(0, -1));
    return outer && `it belongs one level up, ${parent === '' ? 'at the top' : `into ${parent}`}`;
  }

  #tell(path: FieldPath, kind: SchemaMistake['kind'], why: string, suggestion?: string): void {
    if (this.mistakes.length >= MOST) return;
    const field = pathInWords(path);
    this.mistakes.push({
      path,
      kind,
      suggestion,
      problem: kind === 'missing' ? `${field} is not set` : `${field}: ${why}`,
    });
  }

  /** A reference may have more beside it, in a list of one. */
  #resolved(schema: OpenApiSchema, steps = 0): OpenApiSchema {
    const { $ref, allOf, ...rest } = schema;
    const [only] = allOf ?? [];
    const name = $ref?.replace('#/components/schemas/', '');
    const referred = name === undefined ? only : ownValue(this.#schemas, name);
    return referred && steps < MOST_REFERENCES ? { ...this.#resolved(referred, steps + 1), ...rest } : schema;
  }
}

/** One after the other: a server could have one that leads back to itself. */
const MOST_REFERENCES = 10;

/** What is wrong with a value by itself; undefined: nothing. */
function wrongValue(value: unknown, schema: OpenApiSchema): string | undefined {
  const { type, properties, enum: words } = schema;
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') {
    return typeof value === 'string' || Number.isInteger(value) ? undefined : expected('text or a whole number', value);
  }
  if (type === 'object' || (type === undefined && properties)) {
    return isObject(value) ? undefined : expected('an object', value);
  }
  if (type === 'array') return Array.isArray(value) ? undefined : expected('a list', value);
  if (type === 'string') {
    if (typeof value !== 'string')
      return expected('text', value, typeof value === 'object' ? '' : ': put it in quotes');
    return words && !words.includes(value) ? `expected one of ${words.join(', ')}, found ${found(value)}` : undefined;
  }
  if (type === 'boolean')
    return typeof value === 'boolean' ? undefined : expected('true or false', value, unquoted(value, /^(true|false)$/));
  if (type === 'integer') {
    return Number.isInteger(value) ? undefined : expected('a whole number', value, unquoted(value, /^-?\d+$/));
  }
  if (type === 'number')
    return typeof value === 'number' ? undefined : expected('a number', value, unquoted(value, /^-?[\d.]+$/));
  return undefined;
}

function expected(what: string, value: unknown, advice = ''): string {
  return `expected ${what}, found ${found(value)}${advice}`;
}

function unquoted(value: unknown, fits: RegExp): string {
  return typeof value === 'string' && fits.test(value) ? ': without the quotes' : '';
}

/** Nothing of what is in it, which may be long or secret. */
function found(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, MOST_LETTERS);
}

const MOST_LETTERS = 60;
