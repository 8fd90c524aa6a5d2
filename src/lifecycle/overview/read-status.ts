import type { Advice } from '../../advice/advice.ts';
import type { Clock } from '../../clock.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import type { Cache } from '../../cluster/cache.ts';
import { events as eventKind, type WatchedKind, withoutManagedFields } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { reportedEvent } from '../../events/reported-event.ts';
import type { KubernetesEvent, KubernetesObject } from '../../kubernetes/objects.ts';
import { SELDON_KIND, type SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { DeploymentInformer, type DeploymentSelection, ownedKinds, watchedIn } from '../deployment-informer.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';
import { outsideUrls } from '../ingress/find-route.ts';
import { SeenEvents } from '../seen-events.ts';
import { snapshot } from '../snapshot.ts';
import { observe } from '../waits/wait-on.ts';
import { type UsageOfPods, type UsedPlace, usageIfServed } from './pod-usage.ts';
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

/** A deployment that is watched. */
export interface WatchedStatus {
  uid: string;
  cache: Cache;
  deployment: SeldonDeployment;
}

/** What the watches show, which changes until the signal aborts. */
export class StatusWatch {
  readonly #asked: DeploymentSelection;
  readonly #options: { clock: Clock; signal: AbortSignal };
  readonly #onChange: () => void;
  readonly #seen = new SeenEvents();
  readonly #watched = new Map<string, WatchedStatus>();
  #outside: ReadonlyMap<string, string> = new Map();
  readonly #places: UsedPlace[] = [];

  /** `onChange` is told of whatever could be seen in the reports. */
  constructor(asked: DeploymentSelection, onChange: () => void, options: { clock: Clock; signal: AbortSignal }) {
    this.#asked = asked;
    this.#onChange = onChange;
    this.#options = options;
  }

  /** Resolves when everything has been listed once. */
  async open(): Promise<void> {
    const { namespaces, found, cluster } = this.#asked;
    const [outside] = await Promise.all([
      outsideUrls(found, cluster),
      ...namespaces.map((namespace) => this.#open(namespace)),
    ]);
    this.#outside = outside;
  }

  get watched(): WatchedStatus[] {
    return [...this.#watched.values()];
  }

  /** What the pods use now, if the server tells it: nobody can watch that. */
  async usage(tell: (warning: string) => void): Promise<UsageOfPods | undefined> {
    return await usageIfServed(this.#asked.cluster, this.#places, tell);
  }

  reports(): StatusReport<Advice>[] {
    return this.watched.map((one) => {
      const live = one.cache.get(one.uid) as SeldonDeployment | undefined;
      if (live) one.deployment = live;
      const seen = observe(one.cache, one.uid, this.#seen);
      const report = statusReport(one.deployment, seen, (uid) => this.#seen.lastWarning(uid));
      return { ...report, outside: this.#outside.get(one.uid) };
    });
  }

  async #open(namespace: string | undefined): Promise<void> {
    const { cluster, found, tell } = this.#asked;
    const informer = new DeploymentInformer({
      ...this.#options,
      ...watchedIn(namespace, this.#asked),
      kinds: shownKinds(this.#asked),
      changed: (deployment) => this.#add(informer, deployment),
    });
    this.#places.push({ namespace, cache: informer.cache });
    for (const one of found) {
      if (namespace === undefined || one.metadata.namespace === namespace) this.#add(informer, one);
    }
    await informer.open().catch((error) => explainAsKubectl(error, 'watch seldondeployments'));
    const [warnings] = await Promise.all([listWarnings(cluster, namespace, tell), informer.synced()]);
    for (const event of warnings) this.#seen.see(reportedEvent(event), event);
  }

  /** For good: one that is gone is shown as Deleted. */
  #add({ cache, events }: DeploymentInformer, deployment: SeldonDeployment): void {
    const uid = deployment.metadata.uid ?? '';
    if (this.#watched.has(uid)) return;
    this.#watched.set(uid, { uid, cache, deployment });
    cache.onChange(uid, this.#onChange);
    events.follow(uid, (event, whole) => {
      this.#seen.see(event, whole);
      this.#onChange();
    });
    this.#onChange();
  }
}

/** ReplicaSets and pods whole: their counts and ages are shown. */
function shownKinds({ cluster, found }: Pick<DeploymentSelection, 'cluster' | 'found'>): WatchedKind[] {
  return ownedKinds(cluster, found).map((kind) => {
    if (kind.kind !== 'ReplicaSet' && kind.kind !== 'Pod') return kind;
    const { accept: _, ...whole } = kind;
    const keep = <T extends KubernetesObject>(object: T) =>
      isForeign(object) ? kind.keep(object) : withoutManagedFields(object);
    return { ...whole, keep };
  });
}

/** What has another kind of owner, or none, cannot be a SeldonDeployment's. */
function isForeign({ metadata: { ownerReferences = [] } }: KubernetesObject): boolean {
  return !ownerReferences.some(({ kind }) => kind === 'ReplicaSet' || kind === 'Deployment');
}

/** The server picks them: a namespace may hold the Events of thousands of others. `tell`: that they may not be read. */
async function listWarnings(
  cluster: SeldonCluster,
  namespace: string | undefined,
  tell: (warning: string) => void,
  fieldSelector = 'type=Warning',
): Promise<KubernetesEvent[]> {
  return await listEvents(cluster, namespace, fieldSelector, ({ message }) =>
    tell(`warnings are not shown: ${message}`),
  );
}

/** Not of what they own. None where they may not be read: listWarnings tells that. */
async function listEventsOfSeldonDeployments(
  cluster: SeldonCluster,
  namespace: string | undefined,
): Promise<KubernetesEvent[]> {
  return await listEvents(cluster, namespace, `involvedObject.kind=${SELDON_KIND}`, () => {});
}

async function listEvents(
  cluster: SeldonCluster,
  namespace: string | undefined,
  fieldSelector: string,
  forbidden: (failure: ApiFailure) => void,
): Promise<KubernetesEvent[]> {
  return await cluster
    .list<KubernetesEvent>(eventKind, namespace, { fieldSelector: fieldSelector || undefined })
    .catch((error) => {
      if (!(error instanceof ApiFailure) || error.status !== 403) return explainAsKubectl(error, 'list events');
      forbidden(error);
      return [];
    });
}
