import { ownValue, setOwnValue } from '../../own-values.ts';
import { forbidden } from './api-failure.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import { containersOf, podResource, type RequestsOrLimits, resourceOf } from './pod-resources.ts';
import { parseQuantity, type Quantity, quantityText } from './quantity.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';

/*
 * Limits of containers and pods by the LimitRanges of their namespace; not of ratios, images or claims.
 * https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/limitranger/admission.go
 */

/** What the server fills in when it reads a LimitRange: pkg/apis/core/v1/defaults.go (SetDefaults_LimitRangeItem). */
export function defaultLimitRange(range: KubernetesObject): void {
  for (const item of itemsOf(range)) {
    if (item.type !== 'Container') continue;
    const fill = (field: string, from: string) => {
      const values = { ...(ownValue(item, from) as JsonObject), ...(ownValue(item, field) as JsonObject) };
      if (Object.keys(values).length > 0) setOwnValue(item, field, values);
    };
    fill('default', 'max');
    fill('defaultRequest', 'default');
    fill('defaultRequest', 'min');
  }
}

/** Fills in what containers do not say, and throws 403 where they are beyond a limit. */
export function applyLimitRanges(store: Store, type: ResourceType, pod: KubernetesObject): void {
  const ranges = store.typeOf('', 'limitranges');
  const { namespace = '', name } = pod.metadata;
  const items = ranges ? store.list(ranges, namespace).flatMap(itemsOf) : [];
  const containers = [...containersOf(pod.spec), ...containersOf(pod.spec, 'initContainers')];
  for (const item of items.filter((one) => one.type === 'Container')) {
    for (const container of containers) fillIn(container, item);
  }
  const problems = items.flatMap((item) => {
    if (item.type === 'Pod') {
      return limitProblems(item, (where, resource) => podResource(pod.spec, where, resource));
    }
    if (item.type !== 'Container') return [];
    return containers.flatMap((container) =>
      limitProblems(item, (where, resource) => resourceOf(container, where, resource)),
    );
  });
  if (problems.length === 0) return;
  throw forbidden(type, name, problems.length === 1 ? `${problems[0]}` : `[${problems.join(', ')}]`);
}

function itemsOf(range: KubernetesObject): JsonObject[] {
  const limits = valueAt(range, ['spec', 'limits']);
  return Array.isArray(limits) ? limits.filter(isJsonObject) : [];
}

function fillIn(container: JsonObject, item: JsonObject): void {
  const resources = isJsonObject(container.resources) ? container.resources : {};
  for (const [where, from] of [
    ['limits', 'default'],
    ['requests', 'defaultRequest'],
  ] as const) {
    const values = { ...(ownValue(item, from) as JsonObject), ...(ownValue(resources, where) as JsonObject) };
    if (Object.keys(values).length > 0) setOwnValue(resources, where, values);
  }
  container.resources = resources;
}

function limitProblems(
  item: JsonObject,
  resourceIn: (where: RequestsOrLimits, resource: string) => Quantity | undefined,
): string[] {
  const bounds = (field: string) =>
    Object.entries((ownValue(item, field) ?? {}) as JsonObject).flatMap(([resource, value]) => {
      const bound = parseQuantity(value);
      return bound ? [{ resource, bound, words: `${resource} usage per ${item.type} is ${quantityText(bound)}` }] : [];
    });
  const below = bounds('min').flatMap(({ resource, bound, words }) => {
    const [request, limit] = [resourceIn('requests', resource), resourceIn('limits', resource)];
    if (!request) return [`minimum ${words}. No request is specified`];
    if (request.milli < bound.milli) return [`minimum ${words}, but request is ${quantityText(request)}`];
    return limit && limit.milli < bound.milli ? [`minimum ${words}, but limit is ${quantityText(limit)}`] : [];
  });
  const above = bounds('max').flatMap(({ resource, bound, words }) => {
    const [request, limit] = [resourceIn('requests', resource), resourceIn('limits', resource)];
    if (!limit) return [`maximum ${words}. No limit is specified`];
    if (limit.milli > bound.milli) return [`maximum ${words}, but limit is ${quantityText(limit)}`];
    return request && request.milli > bound.milli ? [`maximum ${words}, but request is ${quantityText(request)}`] : [];
  });
  return [...below, ...above];
}
