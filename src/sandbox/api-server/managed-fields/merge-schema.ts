import { ownValue, setOwnValue } from '../../../own-values.ts';
import { isJsonObject, type JsonObject } from '../objects.ts';

/**
 * What merging needs to know of a value: which maps and lists are one field, and what tells a list's items apart.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export type MergeSchema =
  | { type: 'scalar'; accepts?: 'string' | 'numeric' | 'boolean' }
  /** Named fields. An open struct takes other fields too; a closed one refuses them. */
  | { type: 'struct'; fields: Record<string, MergeSchema>; open: boolean; atomic?: boolean }
  | { type: 'map'; element: MergeSchema; atomic?: boolean }
  | { type: 'list'; element: MergeSchema; identity: 'atomic' | 'set' | 'keys'; keys?: string[]; defaults?: JsonObject }
  /** Unknown: maps are merged field by field, lists are one field. */
  | { type: 'any' };

export type StructSchema = Extract<MergeSchema, { type: 'struct' }>;
export type MapSchema = Extract<MergeSchema, { type: 'map' }>;
export type ListSchema = Extract<MergeSchema, { type: 'list' }>;

export const any: MergeSchema = { type: 'any' };
const anyScalar: MergeSchema = { type: 'scalar' };
const anyStruct: StructSchema = { type: 'struct', fields: {}, open: true };
const atomicList: ListSchema = { type: 'list', element: any, identity: 'atomic' };

/** The schema to treat `value` with; where the value contradicts its schema, the value decides. */
export function schemaFor(schema: MergeSchema, value: unknown): MergeSchema {
  if (Array.isArray(value)) return schema.type === 'list' ? schema : atomicList;
  if (isJsonObject(value)) return schema.type === 'struct' || schema.type === 'map' ? schema : anyStruct;
  if (value === null || value === undefined) return schema.type === 'any' ? anyScalar : schema;
  return anyScalar;
}

export function isAtomic(schema: MergeSchema): boolean {
  return schema.type === 'list' ? schema.identity === 'atomic' : 'atomic' in schema && schema.atomic === true;
}

export function fieldSchema(schema: StructSchema | MapSchema, field: string): MergeSchema {
  if (schema.type === 'map') return schema.element;
  return ownValue(schema.fields, field) ?? any;
}

/** The path element of a list's item: by its keys, or by its value in a set. Undefined if a key is missing. */
export function itemElement(schema: ListSchema, item: unknown): string | undefined {
  if (schema.identity === 'set') return `v:${JSON.stringify(item)}`;
  if (!isJsonObject(item)) return undefined;
  const identity: JsonObject = {};
  for (const key of [...(schema.keys ?? [])].sort()) {
    const value = ownValue(item, key) ?? ownValue(schema.defaults, key);
    if (value === undefined) return undefined;
    setOwnValue(identity, key, value);
  }
  return `k:${JSON.stringify(identity)}`;
}
