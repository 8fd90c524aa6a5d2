import { isObject, setOwnValue } from './own-values.ts';

/** A deep copy of a value of JSON, without the fields that have no value: several times as fast as structuredClone. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [field, inside] of Object.entries(value)) {
    if (inside !== undefined) setOwnValue(copy, field, copyOf(inside));
  }
  return copy as T;
}
