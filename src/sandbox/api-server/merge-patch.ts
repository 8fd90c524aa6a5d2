import { ownValue, setOwnValue } from '../../own-values.ts';
import {
  fieldSchema,
  itemElement,
  type ListSchema,
  type MergeSchema,
  schemaFor,
} from './managed-fields/merge-schema.ts';
import { isJsonObject, type JsonObject } from './objects.ts';

/** RFC 7386: objects are merged, null removes, everything else replaces. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else setOwnValue(merged, field, applyMergePatch(ownValue(merged, field), value));
  }
  return merged;
}

/**
 * A strategic merge patch: as a merge patch, but lists with a merge key are merged item by item, and directives
 * ($patch, $deleteFromPrimitiveList/…, $setElementOrder/…, $retainKeys) are obeyed.
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function applyStrategicMergePatch(schema: MergeSchema, target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  if (patch.$patch === 'delete') return undefined;
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  const shape = schemaFor(schema, patch);
  const merged: JsonObject = isJsonObject(target) ? { ...target } : {};
  if (Array.isArray(patch.$retainKeys)) {
    for (const field of Object.keys(merged)) if (!patch.$retainKeys.includes(field)) delete merged[field];
  }
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) {
      applyListDirective(merged, field, value);
      continue;
    }
    const below = shape.type === 'struct' || shape.type === 'map' ? fieldSchema(shape, field) : schema;
    if (value === null) delete merged[field];
    else if (Array.isArray(value))
      setOwnValue(merged, field, mergeList(schemaFor(below, value) as ListSchema, ownValue(merged, field), value));
    else {
      const result = applyStrategicMergePatch(below, ownValue(merged, field), value);
      if (result === undefined) delete merged[field];
      else setOwnValue(merged, field, result);
    }
  }
  sortBySetElementOrder(shape, merged, patch);
  return merged;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([field]) => !field.startsWith('$')));
}

function applyListDirective(merged: JsonObject, directive: string, value: unknown): void {
  const [name, field = ''] = directive.split('/');
  const list = ownValue(merged, field);
  if (name !== '$deleteFromPrimitiveList' || !Array.isArray(list) || !Array.isArray(value)) return;
  setOwnValue(
    merged,
    field,
    list.filter((item) => !value.includes(item)),
  );
}

/** Lists are merged by the first of their keys only: what told items apart before server-side apply. */
function mergeKeyOf(schema: ListSchema): string | undefined {
  return schema.identity === 'keys' ? schema.keys?.[0] : undefined;
}

function mergeList(schema: ListSchema, target: unknown, patch: unknown[]): unknown[] {
  const current: unknown[] = Array.isArray(target) ? [...target] : [];
  const isReplaced = patch.some((item) => isJsonObject(item) && item.$patch === 'replace');
  if (schema.identity === 'atomic' || isReplaced) {
    return patch.filter((item) => !(isJsonObject(item) && '$patch' in item));
  }
  const key = mergeKeyOf(schema);
  for (const item of patch) {
    const index = current.findIndex((other) => isSameItem(schema, key, other, item));
    if (isJsonObject(item) && item.$patch === 'delete') {
      if (index >= 0) current.splice(index, 1);
    } else if (index >= 0) current[index] = applyStrategicMergePatch(schema.element, current[index], item);
    else current.push(item);
  }
  return current;
}

function isSameItem(schema: ListSchema, key: string | undefined, a: unknown, b: unknown): boolean {
  if (key === undefined) return itemElement(schema, a) === itemElement(schema, b);
  return isJsonObject(a) && isJsonObject(b) && ownValue(a, key) === ownValue(b, key);
}

function sortBySetElementOrder(schema: MergeSchema, merged: JsonObject, patch: JsonObject): void {
  for (const [directive, order] of Object.entries(patch)) {
    const [name, field = ''] = directive.split('/');
    const list = ownValue(merged, field);
    if (name !== '$setElementOrder' || !Array.isArray(order) || !Array.isArray(list)) continue;
    const listSchema =
      schema.type === 'struct' || schema.type === 'map' ? schemaFor(fieldSchema(schema, field), list) : schema;
    const key = listSchema.type === 'list' ? mergeKeyOf(listSchema) : undefined;
    const identity = (item: unknown) => (key !== undefined && isJsonObject(item) ? ownValue(item, key) : item);
    const wanted = order.map(identity);
    const rank = (item: unknown) => {
      const index = wanted.indexOf(identity(item));
      return index < 0 ? wanted.length : index;
    };
    setOwnValue(
      merged,
      field,
      [...list].sort((a, b) => rank(a) - rank(b)),
    );
  }
}
