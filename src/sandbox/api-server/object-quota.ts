import { ownValue } from '../../own-values.ts';
import { forbidden, qualifiedResource } from './api-failure.ts';
import { type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';

/**
 * Throws 403 where one object more than a ResourceQuota of its namespace allows would be created. Only numbers of
 * objects are counted, not cpu or memory, and status.used is not kept.
 * https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-on-object-count
 */
export function checkObjectQuota(store: Store, type: ResourceType, { metadata }: KubernetesObject): void {
  const quotas = store.typeOf('', 'resourcequotas');
  if (!quotas || !type.namespaced || metadata.namespace === undefined) return;
  for (const quota of store.list(quotas, metadata.namespace)) {
    const hard = (valueAt(quota, ['spec', 'hard']) ?? {}) as JsonObject;
    for (const resource of countedAs(type)) {
      const limit = ownValue(hard, resource);
      if (limit === undefined) continue;
      const used = store.list(type, metadata.namespace).filter(takesUpQuota).length;
      if (used + 1 <= Number(limit)) continue;
      const numbers = `requested: ${resource}=1, used: ${resource}=${used}, limited: ${resource}=${limit}`;
      throw forbidden(type, metadata.name, `exceeded quota: ${quota.metadata.name}, ${numbers}`);
    }
  }
}

/** `count/deployments.apps`; the oldest kinds have a name without a prefix too. */
function countedAs(type: ResourceType): string[] {
  return [`count/${qualifiedResource(type)}`, ...(type.group === '' ? [type.plural] : [])];
}

/** A pod that has run to its end takes up nothing any more. */
function takesUpQuota(object: KubernetesObject): boolean {
  const phase = valueAt(object, ['status', 'phase']);
  return object.kind !== 'Pod' || (phase !== 'Succeeded' && phase !== 'Failed');
}
