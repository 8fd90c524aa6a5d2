import { setOwnValue } from '../../own-values.ts';
import { badRequest, type FieldProblem, invalid } from './api-failure.ts';
import { builtinProblems } from './builtin-validation.ts';
import { objectMetaFields } from './declared-fields.ts';
import { LABEL_RULE, LABEL_SHAPE, metadataProblems, SUBDOMAIN_RULE, SUBDOMAIN_SHAPE } from './name-rules.ts';
import { isJsonObject, type KubernetesObject } from './objects.ts';
import { parseQuantity, quantityText } from './quantity.ts';
import type { ResourceType } from './resource-type.ts';
import { validateAgainstSchema } from './schema-validation.ts';
import { applySchemaDefaults, declaredField, pruneUndeclared, type StructuralSchema } from './structural-schema.ts';
import type { WriteContext } from './write-context.ts';

/** What is wrong with a name that is missing or not allowed, and with labels and annotations that are not. */
export function objectMetaProblems(type: ResourceType, { metadata }: KubernetesObject): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { name } = metadata;
  if (!name) {
    const detail = 'name or generateName is required';
    problems.push({ reason: 'FieldValueRequired', field: 'metadata.name', detail });
  } else {
    const [rule, ruleText, longest] =
      type.kind === 'Namespace' || type.kind === 'Service'
        ? [LABEL_SHAPE, LABEL_RULE, 63]
        : [SUBDOMAIN_SHAPE, SUBDOMAIN_RULE, 253];
    const add = (why: string) =>
      problems.push({ reason: 'FieldValueInvalid', field: 'metadata.name', detail: `${JSON.stringify(name)}: ${why}` });
    if (name.length > longest) add(`must be no more than ${longest} characters`);
    if (!rule.test(name)) add(ruleText);
  }
  return [...problems, ...metadataProblems(metadata, 'metadata')];
}

/**
 * Prunes undeclared fields, and warns of them or refuses them under strict validation, with 400; so are values of built-in
 * kinds refused that are of another type. Fills in the defaults that a custom resource's schema has. All in place.
 */
export function checkFields(type: ResourceType, object: KubernetesObject, context: WriteContext): void {
  const wrongType = type.fields && decodingProblem(type.fields, object, '');
  if (wrongType) throw badRequest(`${cannotBeHandled(type, context)}: ${wrongType}`);
  const validation = context.fieldValidation ?? 'Warn';
  const undeclared = pruneTopLevel(type, object);
  if (undeclared.length > 0 && validation === 'Strict') throw strictFailure(type, context, undeclared);
  if (validation === 'Warn') for (const field of undeclared) context.warn?.(`unknown field "${field}"`);
  if (type.schema) applySchemaDefaults(type.schema, object);
  if (type.fields) writeQuantities(type.fields, object);
}

/** In place: amounts of resources as the server writes them, so that 0.5 is "500m". */
function writeQuantities(schema: StructuralSchema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) writeQuantities(schema.items, item);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [field, below] of Object.entries(value)) {
    const declared = declaredField(schema, field);
    if (!declared) continue;
    const quantity = isQuantity(declared) ? parseQuantity(below) : undefined;
    if (quantity) setOwnValue(value, field, quantityText(quantity));
    else writeQuantities(declared, below);
  }
}

const isQuantity = (schema: StructuralSchema) =>
  schema['x-kubernetes-int-or-string'] === true && schema.pattern !== undefined;

/** Throws 422 where metadata or values are not those that the kind allows; `before` is what an update replaces. */
export function checkValues(type: ResourceType, object: KubernetesObject, before?: KubernetesObject): void {
  const inMetadata = objectMetaProblems(type, object);
  const name = object.metadata.name ?? '';
  if (!type.schema) {
    const problems = [...inMetadata, ...builtinProblems(type, object, before)];
    if (problems.length > 0) throw invalid(type, name, problems);
    return;
  }
  if (inMetadata.length > 0) throw invalid(type, name, inMetadata);
  const problems = validateAgainstSchema({ ...type.schema, type: 'object' }, object);
  if (problems.length > 0) throw invalid(type, name, problems);
}

function pruneTopLevel(type: ResourceType, object: KubernetesObject): string[] {
  const schema = type.schema ?? type.fields ?? { 'x-kubernetes-preserve-unknown-fields': true };
  const declared = schema.properties ?? {};
  const undeclared: string[] = [];
  for (const field of Object.keys(object)) {
    if (['apiVersion', 'kind', 'metadata'].includes(field)) continue;
    if (Object.hasOwn(declared, field) || schema['x-kubernetes-preserve-unknown-fields']) continue;
    delete object[field];
    undeclared.push(field);
  }
  const { metadata, ...content } = object;
  undeclared.push(...pruneUndeclared(schema, content));
  if (isJsonObject(metadata)) undeclared.push(...pruneUndeclared(objectMetaFields, metadata, 'metadata'));
  return undeclared.sort();
}

function strictFailure(type: ResourceType, context: WriteContext, undeclared: string[]): Error {
  const fields = undeclared.map((field) => `unknown field "${field}"`).join(', ');
  return badRequest(`${cannotBeHandled(type, context)}: strict decoding error: ${fields}`);
}

function cannotBeHandled({ kind, version }: ResourceType, context: WriteContext): string {
  return `${kind} in version "${context.version ?? version}" cannot be handled as a ${kind}`;
}

/** The first value that Go's types do not take; undefined where there is none. null is as good as nothing. */
function decodingProblem(schema: StructuralSchema, value: unknown, path: string): string | undefined {
  if (value === null || value === undefined || schema['x-kubernetes-preserve-unknown-fields']) return undefined;
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof value !== 'string' && typeof value !== 'number') return notOfType(value, path, 'intstr.IntOrString');
    const { pattern } = schema;
    return pattern === undefined || new RegExp(pattern, 'u').test(String(value)) ? undefined : noQuantity;
  }
  const { type, format, items } = schema;
  if (type === 'array') {
    if (!Array.isArray(value)) return notOfType(value, path, 'list');
    return firstOf(value, (item) => items && decodingProblem(items, item, path));
  }
  if (type === 'object') {
    if (!isJsonObject(value)) return notOfType(value, path, 'object');
    return firstOf(Object.entries(value), ([field, below]) => {
      const declared = declaredField(schema, field);
      return declared && decodingProblem(declared, below, `${path}.${field}`);
    });
  }
  const wanted = type === 'integer' || type === 'number' ? 'number' : type;
  const isWhole = type !== 'integer' || Number.isInteger(value);
  return typeof value === wanted && isWhole ? undefined : notOfType(value, path, format || (type ?? ''));
}

function firstOf<Item>(items: readonly Item[], find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const noQuantity = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** The real server also names the Go type that has the field. */
function notOfType(value: unknown, path: string, type: string): string {
  const found = typeof value === 'number' ? `number ${value}` : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${Array.isArray(value) ? 'array' : found} into Go struct field ${path} of type ${type}`;
}
