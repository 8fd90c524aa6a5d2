import type { Advice } from '../../advice/advice.ts';
import type { Clock } from '../../clock.ts';
import type { Cache } from '../../cluster/cache.ts';
import { type WatchedKind, withoutManagedFields } from '../../cluster/kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import type { KubernetesEvent, KubernetesObject } from '../../kubernetes/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';
import { snapshot, whenListed } from '../snapshot.ts';
import { observe } from '../waits/wait-on.ts';
import { LastWarnings, listEventsOfSeldonDeployments, listWarnings } from './status-events.ts';
import { type StatusReport, statusReport } from './status-report.ts';

export interface AskedStatus {
  cluster: SeldonCluster;
  found: readonly SeldonDeployment[];
  /** Whether that is all of them, those too that are made later. */
  all: boolean;
  namespaces: readonly (string | undefined)[];
  tell(warning: Advice): void;
}

export interface ReadStatus {
  reports: StatusReport<Advice>[];
  /** Of SeldonDeployments themselves, not of what they own: all that the server holds, if they are asked for. */
  events: KubernetesEvent[];
}

/** How the deployments are now. */
export async function readStatus(asked: AskedStatus, { withEvents = false } = {}): Promise<ReadStatus> {
  if (asked.found.length === 0) return { reports: [], events: [] };
  const ofEach = await Promise.all(
    asked.namespaces.map(async (namespace) => {
      const [cache, warnings, events] = await Promise.all([
        snapshot(asked.cluster, namespace, kindsOf(asked), asked.tell),
        listWarnings(asked.cluster, namespace, asked.tell),
        withEvents ? listEventsOfSeldonDeployments(asked.cluster, namespace) : [],
      ]);
      return { cache, warnings, events };
    }),
  );
  const warnings = new LastWarnings();
  for (const one of ofEach) for (const event of one.warnings) warnings.see(event);
  const reports = asked.found.map((deployment) => {
    const uid = deployment.metadata.uid ?? '';
    const cache = ofEach.find((one) => one.cache.get(uid))?.cache ?? ofEach[0]?.cache;
    return statusReport(deployment, observe(cache as Cache, uid), (one) => warnings.of(one));
  });
  return { reports, events: ofEach.flatMap(({ events }) => events) };
}

/** A deployment that is watched. */
export interface WatchedStatus {
  uid: string;
  cache: Cache;
  deployment: SeldonDeployment;
}

/** What the watches show, which changes until the signal aborts. */
export class StatusWatch {
  readonly #asked: AskedStatus;
  readonly #options: { clock: Clock; signal: AbortSignal };
  readonly #onChange: () => void;
  readonly #warnings = new LastWarnings();
  readonly #watched = new Map<string, WatchedStatus>();

  /** `onChange` is told of whatever could be seen in the reports. */
  constructor(asked: AskedStatus, onChange: () => void, options: { clock: Clock; signal: AbortSignal }) {
    this.#asked = asked;
    this.#onChange = onChange;
    this.#options = options;
  }

  /** Resolves when everything has been listed once. */
  async open(): Promise<void> {
    await Promise.all(this.#asked.namespaces.map((namespace) => this.#open(namespace)));
  }

  get watched(): WatchedStatus[] {
    return [...this.#watched.values()];
  }

  reports(): StatusReport<Advice>[] {
    return this.watched.map((one) => {
      const live = one.cache.get(one.uid) as SeldonDeployment | undefined;
      if (live) one.deployment = live;
      return statusReport(one.deployment, observe(one.cache, one.uid), (uid) => this.#warnings.of(uid));
    });
  }

  async #open(namespace: string | undefined): Promise<void> {
    const { cluster, found, all, tell } = this.#asked;
    const watch = cluster.informerFor(
      namespace,
      {
        event: (event) => {
          this.#warnings.see(event);
          this.#onChange();
        },
        known: (uid) => {
          const object = watch.cache.get(uid);
          if (all && object?.kind === 'SeldonDeployment') this.#add(watch.cache, object);
        },
        notice: (_, message) => tell(message),
      },
      this.#options,
    );
    for (const one of found) {
      if (namespace === undefined || one.metadata.namespace === namespace) this.#add(watch.cache, one);
    }
    await watch.open(kindsOf(this.#asked)).catch((error) => explainAsKubectl(error, 'watch seldondeployments'));
    const [warnings] = await Promise.all([
      listWarnings(cluster, namespace, tell),
      whenListed(watch.cache, this.#options.signal),
    ]);
    for (const event of warnings) this.#warnings.see(event);
  }

  #add(cache: Cache, deployment: SeldonDeployment): void {
    const uid = deployment.metadata.uid ?? '';
    if (this.#watched.has(uid)) return;
    this.#watched.set(uid, { uid, cache, deployment });
    cache.onChange(uid, this.#onChange);
    this.#onChange();
  }
}

/** ReplicaSets and pods whole: their counts and ages are shown. */
function kindsOf({ cluster, found }: AskedStatus): WatchedKind[] {
  const components = found
    .flatMap(({ spec }) => spec?.predictors ?? [])
    .flatMap(({ componentSpecs }) => componentSpecs ?? []);
  return cluster.kindsOwned(components).map((kind) => {
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
