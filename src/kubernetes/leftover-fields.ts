import { isObject, ownValue, setOwnValue } from '../own-values.ts';
import { isItem } from './applied-configuration.ts';
import type { FieldSet, KubernetesObject, ManagedFieldsEntry } from './objects.ts';

/** What is in an object only because of managers whose fields are given up. */
export interface Leftovers {
  /** JSON pointers, in an order in which they can be removed one after the other. */
  paths: string[];
  /** What is left of metadata.managedFields. */
  managedFields: ManagedFieldsEntry[];
}

/**
 * What goes with the managers that are given up: each of their fields that nobody else owns, as where an applier names it no
 * longer. Undefined where none of them has a field.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/merge/update.go (prune)
 */
export function leftoversOf(
  object: KubernetesObject,
  isGivenUp: (entry: ManagedFieldsEntry) => boolean,
  alsoKept: readonly FieldSet[] = [],
): Leftovers | undefined {
  const { managedFields = [] } = object.metadata;
  const given = managedFields.filter(isGivenUp);
  if (given.length === 0) return undefined;
  const others = managedFields.filter((entry) => !given.includes(entry));
  const kept = [...others.flatMap(({ fieldsV1 }) => fieldsV1 ?? []), ...alsoKept];
  const fields = given.map(({ fieldsV1 = {} }) => fieldsV1).reduce(union, {});
  return { paths: unownedPaths(object, fields, kept, ''), managedFields: others };
}

/**
 * metadata.managedFields once all of these managers' fields are those of an apply by this one, so that its next apply
 * removes what it does not name; of an object without any entry, all that a file can set. Undefined where none of them has
 * a field.
 */
export function handedOver(
  object: KubernetesObject,
  isGivenUp: (entry: ManagedFieldsEntry) => boolean,
  manager: string,
): ManagedFieldsEntry[] | undefined {
  const managedFields = object.metadata.managedFields ?? [nobodys(object)];
  const given = managedFields.filter(isGivenUp);
  if (given.length === 0) return undefined;
  const isTaker = (one: ManagedFieldsEntry) => one.manager === manager && one.operation === 'Apply' && !one.subresource;
  const taken = [...managedFields.filter((one) => isTaker(one) && !given.includes(one)), ...given];
  const fieldsV1 = taken.map((one) => one.fieldsV1 ?? {}).reduce(union, {});
  const others = managedFields.filter((one) => !taken.includes(one));
  return [{ ...taken[0], manager, operation: 'Apply', fieldsV1 }, ...others];
}

/** As the server would write it of somebody who has set everything; lists are one field, as far as this has to know them. */
function nobodys({ apiVersion, kind: _1, metadata, ...rest }: KubernetesObject): ManagedFieldsEntry & object {
  const { labels = {}, annotations = {} } = metadata;
  const { status: _2, ...settable } = rest as Record<string, unknown>;
  const fieldsV1 = fieldsOf({ ...settable, metadata: { labels, annotations } });
  return { ...{ apiVersion, fieldsType: 'FieldsV1' }, manager: 'before-first-apply', operation: 'Update', fieldsV1 };
}

/** All fields of a value; a list is one. */
export function fieldsOf(value: unknown): FieldSet {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldsOf(inner)]));
}

/** Both, each field once. */
function union(a: FieldSet, b: FieldSet): FieldSet {
  const fields = { ...a };
  for (const [key, below] of Object.entries(b)) {
    setOwnValue(fields, key, union(ownValue(a, key) ?? {}, below));
  }
  return fields;
}

function unownedPaths(value: unknown, fields: FieldSet, kept: readonly FieldSet[], path: string): string[] {
  const found = Object.entries(fields).flatMap(([element, below]) => {
    const place = placeOf(value, element);
    return place ? [{ ...place, element, below }] : [];
  });
  // What is taken out of a list moves what comes after it.
  found.sort(({ part: a }, { part: b }) => (typeof a === 'number' && typeof b === 'number' ? b - a : 0));
  return found.flatMap(({ part, inner, element, below }) => {
    const here = `${path}/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    // The status is written through its own subresource, and an object is never without metadata.
    if (here === '/status') return [];
    const others = kept.flatMap((set) => ownValue(set, element) ?? []);
    return others.length === 0 && here !== '/metadata' ? [here] : unownedPaths(inner, below, others, here);
  });
}

/** Where an element of a set of fields stands: f:NAME is a field, k:{KEYS} and v:VALUE an item of a list. */
function placeOf(value: unknown, element: string): { part: string | number; inner: unknown } | undefined {
  if (element === '.' || typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const index = /^[kv]:/.test(element) ? value.findIndex((item) => isItem(item, element)) : -1;
    return index < 0 ? undefined : { part: index, inner: value[index] };
  }
  const part = element.slice('f:'.length);
  const inner = ownValue(value as Record<string, unknown>, part);
  return inner === undefined ? undefined : { part, inner };
}

/** The object without what stands at these JSON pointers. */
export function withoutPaths<T extends object>(object: T, paths: readonly string[]): T {
  const copy = structuredClone(object);
  for (const path of paths) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const holder = steps.slice(0, -1).reduce<unknown>((value, step) => {
      return Array.isArray(value) ? value[Number(step)] : ownValue(value as Record<string, unknown> | undefined, step);
    }, copy);
    const last = steps.at(-1) ?? '';
    if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else if (isObject(holder)) delete holder[last];
  }
  return copy;
}
