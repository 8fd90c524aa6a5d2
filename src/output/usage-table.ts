import type { Output } from '../context.ts';
import { sumOfUsage, type Usage } from '../lifecycle/overview/pod-usage.ts';
import type { DeploymentUsage, UsedPod } from '../lifecycle/overview/read-usage.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { escapeTerminal } from '../text/escape.ts';
import { Columns } from './columns.ts';
import type { Concession } from './fit.ts';
import { cpuInWords, memoryInWords, UNKNOWN } from './usage-words.ts';

export const usageOrders = ['cpu', 'memory'] as const;
export type UsageOrder = (typeof usageOrders)[number];

export interface UsageColumns {
  namespace: boolean;
  /** A row for each container. */
  containers: boolean;
  noHeaders: boolean;
  sum: boolean;
  /** The greatest first; undefined: by deployment, predictor and name. */
  sortBy: UsageOrder | undefined;
  stdout?: Output;
}

interface Row {
  deployment: SeldonDeployment;
  pod: UsedPod;
}

const concessions: readonly Concession[] = [
  { column: 'POD', to: 30 },
  { column: 'CONTAINER', to: 16 },
  { column: 'NAME', to: 16 },
  { column: 'NAMESPACE', to: 12 },
  { column: 'PREDICTOR', to: 9 },
  { column: 'POD', to: 16 },
  { column: 'NAME', to: 10 },
  { column: 'PREDICTOR', leaveOut: true },
  // Most pods' names begin with it.
  { column: 'NAME', leaveOut: true },
];

/** As kubectl top pod draws it, with the deployment and the predictor before each pod. */
export function usageLines(usages: readonly DeploymentUsage[], columns: UsageColumns): string[] {
  const { namespace, containers, noHeaders, sum, sortBy, stdout } = columns;
  const header = [
    ...(namespace ? ['NAMESPACE'] : []),
    ...['NAME', 'PREDICTOR', 'POD'],
    ...(containers ? ['CONTAINER'] : []),
    ...['CPU(cores)', 'MEMORY(bytes)'],
  ];
  const all = usages.flatMap(({ deployment, pods }) => pods.map((pod) => ({ deployment, pod })));
  const sorted = sortBy === undefined ? all : greatestFirst(all, sortBy, ({ pod }) => pod.usage);
  const rows = sorted.flatMap((row) => rowsOf(row, columns));
  const blank = header.slice(2).map(() => '');
  const known = all.flatMap(({ pod }) => pod.usage ?? []);
  const total = sumOfUsage(known);
  const sums =
    sum && all.length > 0
      ? [
          [...blank, LINE, LINE],
          [...blank, cpuInWords(total), memoryInWords(total)],
        ]
      : [];
  return new Columns([], stdout, { header, concessions })
    .lines([...(noHeaders ? [] : [header]), ...rows, ...sums])
    .map((line) => line.trimEnd());
}

const LINE = '________';

function rowsOf({ deployment, pod }: Row, { namespace, containers, sortBy }: UsageColumns): string[][] {
  const { metadata } = deployment;
  const before = [
    ...(namespace ? [metadata.namespace ?? ''] : []),
    metadata.name,
    pod.predictor ?? '<none>',
    pod.name,
  ].map(escapeTerminal);
  if (!containers) return [[...before, cpuInWords(pod.usage), memoryInWords(pod.usage)]];
  if (!pod.usage) return [[...before, UNKNOWN, UNKNOWN, UNKNOWN]];
  const each = [...pod.usage.containers].sort((one, other) => (one.name < other.name ? -1 : 1));
  const sorted = sortBy === undefined ? each : greatestFirst(each, sortBy, (one) => one);
  return sorted.map((one) => [...before, escapeTerminal(one.name), cpuInWords(one), memoryInWords(one)]);
}

/** Those that are not known come last. */
function greatestFirst<T>(items: readonly T[], by: UsageOrder, usageOf: (item: T) => Usage | undefined): T[] {
  const amount = (item: T) => (by === 'cpu' ? usageOf(item)?.nanocores : usageOf(item)?.bytes) ?? -1;
  return [...items].sort((one, other) => amount(other) - amount(one));
}

/** For -o json and the like: quantities as Kubernetes writes them, whose sums are of the pods that have figures. */
export function usageObject({ deployment, pods }: DeploymentUsage) {
  const { name, namespace, uid } = deployment.metadata;
  return {
    apiVersion: 'seldon-lifecycle.io/v1',
    kind: 'SeldonDeploymentUsage',
    metadata: { name, namespace, uid },
    ...quantities(pods.some(({ usage }) => usage) ? sumOfUsage(pods.flatMap(({ usage }) => usage ?? [])) : undefined),
    pods: pods.map(({ predictor, name, usage }) => ({
      predictor,
      name,
      ...quantities(usage),
      containers: usage?.containers.map((one) => ({ name: one.name, ...quantities(one) })),
    })),
  };
}

function quantities(usage: Usage | undefined): { cpu: string | undefined; memory: string | undefined } {
  const { nanocores, bytes } = usage ?? {};
  return {
    cpu: nanocores === undefined ? undefined : cpuInWords(usage),
    memory: bytes === undefined ? undefined : memoryInWords(usage),
  };
}
