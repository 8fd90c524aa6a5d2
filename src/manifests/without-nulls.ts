import type { FieldPath } from './manifest.ts';

/**
 * The same without the fields that are null, each told: of them kubectl's apply and create make nothing either, where an
 * apply on the server refuses them. A null in a list stays: it counts there, and is for the server to judge.
 */
export function withoutNulls<T>(value: T, tell: (path: FieldPath) => void, path: FieldPath = []): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, index) =>
      typeof item === 'object' ? withoutNulls(item, tell, [...path, index]) : item,
    );
    return (items.every((item, index) => item === value[index]) ? value : items) as T;
  }
  let isSame = true;
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) {
      tell([...path, key]);
      isSame = false;
      continue;
    }
    const kept = typeof inner === 'object' ? withoutNulls(inner, tell, [...path, key]) : inner;
    isSame &&= kept === inner;
    entries.push([key, kept]);
  }
  // Unlike an assignment, this keeps a key of __proto__ as what it is.
  return isSame ? value : (Object.fromEntries(entries) as T);
}
