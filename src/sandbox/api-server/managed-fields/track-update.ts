import type { JsonObject, KubernetesObject, ManagedFieldsEntry } from '../objects.ts';
import { findChangedFields, takeFromOthers, type WritableFields } from './changed-fields.ts';
import { difference, emptySet, insertPath, intersection, isEmptySet, union } from './field-set.ts';
import {
  capUpdateManagers,
  decodeManagers,
  encodeManagers,
  type Manager,
  type Managers,
  managedFieldsTime,
  managerKey,
  withoutManagedFields,
  withoutUnmanagedFields,
} from './managers.ts';
import type { MergeSchema } from './merge-schema.ts';

export type TrackedWrite = {
  schema: MergeSchema;
  writable: WritableFields;
  manager: Manager;
  now: Date;
};

/**
 * The managedFields after a create, update or (non-apply) patch.
 * `before` is the stored object, or the kind's zero value on creation; `after` may bring managedFields of its own.
 */
export function trackUpdate(
  { schema, writable, manager, now }: TrackedWrite,
  before: JsonObject,
  after: JsonObject,
): ManagedFieldsEntry[] | undefined {
  const live = (before as Partial<KubernetesObject>).metadata;
  const sent = (after as Partial<KubernetesObject>).metadata?.managedFields;
  const isReset = sent !== undefined && (sent.length === 0 || (sent.length === 1 && !sent[0]?.manager));
  let managers = isReset || manager.subresource ? new Map() : decodeManagers(sent);
  if (managers.size === 0 && !isReset) managers = decodeManagers(live?.managedFields);
  // Objects whose managers were wiped stay untracked until somebody applies them.
  if (managers.size === 0 && live?.uid) return undefined;
  recordUpdate(managers, { schema, writable, manager, now }, withoutManagedFields(before), withoutManagedFields(after));
  capUpdateManagers(managers);
  return encodeManagers(managers);
}

export function recordUpdate(
  managers: Managers,
  { schema, writable, manager, now }: TrackedWrite,
  before: JsonObject,
  after: JsonObject,
): void {
  const key = managerKey(manager);
  const own = managers.get(key);
  const changed = findChangedFields(schema, writable, before, after, managers, '');
  takeFromOthers(managers, changed, '');
  const written = withoutUnmanagedFields(union(changed.modified, changed.added));
  if (isEmptySet(written)) return;
  const kept = own ? difference(own.fields, changed.removed) : undefined;
  managers.set(key, {
    manager,
    fields: kept ? union(written, kept) : written,
    time: managedFieldsTime(now),
  });
}

/**
 * The managedFields after a write through the scale subresource. It takes the replica count from whoever owns it; a
 * count that nobody owns stays so. Its own entry has no time, which is how the real server does it.
 * https://github.com/kubernetes/apimachinery/blob/master/pkg/util/managedfields/scalehandler.go
 */
export function trackScale(
  entries: readonly ManagedFieldsEntry[] | undefined,
  specReplicas: readonly string[],
  manager: Manager,
): ManagedFieldsEntry[] | undefined {
  const count = emptySet();
  insertPath(
    count,
    specReplicas.map((field) => `f:${field}`),
  );
  const managers = decodeManagers(entries);
  const owners = [...managers].filter(([, { fields }]) => !isEmptySet(intersection(fields, count)));
  if (owners.length === 0) return entries && [...entries];
  for (const [key, entry] of owners) {
    const fields = difference(entry.fields, count);
    if (isEmptySet(fields)) managers.delete(key);
    else managers.set(key, { manager: entry.manager, fields, time: entry.time });
  }
  managers.set(managerKey(manager), { manager, fields: count, time: undefined });
  return encodeManagers(managers);
}
