import { isObject, ownValue } from '../own-values.ts';

/** An entry of metadata.managedFields: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
interface ManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: FieldSet;
}

interface FieldSet {
  [key: string]: FieldSet;
}

/**
 * The part of an object that this manager has applied and still owns: what it has to send again when it changes
 * something, because what is missing in a server-side apply is taken as no longer wanted. Undefined where it has applied
 * nothing. What names an object (apiVersion, kind, name, namespace) is not among it.
 */
export function appliedConfiguration(object: object, manager: string): Record<string, unknown> | undefined {
  const { metadata } = object as { metadata?: { managedFields?: ManagedFields[] } };
  const entry = metadata?.managedFields?.find(
    (one) => one.manager === manager && one.operation === 'Apply' && !one.subresource,
  );
  return entry?.fieldsV1 && (pick(object, entry.fieldsV1) as Record<string, unknown>);
}

/** Keys are f:NAME of a field, k:{KEYS} and v:VALUE of an item of a list, and . for the thing itself. */
function pick(value: unknown, fields: FieldSet): unknown {
  const keys = Object.keys(fields).filter((key) => key !== '.');
  if (keys.length === 0) return value;
  if (Array.isArray(value)) {
    return keys.flatMap((key) => {
      const item = value.find((one) => isItem(one, key));
      return item === undefined ? [] : [pick(item, ownValue(fields, key) ?? {})];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = keys.flatMap((key) => {
    const name = key.slice('f:'.length);
    const inner = ownValue(value as Record<string, unknown>, name);
    return inner === undefined ? [] : [[name, pick(inner, ownValue(fields, key) ?? {})]];
  });
  return Object.fromEntries(entries);
}

/** Whether it is the item that k:{KEYS} or v:VALUE means. */
export function isItem(item: unknown, key: string): boolean {
  const wanted = jsonIn(key.slice('k:'.length));
  if (key.startsWith('v:')) return JSON.stringify(item) === JSON.stringify(wanted);
  return (
    typeof item === 'object' &&
    item !== null &&
    isObject(wanted) &&
    Object.entries(wanted).every(([name, value]) => ownValue(item as Record<string, unknown>, name) === value)
  );
}

/** Undefined where it is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
