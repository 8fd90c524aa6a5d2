import { isDeepStrictEqual } from 'node:util';
import { ownValue } from '../../../own-values.ts';
import { isJsonObject, type JsonObject } from '../objects.ts';
import { emptySet, type FieldPath, type FieldSet, insertPath } from './field-set.ts';
import {
  fieldSchema,
  isAtomic,
  itemElement,
  type ListSchema,
  type MapSchema,
  type MergeSchema,
  type StructSchema,
  schemaFor,
} from './merge-schema.ts';

export type Comparison = { added: FieldSet; modified: FieldSet; removed: FieldSet };

/**
 * Which fields `after` has added, changed and removed.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/compare.go
 */
export function compareObjects(schema: MergeSchema, before: unknown, after: unknown): Comparison {
  const comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  compareValues(schema, before, after, [], comparison);
  return comparison;
}

function compareValues(
  schema: MergeSchema,
  before: unknown,
  after: unknown,
  path: FieldPath,
  comparison: Comparison,
): void {
  const shape = schemaFor(schema, after ?? before);
  const otherShape = schemaFor(schema, before ?? after);
  const isLeaf =
    shape.type === 'scalar' ||
    shape.type === 'any' ||
    shape.type !== otherShape.type ||
    isAtomic(shape) ||
    (isEmptyValue(before) && isEmptyValue(after));
  if (isLeaf) {
    if (before === undefined) insertPath(comparison.added, path);
    else if (after === undefined) insertPath(comparison.removed, path);
    else if (!isDeepStrictEqual(before, after)) insertPath(comparison.modified, path);
    return;
  }
  if (shape.type === 'list') compareLists(shape, asList(before), asList(after), path, comparison);
  else compareMaps(shape, asMap(before), asMap(after), path, comparison);
  if (before === undefined) insertPath(comparison.added, path);
  else if (after === undefined) insertPath(comparison.removed, path);
}

function compareMaps(
  schema: StructSchema | MapSchema,
  before: JsonObject,
  after: JsonObject,
  path: FieldPath,
  comparison: Comparison,
): void {
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (ownValue(before, field) === ownValue(after, field)) continue;
    compareValues(
      fieldSchema(schema, field),
      ownValue(before, field),
      ownValue(after, field),
      [...path, `f:${field}`],
      comparison,
    );
  }
}

function compareLists(
  schema: ListSchema,
  before: unknown[],
  after: unknown[],
  path: FieldPath,
  comparison: Comparison,
): void {
  const itemsBefore = itemsByElement(schema, before);
  const itemsAfter = itemsByElement(schema, after);
  for (const element of new Set([...itemsBefore.keys(), ...itemsAfter.keys()])) {
    const itemPath = [...path, element];
    compareValues(schema.element, itemsBefore.get(element), itemsAfter.get(element), itemPath, comparison);
  }
}

/** A list's items by path element; of duplicates the last one, items without their keys left out. */
export function itemsByElement(schema: ListSchema, list: unknown[]): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const element = itemElement(schema, item);
    if (element !== undefined) items.set(element, item);
  }
  return items;
}

function isEmptyValue(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function asMap(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
