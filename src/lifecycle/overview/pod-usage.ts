import { ApiFailure, Unreachable } from '../../cluster/api-failure.ts';
import type { Cache } from '../../cluster/cache.ts';
import { deployments, podMetrics } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { mayLackSeldonId } from '../../cluster/seldon-id.ts';
import type { Deployment, PodMetrics } from '../../kubernetes/objects.ts';
import { ownValue } from '../../own-values.ts';
import { quantityIn } from '../../text/quantity.ts';

/** Undefined: not known. */
export interface Usage {
  /** A core is 1e9 of them. */
  nanocores: number | undefined;
  bytes: number | undefined;
}

export interface PodUsage extends Usage {
  containers: readonly (Usage & { name: string })[];
}

/** Undefined of a pod of which there are no figures (yet): metrics-server has some after two of its looks, 15 s apart. */
export type UsageOfPods = (namespace: string | undefined, pod: string) => PodUsage | undefined;

/** What is looked at, and what was seen in it: undefined stands for all namespaces. */
export interface UsedPlace {
  namespace: string | undefined;
  cache: Cache;
}

interface UsageOptions {
  signal?: AbortSignal;
}

/** Milliseconds for figures that something else is shown beside: nobody waits longer for them. */
const BESIDE_MS = 5_000;

/** One request for each place. Throws ApiFailure or Unreachable: see isNotServed. */
export async function listUsage(
  cluster: SeldonCluster,
  places: readonly UsedPlace[],
  { signal }: UsageOptions = {},
): Promise<UsageOfPods> {
  const listed = await Promise.all(
    places.map(async ({ namespace, cache }) => {
      const { labelSelector, ...unselected } = podMetrics;
      const isNarrow = !(cache.ofKind(deployments.kind) as Deployment[]).some(mayLackSeldonId);
      return await cluster.list<PodMetrics>(isNarrow ? { ...unselected, labelSelector } : unselected, namespace, {
        signal,
      });
    }),
  );
  const found = new Map(listed.flat().map((one) => [keyOf(one.metadata.namespace, one.metadata.name), usageOf(one)]));
  return (namespace, pod) => found.get(keyOf(namespace, pod));
}

/** As listUsage, for where it is one thing among others: undefined where there is none, and `tell` is told of any reason but that nothing serves it. */
export async function usageIfServed(
  cluster: SeldonCluster,
  places: readonly UsedPlace[],
  tell: (warning: string) => void,
): Promise<UsageOfPods | undefined> {
  try {
    return await listUsage(cluster, places, { signal: AbortSignal.timeout(BESIDE_MS) });
  } catch (error) {
    if (!(error instanceof ApiFailure || error instanceof Unreachable)) throw error;
    if (!isNotServed(error)) tell(`CPU and MEMORY are not shown: ${error.message}`);
    return undefined;
  }
}

/** A list of a kind that the server has is never 404, whatever the namespace: discovery would say no more. */
export function isNotServed(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 404;
}

/** Of several together; not known, if one of them is not. */
export function sumOfUsage(usages: readonly (Usage | undefined)[]): Usage {
  return {
    nanocores: sumOf(usages.map((usage) => usage?.nanocores)),
    bytes: sumOf(usages.map((usage) => usage?.bytes)),
  };
}

function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
}

function usageOf({ containers = [] }: PodMetrics): PodUsage {
  const each = containers.map(({ name, usage }) => {
    const cores = quantityIn(ownValue(usage, 'cpu') ?? '');
    // Whole numbers, so that sums of them are exact.
    const nanocores = cores === undefined ? undefined : Math.round(cores * 1e9);
    return { name, nanocores, bytes: quantityIn(ownValue(usage, 'memory') ?? '') };
  });
  return { ...sumOfUsage(each.length > 0 ? each : [undefined]), containers: each };
}

function keyOf(namespace: string | undefined, pod: string): string {
  return `${namespace ?? ''}/${pod}`;
}
