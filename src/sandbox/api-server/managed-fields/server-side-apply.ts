import { isDeepStrictEqual } from 'node:util';
import { ApiFailure, badRequest } from '../api-failure.ts';
import type { JsonObject, KubernetesObject, ManagedFieldsEntry } from '../objects.ts';
import { findChangedFields, takeFromOthers } from './changed-fields.ts';
import {
  difference,
  type FieldSet,
  filterTopLevel,
  intersection,
  isEmptySet,
  pathsOf,
  pathText,
  union,
} from './field-set.ts';
import { fieldsOfObject, withNamedFields } from './fields-of-object.ts';
import {
  decodeManagers,
  encodeManagers,
  type Manager,
  type Managers,
  managedFieldsTime,
  managerKey,
  withoutManagedFields,
  withoutUnmanagedFields,
} from './managers.ts';
import { mergeObjects } from './merge-objects.ts';
import type { MergeSchema } from './merge-schema.ts';
import { removeFields } from './remove-fields.ts';
import { recordUpdate, type TrackedWrite } from './track-update.ts';
import { findTypeProblems } from './type-problems.ts';

export type Applied = { object: JsonObject; managedFields: ManagedFieldsEntry[] };

/**
 * What becomes of `live` when `config` is applied to it; throws 409 on conflicts unless forced.
 * `zeroValue` is what an empty object of the kind looks like, `live` the same where there is no object yet.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function applyObject(
  write: TrackedWrite,
  zeroValue: JsonObject,
  live: JsonObject,
  config: JsonObject,
  force: boolean,
): Applied {
  const { schema, writable, manager, now } = write;
  const configMeta = (config as KubernetesObject).metadata;
  if (configMeta?.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  checkTypes(schema, config);

  const managers = decodeManagers((live as Partial<KubernetesObject>).metadata?.managedFields);
  const liveObject = withoutManagedFields(live);
  if (managers.size === 0) {
    const before: Manager = { manager: 'before-first-apply', operation: 'Update', apiVersion: manager.apiVersion };
    recordUpdate(managers, { ...write, manager: before }, withoutManagedFields(zeroValue), liveObject);
  }
  const key = managerKey(manager);
  const last = managers.get(key)?.fields;
  const fields = filterTopLevel(fieldsOfObject(schema, config), writable);
  const merged = mergeObjects(schema, liveObject, config);
  managers.set(key, { manager, fields, time: managers.get(key)?.time });
  const object = (last ? dropAbandoned(schema, merged, last, managers) : merged) as JsonObject;

  const changed = findChangedFields(schema, writable, liveObject, object, managers, key);
  if (!force && changed.conflicts.size > 0) throw applyConflict(managers, changed.conflicts);
  takeFromOthers(managers, changed, key);
  const isUnchanged = isDeepStrictEqual(liveObject, object);
  const stripped = withoutUnmanagedFields(fields);
  if (isEmptySet(stripped)) managers.delete(key);
  else {
    const time = isUnchanged ? managers.get(key)?.time : managedFieldsTime(now);
    managers.set(key, { manager, fields: stripped, time });
  }
  return { object: isUnchanged ? liveObject : object, managedFields: encodeManagers(managers) };
}

/** Removes what this applier owned before, names no longer, and nobody else owns. */
function dropAbandoned(schema: MergeSchema, merged: unknown, last: FieldSet, managers: Managers): unknown {
  const named = (set: FieldSet) => withNamedFields(schema, set);
  const without = removeFields(schema, merged, named(last));
  const mergedFields = named(fieldsOfObject(schema, merged));
  let owned: FieldSet = { member: false, children: new Map() };
  for (const { fields } of managers.values()) owned = union(owned, fields);
  const unowned = difference(mergedFields, union(named(fieldsOfObject(schema, without)), named(owned)));
  const withOwned = removeFields(schema, merged, unowned);
  // Only what the applier itself had: a removed parent must not take other people's unowned fields along.
  const dangling = difference(mergedFields, named(fieldsOfObject(schema, withOwned)));
  return removeFields(schema, merged, intersection(dangling, named(last)));
}

function checkTypes(schema: MergeSchema, config: JsonObject): void {
  const problems = findTypeProblems(schema, config);
  if (problems.length === 0) return;
  const { namespace, name } = (config as KubernetesObject).metadata;
  const [group, version] = String(config.apiVersion).split('/').slice(-2);
  const gvk = version === undefined ? `/${group}` : `${group}/${version}`;
  const text = problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  const message = `failed to create typed patch object (${namespace ?? ''}/${name}; ${gvk}, Kind=${config.kind}): ${text}`;
  // A plain error on the real server, which it answers with 500 and no reason.
  throw new ApiFailure(500, '', message);
}

function applyConflict(managers: Managers, conflicts: Map<string, FieldSet>): ApiFailure {
  const found = [...conflicts].flatMap(([key, fields]) => {
    const who = managerText(managers.get(key)?.manager as Manager);
    return pathsOf(fields).map((path) => ({ who, path: pathText(path) }));
  });
  const causes = found.map(({ who, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field: path,
  }));
  return new ApiFailure(409, 'Conflict', conflictMessage(found), { causes });
}

function conflictMessage(found: { who: string; path: string }[]): string {
  const [first] = found;
  if (found.length === 1 && first) return `Apply failed with 1 conflict: conflict with ${first.who}: ${first.path}`;
  const lines = [...new Set(found.map(({ who }) => who))].sort().flatMap((who) => {
    const paths = found.filter((conflict) => conflict.who === who).map(({ path }) => `- ${path}`);
    return [`conflicts with ${who}:`, ...paths];
  });
  return `Apply failed with ${found.length} conflicts: ${lines.join('\n')}`;
}

function managerText({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
