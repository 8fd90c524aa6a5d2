import { ownValue } from '../../../own-values.ts';
import { isJsonObject } from '../objects.ts';
import { type FieldPath, pathText } from './field-set.ts';
import { fieldSchema, itemElement, type MergeSchema } from './merge-schema.ts';

/** The first undeclared field ends the search on the real server; it is the only problem named then. */
const undeclared = ': field not declared in schema';

/**
 * Why an object does not fit its schema, in the words of server-side apply: unknown fields, wrong types,
 * list items without their keys or with the same ones.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/validate.go
 */
export function findTypeProblems(schema: MergeSchema, value: unknown): string[] {
  const problems = problemsOf(schema, value, []);
  const first = problems.find((problem) => problem.endsWith(undeclared));
  return first === undefined ? problems : [first];
}

function problemsOf(schema: MergeSchema, value: unknown, path: FieldPath): string[] {
  if (value === null || value === undefined || schema.type === 'any') return [];
  const at = path.length > 0 ? `${pathText(path)}: ` : '';
  switch (schema.type) {
    case 'scalar':
      return isScalarOf(value, schema.accepts) ? [] : [`${at}${wrongScalar(schema.accepts, value)}`];
    case 'list': {
      if (!Array.isArray(value)) return [`${at}expected list, got ${goMap(value)}`];
      const seen = new Set<string>();
      return value.flatMap((item, index) => {
        const element = schema.identity === 'atomic' ? `i:${index}` : itemElement(schema, item);
        if (element === undefined) {
          return [`${at}element ${index}: ${missingKeys(schema.keys ?? [], item)}`];
        }
        const itemPath = [...path, element];
        if (seen.has(element)) return [`${at}duplicate entries for key ${pathText([element])}`];
        seen.add(element);
        return problemsOf(schema.element, item, itemPath);
      });
    }
    case 'struct':
    case 'map': {
      if (!isJsonObject(value)) return [`${at}expected map, got ${goMap(value)}`];
      return Object.keys(value)
        .sort()
        .flatMap((field) => {
          const fieldPath = [...path, `f:${field}`];
          if (schema.type === 'struct' && !schema.open && !Object.hasOwn(schema.fields, field)) {
            return [`${pathText(fieldPath)}${undeclared}`];
          }
          return problemsOf(fieldSchema(schema, field), ownValue(value, field), fieldPath);
        });
    }
  }
}

function missingKeys(keys: readonly string[], item: unknown): string {
  const subject = 'associative list with keys has an element that omits';
  const missing = keys.filter((key) => !isJsonObject(item) || ownValue(item, key) === undefined);
  if (missing.length < keys.length)
    return `${subject} key field ${JSON.stringify(missing[0])} (and doesn't have default value)`;
  const all = keys.map((key) => JSON.stringify(key)).join(' ');
  return `${subject} all key fields [${all}] (and doesn't have default values for any key fields)`;
}

function isScalarOf(value: unknown, accepts: 'string' | 'numeric' | 'boolean' | undefined): boolean {
  if (typeof value === 'object') return false;
  if (accepts === undefined) return true;
  return typeof value === (accepts === 'numeric' ? 'number' : accepts);
}

function wrongScalar(accepts: 'string' | 'numeric' | 'boolean' | undefined, value: unknown): string {
  if (accepts === 'numeric') return `expected numeric (int or float), got ${goTypeName(value)}`;
  return `expected ${accepts ?? 'scalar'}, got ${describe(value)}`;
}

/** A value as the Go implementation happens to print it. */
function describe(value: unknown): string {
  return `&value.valueUnstructured{Value:${JSON.stringify(value)}}`;
}

function goMap(value: unknown): string {
  return `&{${goText(value)}}`;
}

/** Go's `%v`. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(ownValue(value, key))}`)
    .join(' ')}]`;
}

function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isJsonObject(value)) return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
