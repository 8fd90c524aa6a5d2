import type { KubernetesObject } from './objects.ts';

/**
 * The objects that each owner has, by its uid, as their owner references say it; in one go, since to look through all of them for
 * each of thousands of owners would take seconds.
 */
export function byOwner<T extends KubernetesObject>(objects: readonly T[]): ReadonlyMap<string, T[]> {
  const owned = new Map<string, T[]>();
  for (const object of objects) {
    for (const uid of new Set(object.metadata.ownerReferences?.map((owner) => owner.uid))) {
      const others = owned.get(uid);
      if (others) others.push(object);
      else owned.set(uid, [object]);
    }
  }
  return owned;
}
