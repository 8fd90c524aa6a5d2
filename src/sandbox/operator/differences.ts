import { isObject, ownValue } from '../../own-values.ts';
/** The three ways in which the operator asks whether two objects are the same. */

/**
 * Whether a three-way merge of `desired` would change `current`: a wanted field differs, or one that was wanted when
 * the operator last wrote (`lastApplied`) is wanted no more. Fields that the server or others added do not count.
 * Source: patchMaker.Calculate in createDeployments (operator/controllers/seldondeployment_controller.go), which is
 * https://github.com/banzaicloud/k8s-objectmatcher with strategic merge.
 */
export function mergeWouldChange(lastApplied: unknown, desired: unknown, current: unknown): boolean {
  if (isZero(desired) && isZero(current)) return false;
  if (Array.isArray(desired) && Array.isArray(current)) {
    const keys = mergeKeys(desired) ?? mergeKeys(current);
    if (!keys) return !deepEqual(withoutExtras(current, desired), desired);
    const applied = Array.isArray(lastApplied) ? lastApplied : [];
    return mergeWouldChange(byKey(applied, keys), byKey(desired, keys), byKey(current, keys));
  }
  if (isObject(desired) && isObject(current)) {
    const before = isObject(lastApplied) ? lastApplied : {};
    const gone = Object.keys(before).some((key) => !Object.hasOwn(desired, key) && !isZero(ownValue(current, key)));
    return (
      gone ||
      Object.keys(desired).some((key) =>
        mergeWouldChange(ownValue(before, key), ownValue(desired, key), ownValue(current, key)),
      )
    );
  }
  return !deepEqual(desired, current);
}

/**
 * Whether all that `older` sets is the same in `newer`; what is unset, empty, 0 or "" in `older` does not count, and a
 * list may have grown at its end. So a pod template to which something was only added passes for unchanged.
 * Source: equality.Semantic.DeepDerivative in k8s.io/apimachinery, third_party/forked/golang/reflect/deep_equal.go.
 */
export function isDerivative(older: unknown, newer: unknown): boolean {
  if (isZero(older)) return true;
  if (Array.isArray(older)) {
    if (!Array.isArray(newer) || older.length > newer.length) return false;
    return older.every((item, index) => isDerivative(item, newer[index]));
  }
  if (isObject(older)) {
    return (
      isObject(newer) && Object.keys(older).every((key) => isDerivative(ownValue(older, key), ownValue(newer, key)))
    );
  }
  return older === newer;
}

/** An empty list or map equals none. Source: equality.Semantic.DeepEqual in k8s.io/apimachinery. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  if (isObject(a)) {
    if (!isObject(b)) return false;
    return (
      Object.entries(a).every(([key, value]) => deepEqual(value, ownValue(b, key))) &&
      Object.entries(b).every(([key, value]) => Object.hasOwn(a, key) || isEmpty(value))
    );
  }
  return false;
}

/** The lists of a pod whose items have an identity. Two ports may share a number (the executor's do). */
const listKeys = [['mountPath'], ['containerPort', 'protocol', 'name'], ['name']];

function mergeKeys(list: unknown[]): string[] | undefined {
  const first = list[0];
  return isObject(first) ? listKeys.find(([key]) => key !== undefined && Object.hasOwn(first, key)) : undefined;
}

function byKey(list: unknown[], keys: string[]): Record<string, unknown> {
  const identity = (item: Record<string, unknown>) =>
    keys.map((key) => ownValue(item, key) ?? (key === 'protocol' ? 'TCP' : '')).join('/');
  return Object.fromEntries(list.filter(isObject).map((item) => [identity(item), item]));
}

/** `current` reduced to the fields that `desired` has, item by item: the server's defaults inside lists drop out. */
function withoutExtras(current: unknown, desired: unknown): unknown {
  if (Array.isArray(current) && Array.isArray(desired)) {
    return current.map((item, index) => withoutExtras(item, desired[index]));
  }
  if (!isObject(current) || !isObject(desired)) return current;
  const wanted = Object.keys(desired).filter((key) => Object.hasOwn(current, key));
  return Object.fromEntries(wanted.map((key) => [key, withoutExtras(ownValue(current, key), ownValue(desired, key))]));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

const isZero = (value: unknown) => isEmpty(value) || value === '' || value === 0 || value === false;
