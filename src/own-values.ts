/**
 * What the object itself has under a key that may come from outside; undefined where it has nothing. `object[key]` would
 * find what every object inherits too: constructor, toString, __proto__.
 */
export function ownValue<Value>(
  object: Readonly<Record<string, Value>> | null | undefined,
  key: string,
): Value | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Keeps a value under a key that may come from outside: an assignment to __proto__ would change what is inherited. */
export function setOwnValue<Value>(object: Record<string, Value>, key: string, value: Value): void {
  // Fifty times as fast where it does the same.
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** An object of JSON, a mapping of YAML. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
