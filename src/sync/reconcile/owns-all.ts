import { ownValue } from '../../own-values.ts';

interface FieldSet {
  [key: string]: FieldSet;
}

interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: FieldSet;
}

/**
 * Whether this manager's apply still owns every field of `sent`: who changes a field of somebody else takes it over.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function ownsAllOf(live: object, sent: object, manager: string): boolean {
  const { metadata } = live as { metadata?: { managedFields?: ManagedFields[] } };
  const entry = metadata?.managedFields?.find(
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
