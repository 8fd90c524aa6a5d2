import type { JsonObject, ManagedFieldsEntry } from '../objects.ts';
import { timestamp } from '../timestamps.ts';
import { type FieldSet, fieldSetFromJson, fieldSetToJson, isEmptySet, union } from './field-set.ts';

/** Who wrote: an entry of metadata.managedFields without its fields and time. */
export type Manager = Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

export type ManagedFields = {
  manager: Manager;
  fields: FieldSet;
  time: string | undefined;
  /** The entry this was read from, while it is still the same: saves writing out what nobody has touched. */
  source?: ManagedFieldsEntry;
};

/** All managers of an object, by {@link managerKey}. */
export type Managers = Map<string, ManagedFields>;

/** Appliers keep their entry when they change the API version, so theirs is no part of the key. */
export function managerKey({ manager, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource ?? '']);
}

export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  const managers: Managers = new Map();
  for (const source of entries ?? []) {
    const { manager, operation, apiVersion, subresource, time, fieldsV1 } = source;
    const who: Manager = { manager, operation, apiVersion, ...(subresource ? { subresource } : {}) };
    managers.set(managerKey(who), { manager: who, fields: fieldSetOf(fieldsV1 ?? {}), time, source });
  }
  return managers;
}

/** What was read from entries or written to them: most of them stay as they are through many writes. */
const setsOf = new WeakMap<JsonObject, FieldSet>();

function fieldSetOf(fieldsV1: JsonObject): FieldSet {
  const known = setsOf.get(fieldsV1);
  if (known) return known;
  const set = fieldSetFromJson(fieldsV1);
  setsOf.set(fieldsV1, set);
  return set;
}

/** In the order of the real server: Apply before Update, then by time and name. */
export function encodeManagers(managers: Managers): ManagedFieldsEntry[] {
  const entries = [...managers.values()].map((managed) => managed.source ?? entryOf(managed));
  const sortKeys = (entry: ManagedFieldsEntry) => [
    entry.operation,
    entry.time ?? '',
    entry.manager,
    entry.apiVersion,
    entry.subresource ?? '',
  ];
  return entries.sort((a, b) => compareTuples(sortKeys(a), sortKeys(b)));
}

function entryOf({ manager, fields, time }: ManagedFields): ManagedFieldsEntry {
  const fieldsV1 = fieldSetToJson(fields);
  setsOf.set(fieldsV1, fields);
  return {
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(time ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(manager.subresource ? { subresource: manager.subresource } : {}),
  };
}

function compareTuples(a: string[], b: string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as string;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** Fields that are never anybody's, because the server owns them or they name the object. */
const unmanagedMetadata = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
];

export function withoutUnmanagedFields(fields: FieldSet): FieldSet {
  const children = new Map(fields.children);
  children.delete('f:apiVersion');
  children.delete('f:kind');
  const metadata = children.get('f:metadata');
  if (metadata) {
    const kept = new Map(metadata.children);
    for (const field of unmanagedMetadata) kept.delete(`f:${field}`);
    const rest: FieldSet = { member: false, children: kept };
    if (isEmptySet(rest)) children.delete('f:metadata');
    else children.set('f:metadata', rest);
  }
  return { member: false, children };
}

const mostUpdateManagers = 10;

/** Folds the oldest Update entries into one called `ancient-changes` where there are more than ten. */
export function capUpdateManagers(managers: Managers): void {
  const updates = [...managers].filter(([, { manager }]) => manager.operation === 'Update');
  let excess = updates.length - mostUpdateManagers;
  if (excess <= 0) return;
  updates.sort(([, a], [, b]) => compareTuples([a.time ?? ''], [b.time ?? '']));
  const byVersion = new Map<string, [string, ManagedFields]>();
  for (const [key, entry] of updates) {
    if (excess <= 0) return;
    const { apiVersion } = entry.manager;
    const first = byVersion.get(apiVersion);
    if (!first) {
      byVersion.set(apiVersion, [key, entry]);
      continue;
    }
    const bucket: Manager = { manager: 'ancient-changes', operation: 'Update', apiVersion };
    const merged = { manager: bucket, fields: union(first[1].fields, entry.fields), time: entry.time };
    managers.delete(first[0]);
    managers.delete(key);
    managers.set(managerKey(bucket), merged);
    byVersion.set(apiVersion, [managerKey(bucket), merged]);
    excess--;
  }
}

export function managedFieldsTime(now: Date): string {
  return timestamp(now);
}

/** An object without metadata.managedFields, as managers compare it. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = (object.metadata ?? {}) as JsonObject;
  return { ...object, metadata };
}
