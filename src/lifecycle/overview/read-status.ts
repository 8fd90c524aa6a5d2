import type { Advice } from '../../advice/advice.ts';
import type { Cache } from '../../cluster/cache.ts';
import type { WatchedKind } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { reportedEvent } from '../../events/reported-event.ts';
import type { KubernetesEvent } from '../../kubernetes/objects.ts';
import { SELDON_KIND, type SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { DeploymentSelection } from '../deployment-informer.ts';
import { outsideUrls } from '../ingress/find-route.ts';
import { SeenEvents } from '../seen-events.ts';
import { snapshot } from '../snapshot.ts';
import { observe } from '../waits/wait-on.ts';
import { type UsageOfPods, usageIfServed } from './pod-usage.ts';
import { listEventsOfSeldonDeployments, listWarnings, shownKinds } from './shown-objects.ts';
import { type StatusReport, statusReport } from './status-report.ts';

export interface ReadStatus {
  reports: StatusReport<Advice>[];
  /** What was seen of what they own. */
  seen: SeenEvents;
  /** Of SeldonDeployments themselves, not of what they own: all that the server holds, if they are asked for. */
  events: KubernetesEvent[];
  /** If it is asked for, and the server tells it. */
  usage: UsageOfPods | undefined;
}

/** What is shown of a namespace whichever of its deployments are meant, while that is looked for. */
export interface BegunReading {
  cluster: SeldonCluster;
  namespace: string | undefined;
  kinds: readonly WatchedKind[];
  read: Promise<Shown>;
  /** To be told once it is known that there is something to show. */
  told: readonly string[];
}

/** Nothing that goes wrong is thrown before somebody asks for it. */
export function beginReading(cluster: SeldonCluster, namespace: string | undefined): BegunReading {
  const told: string[] = [];
  const tell = (warning: string) => told.push(warning);
  const kinds = shownKinds({ cluster, found: [] }).filter(({ kind }) => TO_PODS.includes(kind));
  const read = Promise.all([snapshot(cluster, namespace, kinds, tell), listWarnings(cluster, namespace, tell)]).then(
    ([cache, warnings]) => ({ cache, warnings }),
  );
  read.catch(() => {});
  return { cluster, namespace, kinds, read, told };
}

interface ReadOptions {
  /** Of the one namespace that is asked for. */
  begun?: BegunReading | undefined;
  withEvents?: boolean;
  everyEvent?: boolean;
  /** Of what they own only their Deployments and pods, which suffice to say why they are not available. */
  onlyPods?: boolean;
  /** What the pods use: one request more for each namespace. */
  withUsage?: boolean;
}

const TO_PODS: readonly string[] = ['Deployment', 'ReplicaSet', 'Pod'];

/** How the deployments are now. */
export async function readStatus(
  asked: DeploymentSelection,
  { begun, withEvents = false, everyEvent = false, onlyPods = false, withUsage = false }: ReadOptions,
): Promise<ReadStatus> {
  const seen = new SeenEvents();
  if (asked.found.length === 0) return { reports: [], seen, events: [], usage: undefined };
  const isEnding = asked.found.some(({ metadata }) => metadata.deletionTimestamp);
  const kinds = shownKinds(asked).filter(({ kind, accept }) => {
    // They are known themselves. Of Services and the like, only who they are is asked for: to see their end, or their Events.
    if (onlyPods || kind === SELDON_KIND) return TO_PODS.includes(kind);
    return accept === undefined || isEnding || everyEvent;
  });
  const ofEach = await Promise.all(
    asked.namespaces.map(async (namespace) => {
      const [{ cache, warnings }, events] = await Promise.all([
        readShown(asked, namespace, kinds, everyEvent ? '' : 'type=Warning', begun),
        withEvents ? listEventsOfSeldonDeployments(asked.cluster, namespace) : [],
      ]);
      const here = asked.found.filter(({ metadata }) => (namespace ?? metadata.namespace) === metadata.namespace);
      cache.replace(SELDON_KIND, here);
      return { namespace, cache, warnings, events };
    }),
  );
  for (const { warnings } of ofEach) for (const event of warnings) seen.see(reportedEvent(event), event);
  const [outside, usage] = await Promise.all([
    onlyPods ? new Map<string, string>() : outsideUrls(asked.found, asked.cluster),
    withUsage ? usageIfServed(asked.cluster, ofEach, asked.tell) : undefined,
  ]);
  const reports = asked.found.map((deployment) => {
    const uid = deployment.metadata.uid ?? '';
    const cache = ofEach.find((one) => one.cache.get(uid))?.cache ?? ofEach[0]?.cache;
    const report = statusReport(deployment, observe(cache as Cache, uid, seen), (one) => seen.lastWarning(one));
    return { ...report, outside: outside.get(uid) };
  });
  return { reports, seen, events: ofEach.flatMap(({ events }) => events), usage };
}

interface Shown {
  cache: Cache;
  warnings: KubernetesEvent[];
}

async function readShown(
  asked: DeploymentSelection,
  namespace: string | undefined,
  kinds: readonly WatchedKind[],
  eventSelector: string,
  begun: BegunReading | undefined,
): Promise<Shown> {
  const known = begun && (await completed(begun, asked, kinds));
  if (known) return known;
  const { cluster, tell } = asked;
  const [cache, warnings] = await Promise.all([
    snapshot(cluster, namespace, kinds, tell),
    listWarnings(cluster, namespace, tell, eventSelector),
  ]);
  return { cache, warnings };
}

/** The begun reading cannot have taken as long. */
const JUST_MADE_MS = 60_000;

/**
 * What was begun, with the kinds that only these deployments have; undefined where it is of no use: another resource was asked
 * for, or one of them was made since, and what it owns with it.
 */
async function completed(
  begun: BegunReading,
  { cluster, found, tell }: DeploymentSelection,
  kinds: readonly WatchedKind[],
): Promise<Shown | undefined> {
  if (begun.cluster !== cluster) return undefined;
  const read = await begun.read;
  const isNew = ({ metadata: { uid = '', creationTimestamp = '' } }: SeldonDeployment) =>
    cluster.serverClock.now() - Date.parse(creationTimestamp) < JUST_MADE_MS &&
    read.cache.ownedBy(uid).deployments.length === 0;
  if (found.some(isNew)) return undefined;
  for (const warning of begun.told) tell(warning);
  const rest = kinds.filter(({ kind }) => !begun.kinds.some((known) => known.kind === kind));
  await snapshot(cluster, begun.namespace, rest, tell, read.cache);
  return read;
}
