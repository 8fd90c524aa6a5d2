import type { DeploymentChronicle, EventSeen, PodSpan, ReplicasOverTime } from './chronicle.ts';

/** A row of the picture: an object, and what happened to it. */
export interface ObjectRow {
  kind: string;
  name: string;
  /** What is different in it from the row above that it belongs to, for where there is little room. */
  shortName: string;
  /** Whether it belongs to the Deployment above it. */
  below: boolean;
  replicas: ReplicasOverTime | undefined;
  spans: readonly PodSpan[];
  marks: Mark[];
}

/** An Event, each time that it was told. */
export interface Mark {
  time: number;
  warning: boolean;
  text: string;
}

/**
 * The rows of one deployment: itself, then each Deployment with its pods below it. An Event stands on the row of the
 * object that it is about; those of ReplicaSets and autoscalers on that of their Deployment, all others on the first.
 */
export function objectRows({ name, replicas, pods, events }: DeploymentChronicle): ObjectRow[] {
  const marks = events.map((seen) => ({ object: seen.event.object, marks: marksOf(seen) }));
  const deploymentNames = distinct([
    ...replicas.map((one) => one.name),
    ...marks.filter(({ object }) => object.kind === 'Deployment').map(({ object }) => object.name),
  ]);
  const podNames = distinct([
    ...pods.map((pod) => pod.name),
    ...marks.filter(({ object }) => object.kind === 'Pod').map(({ object }) => object.name),
  ]);
  const ownerOf = (object: string) =>
    deploymentNames
      .filter((one) => object === one || object.startsWith(`${one}-`))
      .sort((a, b) => b.length - a.length)[0];
  const marksWhere = (isHere: (object: EventSeen['event']['object']) => boolean) =>
    marks.filter(({ object }) => isHere(object)).flatMap((one) => one.marks);
  const podRow = (pod: string, owner: string | undefined): ObjectRow => ({
    kind: 'Pod',
    name: pod,
    shortName: owner === undefined ? pod : pod.slice(owner.length + 1),
    below: owner !== undefined,
    replicas: undefined,
    spans: pods.filter((one) => one.name === pod).flatMap(({ spans }) => spans),
    marks: marksWhere((object) => object.kind === 'Pod' && object.name === pod),
  });
  const ofDeployment = ({ kind, name: object }: { kind: string; name: string }) =>
    kind !== 'Pod' && kind !== 'SeldonDeployment' && kind !== 'Service' ? ownerOf(object) : undefined;
  const first: ObjectRow = {
    kind: 'SeldonDeployment',
    name,
    shortName: name,
    below: false,
    replicas: undefined,
    spans: [],
    marks: marksWhere((object) => object.kind !== 'Pod' && ofDeployment(object) === undefined),
  };
  const rows = deploymentNames.flatMap((deployment) => [
    {
      kind: 'Deployment',
      name: deployment,
      shortName: deployment,
      below: false,
      replicas: replicas.find((one) => one.name === deployment),
      spans: [],
      marks: marksWhere((object) => ofDeployment(object) === deployment),
    },
    ...podNames.filter((pod) => ownerOf(pod) === deployment).map((pod) => podRow(pod, deployment)),
  ]);
  const strays = podNames.filter((pod) => ownerOf(pod) === undefined).map((pod) => podRow(pod, undefined));
  return [...(first.marks.length > 0 ? [first] : []), ...rows, ...strays];
}

function marksOf({ event, times }: EventSeen): Mark[] {
  const text = `${event.reason}: ${event.message}`;
  return times.map((time) => ({ time, warning: event.type === 'Warning' && !event.benign, text }));
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** How a pod's state looks: its colour. */
export type Look = 'ready' | 'starting' | 'pending' | 'failing' | 'ending' | 'done';

/** By the words of kubectl's STATUS column. */
export function lookOf({ status, ready }: PodSpan): Look {
  if (status === 'Terminating') return 'ending';
  if (ready) return 'ready';
  if (status === 'Completed' || status === 'Succeeded') return 'done';
  if (status === 'Running') return 'starting';
  if (/^(Pending|ContainerCreating|PodInitializing|Init:\d+\/\d+)$/.test(status)) return 'pending';
  return 'failing';
}

/** The worst first, and those that are alike in the order in which they were begun. */
export function worstFirst<T extends { outcome: string }>(deployments: readonly T[]): T[] {
  const order = ['failed', 'timed-out', 'unfinished', 'interrupted', 'succeeded'];
  return [...deployments].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
}
