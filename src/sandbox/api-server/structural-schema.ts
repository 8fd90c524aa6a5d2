import { copyOf } from '../../json-copy.ts';
import { ownValue, setOwnValue } from '../../own-values.ts';
import type { MergeSchema } from './managed-fields/merge-schema.ts';
import { any } from './managed-fields/merge-schema.ts';
import { isJsonObject, type JsonObject } from './objects.ts';

/**
 * The part of a CRD's openAPIV3Schema that the sandbox acts on.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export type StructuralSchema = {
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, StructuralSchema>;
  additionalProperties?: boolean | StructuralSchema;
  items?: StructuralSchema;
  required?: string[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  nullable?: boolean;
  default?: unknown;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
};

/** Removes undeclared fields in place and names them, as in `spec.predictors[0].x`. */
export function pruneUndeclared(schema: StructuralSchema, value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, index) => pruneUndeclared(items, item, `${path}[${index}]`)) : [];
  }
  if (!isJsonObject(value) || schema['x-kubernetes-preserve-unknown-fields']) return [];
  const pruned: string[] = [];
  for (const [field, below] of Object.entries(value)) {
    const fieldPath = path ? `${path}.${field}` : field;
    const declared = declaredField(schema, field);
    if (declared) pruned.push(...pruneUndeclared(declared, below, fieldPath));
    else if (isTypeMeta(schema, field) || path === '') continue;
    else {
      delete value[field];
      pruned.push(fieldPath);
    }
  }
  return pruned;
}

/** What is said of a field of an object; undefined where it is unknown. */
export function declaredField(schema: StructuralSchema, field: string): StructuralSchema | undefined {
  const { properties, additionalProperties } = schema;
  const declared = ownValue(properties, field);
  if (declared) return declared;
  if (additionalProperties === true) return { 'x-kubernetes-preserve-unknown-fields': true };
  return additionalProperties || undefined;
}

function isTypeMeta(schema: StructuralSchema, field: string): boolean {
  return schema['x-kubernetes-embedded-resource'] === true && ['apiVersion', 'kind', 'metadata'].includes(field);
}

/** Fills in the schema's defaults in place. */
export function applySchemaDefaults(schema: StructuralSchema, value: unknown): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) applySchemaDefaults(schema.items, item);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [field, declared] of Object.entries(schema.properties ?? {})) {
    const isMissing = ownValue(value, field) === undefined || (ownValue(value, field) === null && !declared.nullable);
    if (declared.default !== undefined && isMissing) setOwnValue(value, field, copyOf(declared.default));
  }
  for (const [field, below] of Object.entries(value)) {
    const declared = declaredField(schema, field);
    if (declared) applySchemaDefaults(declared, below);
    // A null that nobody allowed is as good as absent.
    if (below === null && declared && !declared.nullable && declared.type !== undefined) delete value[field];
  }
}

/** What server-side apply needs to know of a custom resource. */
export function mergeSchemaOf(schema: StructuralSchema): MergeSchema {
  if (schema['x-kubernetes-int-or-string']) return { type: 'scalar' };
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const isAtomicMap = schema['x-kubernetes-map-type'] === 'atomic';
  switch (schema.type) {
    case 'array':
      return listSchema(schema);
    case 'object': {
      const { properties, additionalProperties } = schema;
      if (additionalProperties && !properties) {
        const element = additionalProperties === true ? any : mergeSchemaOf(additionalProperties);
        return { type: 'map', element, ...(isAtomicMap ? { atomic: true } : {}) };
      }
      const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, mergeSchemaOf(field)] as const);
      const embedded = schema['x-kubernetes-embedded-resource'] ? embeddedFields : {};
      return {
        type: 'struct',
        fields: { ...embedded, ...Object.fromEntries(fields) },
        // `type: object` and nothing else takes nothing: whatever is in it gets pruned.
        open: keepsUnknown,
        ...(isAtomicMap ? { atomic: true } : {}),
      };
    }
    case 'string':
      return { type: 'scalar', accepts: 'string' };
    case 'integer':
    case 'number':
      return { type: 'scalar', accepts: 'numeric' };
    case 'boolean':
      return { type: 'scalar', accepts: 'boolean' };
    default:
      return any;
  }
}

const embeddedFields: Record<string, MergeSchema> = { apiVersion: any, kind: any, metadata: any };

function listSchema(schema: StructuralSchema): MergeSchema {
  const element = schema.items ? mergeSchemaOf(schema.items) : any;
  const listType = schema['x-kubernetes-list-type'] ?? 'atomic';
  if (listType !== 'map') return { type: 'list', element, identity: listType };
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const defaults: JsonObject = {};
  for (const key of keys) {
    const value = ownValue(schema.items?.properties, key)?.default;
    if (value !== undefined) setOwnValue(defaults, key, value);
  }
  return { type: 'list', element, identity: 'keys', keys, defaults };
}
