import type { LimitRange } from '../cluster/namespace-inspection.ts';
import { parseQuantity } from '../kubernetes/quantity.ts';
import type { Container, PodSpec } from '../operator/kubernetes-objects.ts';
import { isObject, ownValue, setOwnValue } from '../own-values.ts';

/** Amounts by their resource: cpu, memory, nvidia.com/gpu; see quantity.ts. */
export type Amounts = Record<string, bigint>;

/** What one container asks for, with what LimitRanges of its namespace give to whoever says nothing. */
export interface ContainerDemand {
  name: string;
  isInit: boolean;
  requests: Amounts;
  limits: Amounts;
}

/** The containers of a pod as the server has them once LimitRanges have had their say. */
export function containerDemands(pod: PodSpec, limitRanges: readonly LimitRange[]): ContainerDemand[] {
  const init = (pod.initContainers ?? []).map((one) => demandOf(one, true, limitRanges));
  return [...init, ...pod.containers.map((one) => demandOf(one, false, limitRanges))];
}

/** A request that is not set is the limit; only then defaults are used. */
function demandOf(container: Container, isInit: boolean, limitRanges: readonly LimitRange[]): ContainerDemand {
  const said = isObject(container.resources) ? container.resources : {};
  const limits = amountsOf(said.limits);
  const requests = { ...limits, ...amountsOf(said.requests) };
  for (const item of limitRanges.flatMap(({ spec }) => spec?.limits ?? [])) {
    if (item.type !== 'Container') continue;
    // As the server completes a LimitRange: SetDefaults_LimitRangeItem in pkg/apis/core/v1/defaults.go.
    const byDefault = { ...item.max, ...item.default };
    fill(limits, byDefault);
    fill(requests, { ...item.min, ...byDefault, ...item.defaultRequest });
  }
  return { name: container.name, isInit: isInit && container.restartPolicy !== 'Always', requests, limits };
}

function fill(amounts: Amounts, defaults: object): void {
  for (const [resource, amount] of Object.entries(amountsOf(defaults))) {
    if (ownValue(amounts, resource) === undefined) setOwnValue(amounts, resource, amount);
  }
}

export function amountsOf(written: unknown): Amounts {
  const amounts: Amounts = {};
  for (const [resource, value] of Object.entries(isObject(written) ? written : {})) {
    const amount = parseQuantity(value);
    if (amount !== undefined) setOwnValue(amounts, resource, amount);
  }
  return amounts;
}

/**
 * What a pod counts for: all its containers together, or the largest of the init containers, which run before them one by
 * one. https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podTotal(containers: readonly ContainerDemand[], of: 'requests' | 'limits'): Amounts {
  const total: Amounts = {};
  for (const container of containers) {
    if (container.isInit) continue;
    for (const [resource, amount] of Object.entries(container[of])) {
      setOwnValue(total, resource, (ownValue(total, resource) ?? 0n) + amount);
    }
  }
  for (const container of containers) {
    if (!container.isInit) continue;
    for (const [resource, amount] of Object.entries(container[of])) {
      if (amount > (ownValue(total, resource) ?? 0n)) setOwnValue(total, resource, amount);
    }
  }
  return total;
}
