import { ownValue } from '../../own-values.ts';
import { forbidden, qualifiedResource } from './api-failure.ts';
import { type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import { podResource, type RequestsOrLimits } from './pod-resources.ts';
import { parseQuantity, quantityText, sumOf } from './quantity.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';

/**
 * Throws 403 where one object more than a ResourceQuota of its namespace allows would be created, or a pod without the
 * requests or limits that a quota asks for, or beyond its cpu or memory. status.used is not kept.
 * https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-on-object-count
 */
export function checkObjectQuota(store: Store, type: ResourceType, object: KubernetesObject): void {
  const { metadata } = object;
  const quotas = store.typeOf('', 'resourcequotas');
  if (!quotas || !type.namespaced || metadata.namespace === undefined) return;
  for (const quota of store.list(quotas, metadata.namespace)) {
    const hard = (valueAt(quota, ['spec', 'hard']) ?? {}) as JsonObject;
    const unspecified = type.group === '' && type.plural === 'pods' ? unspecifiedOf(object, Object.keys(hard)) : [];
    if (unspecified.length > 0) {
      const words = `failed quota: ${quota.metadata.name}: must specify ${unspecified.join('; ')}`;
      throw forbidden(type, metadata.name, words);
    }
    if (type.group === '' && type.plural === 'pods') checkAmounts(store, type, object, quota.metadata.name, hard);
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

/** Of cpu and memory of all pods in the namespace that have not run to their end; `cpu` is `requests.cpu`. */
function checkAmounts(
  store: Store,
  type: ResourceType,
  pod: KubernetesObject,
  quota: string,
  hard: Readonly<JsonObject>,
): void {
  const others = store.list(type, pod.metadata.namespace).filter(takesUpQuota);
  const exceeded = Object.entries(hard).flatMap(([resource, value]) => {
    const [, where = 'requests', what] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
    const limit = parseQuantity(value);
    if (what === undefined || !limit) return [];
    const of = ({ spec }: KubernetesObject) => podResource(spec, where as RequestsOrLimits, what) ?? [];
    const requested = sumOf([of(pod)].flat());
    const used = sumOf(others.flatMap(of));
    if (requested.milli + used.milli <= limit.milli) return [];
    return [{ resource, requested, used, limit }];
  });
  if (exceeded.length === 0) return;
  const amounts = (of: 'requested' | 'used' | 'limit') =>
    exceeded.map((one) => `${one.resource}=${quantityText(one[of])}`).join(',');
  const numbers = `requested: ${amounts('requested')}, used: ${amounts('used')}, limited: ${amounts('limit')}`;
  throw forbidden(type, pod.metadata.name, `exceeded quota: ${quota}, ${numbers}`);
}

/** Each with the containers that do not say it. Words: pkg/quota/v1/evaluator/core/pods.go, Kubernetes 1.36. */
function unspecifiedOf(pod: KubernetesObject, asked: readonly string[]): string[] {
  const containers = ['initContainers', 'containers'].flatMap(
    (field) => valueAt(pod, ['spec', field]) ?? [],
  ) as JsonObject[];
  return asked.flatMap((resource) => {
    const [, where = 'requests', what] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
    if (what === undefined) return [];
    const silent = containers.filter((one) => valueAt(one, ['resources', where, what]) === undefined);
    return silent.length === 0 ? [] : [`${resource} for: ${silent.map(({ name }) => name).join(',')}`];
  });
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
