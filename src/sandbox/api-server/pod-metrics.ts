import { ENGINE } from '../workloads/image-stories.ts';
import { notFound } from './api-failure.ts';
import { plainObject } from './managed-fields/builtin-merge-schemas.ts';
import { type JsonObject, type KubernetesObject, valueAt } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import { timestamp } from './timestamps.ts';

/** What metrics-server serves of pods: never stored, and made of the pods that run whenever somebody asks. */
export const podMetricsType: ResourceType = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  servedVersions: ['v1beta1'],
  kind: 'PodMetrics',
  listKind: 'PodMetricsList',
  plural: 'pods',
  singular: '',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['get', 'list'],
  hasStatus: false,
  mergeSchema: plainObject,
  emptyObject: { metadata: {} },
  generation: 'none',
  allowsUnconditionalUpdate: false,
  returnsDeletedObject: false,
};

export function isPodMetrics({ group }: ResourceType): boolean {
  return group === podMetricsType.group;
}

/**
 * The figures of the pods of a namespace, or of all of them. As from metrics-server, a pod has none until all its containers
 * run. https://github.com/kubernetes-sigs/metrics-server/blob/master/pkg/storage/pod.go
 */
export function listPodMetrics(store: Store, namespace: string | undefined): KubernetesObject[] {
  const pods = store.types.find(({ group, kind }) => group === '' && kind === 'Pod');
  if (!pods) return [];
  return store.list(pods, namespace).flatMap((pod) => metricsOf(pod, store.now()) ?? []);
}

/** Throws the 404 of a pod without figures. */
export function getPodMetrics(store: Store, namespace: string | undefined, name: string): KubernetesObject {
  const found = listPodMetrics(store, namespace).find(({ metadata }) => metadata.name === name);
  if (!found) throw notFound(podMetricsType, name);
  return found;
}

function metricsOf(pod: KubernetesObject, now: Date): KubernetesObject | undefined {
  const statuses = valueAt(pod, ['status', 'containerStatuses']);
  if (!Array.isArray(statuses) || statuses.length === 0) return undefined;
  if (!statuses.every((status) => valueAt(status, ['state', 'running']) !== undefined)) return undefined;
  const { name, namespace, labels } = pod.metadata;
  return {
    kind: podMetricsType.kind,
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name, namespace, creationTimestamp: timestamp(now), ...(labels && { labels }) },
    timestamp: timestamp(now),
    window: '15s',
    containers: statuses.map(({ name: container }: { name: string }) => ({
      name: container,
      usage: usageOf(name, container),
    })),
  } as unknown as KubernetesObject;
}

/** By their names alone, so that they are the same whenever somebody asks: a model takes more than what stands before it. */
function usageOf(pod: string, container: string): JsonObject {
  const chance = hash(`${pod}/${container}`);
  const most = container === ENGINE ? { millicores: 20, mebibytes: 64 } : { millicores: 400, mebibytes: 512 };
  const part = (of: number, by: number) => Math.floor(of / 4 + ((of * 3) / 4) * by);
  const nanocores = part(most.millicores * 1e6, (chance % 1000) / 1000);
  return {
    cpu: `${nanocores}n`,
    memory: `${part(most.mebibytes * 1024, (Math.floor(chance / 1000) % 1000) / 1000)}Ki`,
  };
}

/** FNV-1a, of 32 bits. */
function hash(text: string): number {
  return [...text].reduce(
    (hashed, letter) => Math.imul(hashed ^ (letter.codePointAt(0) ?? 0), 16777619) >>> 0,
    2166136261,
  );
}
