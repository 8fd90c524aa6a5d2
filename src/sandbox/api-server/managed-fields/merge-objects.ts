import { ownValue, setOwnValue } from '../../../own-values.ts';
import { isJsonObject, type JsonObject } from '../objects.ts';
import { itemsByElement } from './compare-objects.ts';
import { fieldSchema, isAtomic, type ListSchema, type MergeSchema, schemaFor } from './merge-schema.ts';

/**
 * `applied` laid over `live`: maps and keyed lists are merged, everything else is taken from `applied`.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/merge.go
 */
export function mergeObjects(schema: MergeSchema, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const shape = schemaFor(schema, applied);
  if (shape.type === 'scalar' || shape.type === 'any' || isAtomic(shape)) return applied;
  if (shape.type === 'list') {
    if (!Array.isArray(live) || !Array.isArray(applied)) return applied;
    return live.length + applied.length === 0 ? applied : mergeLists(shape, live, applied);
  }
  if (!isJsonObject(live) || !isJsonObject(applied)) return applied;
  const merged: JsonObject = { ...live };
  for (const [field, value] of Object.entries(applied)) {
    setOwnValue(merged, field, mergeObjects(fieldSchema(shape, field), ownValue(live, field), value));
  }
  return merged;
}

/** Items of both lists, in the applied order; items that only the live list has stay where they are. */
function mergeLists(schema: ListSchema, live: unknown[], applied: unknown[]): unknown[] {
  const liveItems = itemsByElement(schema, live);
  const appliedItems = itemsByElement(schema, applied);
  const shared = [...appliedItems.keys()].filter((element) => liveItems.has(element));
  const merged: unknown[] = [];
  const left = [...liveItems.keys()];
  const right = [...appliedItems.keys()];
  const done = new Set<string>();
  while (left.length > 0 || right.length > 0) {
    const nextLeft = left[0];
    const nextRight = right[0];
    if (nextLeft !== undefined && nextRight !== undefined && nextLeft !== nextRight) {
      const wanted = shared.find((element) => !done.has(element));
      if (appliedItems.has(nextLeft) && wanted !== undefined && wanted !== nextLeft) {
        left.shift();
        continue;
      }
    }
    if (nextLeft !== undefined && nextLeft !== nextRight) {
      if (!appliedItems.has(nextLeft)) {
        merged.push(liveItems.get(nextLeft));
        left.shift();
        continue;
      }
      if (done.has(nextLeft)) left.shift();
    }
    if (nextRight !== undefined) {
      merged.push(mergeObjects(schema.element, liveItems.get(nextRight), appliedItems.get(nextRight)));
      done.add(nextRight);
      right.shift();
      if (nextLeft === nextRight) left.shift();
    }
  }
  return merged;
}
