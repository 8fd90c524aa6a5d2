import type { JsonObject } from '../objects.ts';
import { compareObjects } from './compare-objects.ts';
import { difference, type FieldSet, intersection, isEmptySet, union } from './field-set.ts';
import type { Managers } from './managers.ts';
import type { MergeSchema } from './merge-schema.ts';

/** Which top-level fields a write through this (sub)resource can change at all. */
export type WritableFields = (field: string) => boolean;

export type ChangedFields = {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
  /** What other managers own of the added and modified fields, by manager key. */
  conflicts: Map<string, FieldSet>;
};

export function findChangedFields(
  schema: MergeSchema,
  writable: WritableFields,
  before: JsonObject,
  after: JsonObject,
  managers: Managers,
  writer: string,
): ChangedFields {
  const { added, modified, removed } = compareObjects(schema, only(before, writable), only(after, writable));
  const conflicts = new Map<string, FieldSet>();
  const written = union(added, modified);
  for (const [key, { fields }] of managers) {
    if (key === writer) continue;
    const shared = intersection(fields, written);
    if (!isEmptySet(shared)) conflicts.set(key, shared);
  }
  return { added, modified, removed, conflicts };
}

/** Takes from everybody but the writer what the write has changed or removed. */
export function takeFromOthers(managers: Managers, changed: ChangedFields, writer: string): void {
  for (const [key, entry] of [...managers]) {
    if (key === writer) continue;
    let fields = entry.fields;
    const conflict = changed.conflicts.get(key);
    if (conflict) fields = difference(fields, conflict);
    if (!isEmptySet(changed.removed)) fields = difference(fields, changed.removed);
    if (fields === entry.fields) continue;
    if (isEmptySet(fields)) managers.delete(key);
    else managers.set(key, { manager: entry.manager, fields, time: entry.time });
  }
}

function only(object: JsonObject, writable: WritableFields): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => writable(field)));
}
