import type { ManagedFieldsEntry } from '../objects.ts';
import { difference, emptySet, insertPath, intersection, isEmptySet } from './field-set.ts';
import { decodeManagers, encodeManagers, type Manager, managerKey } from './managers.ts';

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
