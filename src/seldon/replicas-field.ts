import { ownValue, setOwnValue } from '../own-values.ts';
import type { SeldonSpec } from './seldon-deployment.ts';

/** The number at a path as people write it, spec.predictors[0].replicas; undefined when it is not set. */
export function replicasAt(spec: SeldonSpec, path: string): number | undefined {
  let place: unknown = spec;
  for (const key of keysOf(path)) place = ownValue(place as Record<string, unknown> | undefined, key);
  return (place as number | null | undefined) ?? undefined;
}

/** Sets the number at such a path in place, and makes the objects on the way to it. */
export function setReplicasAt(spec: SeldonSpec, path: string, count: number): void {
  const keys = keysOf(path);
  const last = keys.pop() ?? '';
  let place = spec as Record<string, unknown>;
  for (const key of keys) {
    const there = ownValue(place, key) ?? {};
    setOwnValue(place, key, there);
    place = there as Record<string, unknown>;
  }
  setOwnValue(place, last, count);
}

function keysOf(path: string): string[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .slice(1);
}
