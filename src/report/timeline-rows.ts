import type { DeploymentTimeline, PodSpan, ReplicasTimeline, TimelineEvent } from './timeline.ts';

/** A row of the picture: an object, and what happened to it. */
export interface ObjectRow {
  kind: string;
  name: string;
  /** What is different in it from the row above that it belongs to, for where there is little room. */
  shortName: string;
  /** Whether it belongs to the Deployment above it. */
  below: boolean;
  replicas: ReplicasTimeline | undefined;
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
export function objectRows({ name, replicas, pods, events }: DeploymentTimeline): ObjectRow[] {
  const ofKind = (wanted: string) =>
    events.flatMap(({ event: { object } }) => (object.kind === wanted ? [object.name] : []));
  const deploymentNames = new Set([...replicas.map((one) => one.name), ...ofKind('Deployment')]);
  const podNames = new Set([...pods.map((pod) => pod.name), ...ofKind('Pod')]);
  const ownerOf = (object: string) => longestBeginning(object, deploymentNames);
  const rowOf = ({ kind, name: object }: TimelineEvent['event']['object']): string => {
    if (kind === 'Pod') return `pod ${object}`;
    const owner = kind === 'SeldonDeployment' || kind === 'Service' ? undefined : ownerOf(object);
    return owner === undefined ? 'first' : `deployment ${owner}`;
  };
  const marks = Map.groupBy(
    events.flatMap((seen) => marksOf(seen).map((mark) => ({ row: rowOf(seen.event.object), mark }))),
    ({ row }) => row,
  );
  const marksOn = (row: string) => (marks.get(row) ?? []).map(({ mark }) => mark);
  const lives = Map.groupBy(pods, (pod) => pod.name);
  const podRow = (pod: string, owner: string | undefined): ObjectRow => ({
    kind: 'Pod',
    name: pod,
    shortName: owner === undefined ? pod : pod.slice(owner.length + 1),
    below: owner !== undefined,
    replicas: undefined,
    spans: (lives.get(pod) ?? []).flatMap(({ spans }) => spans),
    marks: marksOn(`pod ${pod}`),
  });
  const group = { below: false, replicas: undefined, spans: [] };
  const first: ObjectRow = { ...group, kind: 'SeldonDeployment', name, shortName: name, marks: marksOn('first') };
  const lines = new Map([...replicas].reverse().map((one) => [one.name, one]));
  const podsOf = Map.groupBy(podNames, ownerOf);
  const rows = [...deploymentNames].flatMap((deployment): ObjectRow[] => [
    {
      ...group,
      kind: 'Deployment',
      name: deployment,
      shortName: deployment,
      replicas: lines.get(deployment),
      marks: marksOn(`deployment ${deployment}`),
    },
    ...(podsOf.get(deployment) ?? []).map((pod) => podRow(pod, deployment)),
  ]);
  const strays = (podsOf.get(undefined) ?? []).map((pod) => podRow(pod, undefined));
  return [...(first.marks.length > 0 ? [first] : []), ...rows, ...strays];
}

/** The longest of these names that the object's is, or begins with and goes on with a dash. */
function longestBeginning(object: string, names: ReadonlySet<string>): string | undefined {
  for (let end = object.length; end > 0; end = object.lastIndexOf('-', end - 1)) {
    const beginning = object.slice(0, end);
    if (names.has(beginning)) return beginning;
  }
  return undefined;
}

function marksOf({ event, times }: TimelineEvent): Mark[] {
  const text = `${event.reason}: ${event.message}`;
  return times.map((time) => ({ time, warning: event.type === 'Warning' && !event.benign, text }));
}

/** What the height of the line stands for, at least 1. */
export function mostReplicas(points: ReplicasTimeline['points']): number {
  return points.reduce((most, { desired, available }) => Math.max(most, desired, available), 1);
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
