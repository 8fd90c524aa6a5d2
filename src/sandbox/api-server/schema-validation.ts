import { ownValue } from '../../own-values.ts';
import type { FieldProblem } from './api-failure.ts';
import { isJsonObject } from './objects.ts';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * What is wrong with a custom resource, in the words of the real server (kube-openapi's validation errors as
 * apiextensions turns them into field errors), in the order of the fields' names.
 */
export function validateAgainstSchema(schema: StructuralSchema, object: unknown): FieldProblem[] {
  const problems = problemsOf(schema, object, '');
  // Doubles are looked for in a second round on the real server.
  const isDouble = ({ reason }: FieldProblem) => reason === 'FieldValueDuplicate';
  return [...problems.filter((problem) => !isDouble(problem)), ...problems.filter(isDouble)];
}

function problemsOf(schema: StructuralSchema, value: unknown, path: string): FieldProblem[] {
  if (value === undefined || (value === null && schema.nullable)) return [];
  if (schema['x-kubernetes-int-or-string']) {
    const isEither = typeof value === 'string' || Number.isInteger(value);
    return isEither ? limitProblems(schema, value, path) : [wrongType(path, 'integer,string', value)];
  }
  if (schema.type !== undefined && !isOfType(schema.type, value)) return [wrongType(path, schema.type, value)];
  const problems: FieldProblem[] = [];
  if (schema.enum && !schema.enum.some((allowed) => allowed === value)) {
    const allowed = schema.enum.map((item) => JSON.stringify(item)).join(', ');
    const detail = `${JSON.stringify(value)}: supported values: ${allowed}`;
    problems.push({ reason: 'FieldValueNotSupported', field: path, detail });
  }
  problems.push(...limitProblems(schema, value, path));
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) problems.push(...value.flatMap((item, index) => problemsOf(items, item, `${path}[${index}]`)));
    problems.push(...duplicateProblems(schema, value, path));
  }
  if (isJsonObject(value)) {
    for (const field of schema.required ?? []) {
      if (ownValue(value, field) === undefined || ownValue(value, field) === null) {
        problems.push({ reason: 'FieldValueRequired', field: below(path, field), detail: '' });
      }
    }
    for (const field of Object.keys(value).sort()) {
      const declared = ownValue(schema.properties, field) ?? schema.additionalProperties;
      if (isJsonObject(declared)) problems.push(...problemsOf(declared, ownValue(value, field), below(path, field)));
    }
  }
  return problems;
}

function below(path: string, field: string): string {
  return path ? `${path}.${field}` : field;
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'object') return isJsonObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  const name: string = typeof value;
  return name === type;
}

function wrongType(path: string, type: string, value: unknown): FieldProblem {
  const shown = JSON.stringify(typeName(value));
  const detail = `${shown}: ${path} in body must be of type ${type}: ${shown}`;
  return { reason: 'FieldValueTypeInvalid', field: path || '<nil>', detail };
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function limitProblems(schema: StructuralSchema, value: unknown, path: string): FieldProblem[] {
  const found: string[] = [];
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum) found.push(`should be greater than or equal to ${minimum}`);
    if (maximum !== undefined && value > maximum) found.push(`should be less than or equal to ${maximum}`);
  }
  if (typeof value === 'string') {
    if (minLength !== undefined && value.length < minLength) found.push(`should be at least ${minLength} chars long`);
    if (maxLength !== undefined && value.length > maxLength) found.push(`should be at most ${maxLength} chars long`);
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) found.push(`should match '${pattern}'`);
  }
  if (Array.isArray(value)) {
    if (minItems !== undefined && value.length < minItems) found.push(`should have at least ${minItems} items`);
    if (maxItems !== undefined && value.length > maxItems) found.push(`should have at most ${maxItems} items`);
  }
  const shown = typeof value === 'object' ? JSON.stringify(value) : JSON.stringify(value);
  return found.map((why) => ({ reason: 'FieldValueInvalid', field: path, detail: `${shown}: ${path} in body ${why}` }));
}

function duplicateProblems(schema: StructuralSchema, list: unknown[], path: string): FieldProblem[] {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'map' && listType !== 'set') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const identity =
      listType === 'set'
        ? item
        : Object.fromEntries(keys.map((key) => [key, isJsonObject(item) ? ownValue(item, key) : item]));
    const text = JSON.stringify(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ reason: 'FieldValueDuplicate', field: `${path}[${index}]`, detail: text }];
  });
}
