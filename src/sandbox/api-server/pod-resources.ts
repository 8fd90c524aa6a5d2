import { ownValue } from '../../own-values.ts';
import { type JsonObject, valueAt } from './objects.ts';
import { parseQuantity, type Quantity, sumOf } from './quantity.ts';

export type RequestsOrLimits = 'requests' | 'limits';

export function containersOf(spec: unknown, field: 'containers' | 'initContainers' = 'containers'): JsonObject[] {
  const list = valueAt(spec, [field]);
  return Array.isArray(list) ? (list as JsonObject[]) : [];
}

export function resourceOf(container: unknown, where: RequestsOrLimits, resource: string): Quantity | undefined {
  const values = valueAt(container, ['resources', where]) as JsonObject | undefined;
  const value = ownValue(values ?? {}, resource);
  return value === undefined ? undefined : parseQuantity(value);
}

/**
 * What a pod takes up: all its containers together, or its greatest init container where that is more; undefined where nothing
 * is said. Sidecars and overhead are not counted.
 */
export function podResource(spec: unknown, where: RequestsOrLimits, resource: string): Quantity | undefined {
  const of = (container: JsonObject) => resourceOf(container, where, resource) ?? [];
  const together = containersOf(spec).flatMap(of);
  const before = containersOf(spec, 'initContainers').flatMap(of);
  if (together.length + before.length === 0) return undefined;
  return before.reduce((most, one) => (one.milli > most.milli ? one : most), sumOf(together));
}
