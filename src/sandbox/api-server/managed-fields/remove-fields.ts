import { setOwnValue } from '../../../own-values.ts';
import { isJsonObject, type JsonObject } from '../objects.ts';
import type { FieldSet } from './field-set.ts';
import { fieldSchema, isAtomic, itemElement, type MergeSchema, schemaFor } from './merge-schema.ts';

/**
 * The object without the fields in `set`. A map or list that ends up empty is gone: the answer may be undefined.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/remove.go
 */
export function removeFields(schema: MergeSchema, value: unknown, set: FieldSet): unknown {
  const shape = schemaFor(schema, value);
  if (shape.type === 'scalar' || shape.type === 'any') return value;
  if (isAtomic(shape)) return undefined;
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return undefined;
    const kept: unknown[] = [];
    for (const item of value) {
      const below = set.children.get(itemElement(shape, item) ?? '');
      if (below?.member) continue;
      kept.push(below && below.children.size > 0 ? removeFields(shape.element, item, below) : item);
    }
    return kept.length > 0 ? kept : undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const kept: JsonObject = {};
  for (const [field, content] of Object.entries(value)) {
    const below = set.children.get(`f:${field}`);
    if (below?.member) continue;
    const rest = below && below.children.size > 0 ? removeFields(fieldSchema(shape, field), content, below) : content;
    // An emptied map stays as null in the Go implementation; typed objects then drop it.
    if (rest !== undefined) setOwnValue(kept, field, rest);
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}
