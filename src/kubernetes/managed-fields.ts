import { ownValue } from '../own-values.ts';
import type { FieldSet, KubernetesObject } from './objects.ts';

/** The server's times are whole seconds, and so is its Date header. */
const RESOLUTION_MS = 1_000;

/**
 * Whether a write of ours without an answer has made this object: it was not there before `since` (milliseconds since 1970 by the
 * server's clock, when the write was first sent), and we are among those who have written it.
 */
export function isCreatedBy({ metadata }: KubernetesObject, fieldManager: string, since: number): boolean {
  const ours = metadata.managedFields?.some(({ manager, subresource }) => manager === fieldManager && !subresource);
  return ours === true && Date.parse(metadata.creationTimestamp ?? '') > since - 2 * RESOLUTION_MS;
}

/**
 * Whether an apply of this manager has changed nothing, which was sent at `since` (as above): then the time of its fields is
 * that of an earlier one. What was applied within moments of that may have been changed, as far as anybody can tell.
 */
export function isUnchanged({ metadata }: KubernetesObject, fieldManager: string, since: number): boolean {
  const ours = metadata.managedFields?.find(
    ({ manager, operation, subresource }) => manager === fieldManager && operation === 'Apply' && !subresource,
  );
  return Date.parse(ours?.time ?? '') < since - 2 * RESOLUTION_MS;
}

/**
 * Whether this manager's apply still owns every field of `sent`: who changes a field of somebody else takes it over.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function ownsAllOf({ metadata }: KubernetesObject, sent: object, manager: string): boolean {
  const entry = metadata.managedFields?.find(
    (one) => one.manager === manager && one.operation === 'Apply' && !one.subresource,
  );
  return entry?.fieldsV1 !== undefined && covers(entry.fieldsV1, sent);
}

/** A field without fields below it is owned as one. Items of lists are known by keys that only the server knows: what is in them is compared by value. */
function covers(fields: FieldSet, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  const inner = Object.keys(fields).filter((key) => key !== '.');
  if (inner.length === 0) return true;
  return Object.entries(value).every(([key, one]) => {
    if (one === undefined || one === null || isEmpty(one)) return true;
    const field = ownValue(fields, `f:${key}`);
    return field !== undefined && covers(field, one);
  });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
