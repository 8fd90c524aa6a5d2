import { ownValue, setOwnValue } from '../../../own-values.ts';
import { isJsonObject, type JsonObject } from '../objects.ts';

/**
 * A set of field paths, as a tree. A node may be a member itself and have members below.
 * Keys are path elements spelled as in FieldsV1: `f:name`, `k:{"name":"x"}`, `v:"x"`, `i:0`.
 * Semantics: https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/set.go
 */
export type FieldSet = { member: boolean; children: Map<string, FieldSet> };

export type FieldPath = readonly string[];

/** Most nodes of most sets are leaves: they share one object, and one map that must stay empty. */
const noChildren: FieldSet['children'] = new Map();
const leaf: FieldSet = { member: true, children: noChildren };
const nothing: FieldSet = { member: false, children: noChildren };

/** A set to insert paths into. All other functions here leave their arguments as they are and may share parts of them. */
export function emptySet(): FieldSet {
  return { member: false, children: new Map() };
}

export function insertPath(set: FieldSet, path: FieldPath): void {
  let node = set;
  for (const [index, element] of path.entries()) {
    const child = node.children.get(element);
    if (index === path.length - 1) {
      if (child && child !== leaf) child.member = true;
      else node.children.set(element, leaf);
      return;
    }
    const isShared = child === undefined || child.children === noChildren;
    const next = isShared ? { member: child?.member ?? false, children: new Map() } : child;
    if (isShared) node.children.set(element, next);
    node = next;
  }
  node.member = true;
}

export function isEmptySet(set: FieldSet): boolean {
  if (set.member) return false;
  for (const child of set.children.values()) if (!isEmptySet(child)) return false;
  return true;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const member = a.member || b.member;
  if (b.children.size === 0) return a.member === member ? a : { member, children: a.children };
  if (a.children.size === 0) return b.member === member ? b : { member, children: b.children };
  const result: FieldSet = { member, children: new Map(a.children) };
  for (const [element, child] of b.children) {
    const other = result.children.get(element);
    result.children.set(element, other ? union(other, child) : child);
  }
  return result;
}

/** The members of `a` that are not members of `b`; owning a field in `b` says nothing of the fields below it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const member = a.member && !b.member;
  if (a.children.size === 0) return member ? leaf : nothing;
  const result: FieldSet = { member, children: new Map() };
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const rest = other ? difference(child, other) : child;
    if (!isEmptySet(rest)) result.children.set(element, rest);
  }
  return result;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const member = a.member && b.member;
  if (a.children.size === 0 || b.children.size === 0) return member ? leaf : nothing;
  const result: FieldSet = { member, children: new Map() };
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (!other) continue;
    const shared = intersection(child, other);
    if (!isEmptySet(shared)) result.children.set(element, shared);
  }
  return result;
}

/** A copy without the top-level fields that `keep` refuses. */
export function filterTopLevel(set: FieldSet, keep: (field: string) => boolean): FieldSet {
  const children = [...set.children].filter(([element]) => keep(element.slice(2)));
  return { member: set.member, children: new Map(children) };
}

/** All members; on each level first those of the level itself, as the Go implementation goes through a set. */
export function pathsOf(set: FieldSet, prefix: FieldPath = []): FieldPath[] {
  const children = [...set.children].sort(([a], [b]) => (a < b ? -1 : 1));
  const here = children.filter(([, child]) => child.member).map(([element]) => [...prefix, element]);
  const below = children.flatMap(([element, child]) => pathsOf(child, [...prefix, element]));
  return [...here, ...below];
}

export function fieldSetFromJson(json: JsonObject): FieldSet {
  const set = emptySet();
  for (const element in json) {
    const below = ownValue(json, element);
    if (element === '.') set.member = true;
    else set.children.set(element, isJsonObject(below) && hasFields(below) ? fieldSetFromJson(below) : leaf);
  }
  return set;
}

function hasFields(json: JsonObject): boolean {
  for (const _ in json) return true;
  return false;
}

export function fieldSetToJson(set: FieldSet): JsonObject {
  const json: JsonObject = {};
  if (set.children.size === 0) return json;
  if (set.member) json['.'] = {};
  for (const element of [...set.children.keys()].sort()) {
    setOwnValue(json, element, fieldSetToJson(set.children.get(element) as FieldSet));
  }
  return json;
}

/** A path as error messages spell it: `.spec.containers[name="x"].image`. */
export function pathText(path: FieldPath): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as JsonObject);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
