import type { Advice } from '../advice/advice.ts';
import type { Cache } from '../cluster/cache.ts';
import type { Informer, InformerReader } from '../cluster/informer.ts';
import { events as eventKind, ingressesOf, type WatchedKind } from '../cluster/kinds.ts';
import type { WatchOptions } from '../cluster/reflector.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { EventStream } from '../events/event-stream.ts';
import type { KubernetesEvent, KubernetesObject } from '../kubernetes/objects.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { tellsWhy } from './seen-events.ts';

/** The deployments that a command is about. */
export interface DeploymentSelection {
  cluster: SeldonCluster;
  found: readonly SeldonDeployment[];
  /** Whether that is all of them, those too that are made later. */
  all: boolean;
  /** Undefined: all of them. */
  namespaces: readonly (string | undefined)[];
  tell(warning: Advice): void;
}

/** What is watched, and who is told of it. */
export interface WatchedDeployments
  extends Pick<InformerReader, 'notice' | 'standing'>,
    Pick<WatchOptions, 'clock' | 'signal' | 'silenceMs'> {
  cluster: SeldonCluster;
  /** Undefined: all of them. */
  namespace: string | undefined;
  kinds: readonly WatchedKind[];
  /** false: Events are not watched. */
  withEvents?: boolean;
  /** false: that Events may not be watched is not worth a word. */
  missesEvents?: boolean;
  /** Whether anybody asks about a deployment; if it is not said, about each. */
  isMeant?(deployment: SeldonDeployment): boolean;
  /**
   * Told of a deployment that is meant when it is seen first, and again after each change of it or of what it owns; at last,
   * with what was known of it, that it is not there any more.
   */
  changed?(deployment: SeldonDeployment, isThere: boolean): void;
}

/** The informer of a namespace's SeldonDeployments and of all that they own, with their Events, until `signal` aborts. */
export class DeploymentInformer {
  /** To be told which deployments are to be followed. */
  readonly events: EventStream;
  readonly #asked: WatchedDeployments;
  readonly #informer: Informer;
  /** Those that are meant and there. */
  readonly #meant = new Map<string, SeldonDeployment>();
  #past: Promise<readonly KubernetesEvent[]> | undefined;

  constructor(asked: WatchedDeployments) {
    const reader: InformerReader = {
      ...asked,
      event: (event) => this.events.see(event),
      expired: (uid) => this.events.expired(uid),
      known: (uid) => this.#known(uid),
    };
    this.#asked = asked;
    this.#informer = asked.cluster.informerFor(asked.namespace, reader, asked);
    this.events = new EventStream(this.cache, (object) => this.#isMeant(object));
  }

  get cache(): Cache {
    return this.#informer.cache;
  }

  /** Those that are meant, as they are. */
  get deployments(): SeldonDeployment[] {
    return [...this.#meant.values()];
  }

  /** Resolves when the server has accepted every watch. Throws ApiFailure or Unreachable when it refuses one that is needed. */
  async open(): Promise<void> {
    await this.#informer.open(this.#asked.kinds, this.#asked);
  }

  /** Resolves when everything has been listed once; rejects with the signal's reason. */
  async synced(): Promise<void> {
    await this.#informer.synced();
  }

  /**
   * What the server holds of before the watch of Events, of pods, and of that what tells why something is wrong: asked for
   * once. None where they may not be read.
   */
  pastEvents(): Promise<readonly KubernetesEvent[]> {
    const { cluster, namespace } = this.#asked;
    const query = { fieldSelector: 'involvedObject.kind=Pod', where: tellsWhy };
    this.#past ??= cluster.list<KubernetesEvent>(eventKind, namespace, query).catch(() => []);
    return this.#past;
  }

  /** See Informer. */
  async allEventsSeen(timeoutMs: number): Promise<boolean> {
    return await this.#informer.allEventsSeen(timeoutMs);
  }

  #known(uid: string): void {
    const object = this.cache.get(uid);
    if (this.#asked.changed && object && !this.#meant.has(uid) && this.#isMeant(object)) this.#follow(uid, object);
    this.events.known(uid);
  }

  #isMeant(object: KubernetesObject): boolean {
    return object.kind === 'SeldonDeployment' && (this.#asked.isMeant?.(object) ?? true);
  }

  #follow(uid: string, first: SeldonDeployment): void {
    const look = () => {
      const live = this.cache.get(uid) as SeldonDeployment | undefined;
      const last = live ?? this.#meant.get(uid) ?? first;
      if (live) this.#meant.set(uid, live);
      else this.#meant.delete(uid);
      this.#asked.changed?.(last, live !== undefined);
      if (!live) stop();
    };
    const stop = this.cache.onChange(uid, look);
    look();
  }
}

/** The kinds to watch for these deployments. */
export function ownedKinds(cluster: SeldonCluster, deployments: readonly SeldonDeployment[]): WatchedKind[] {
  const predictors = deployments.flatMap(({ spec }) => spec?.predictors ?? []);
  const components = predictors.flatMap(({ componentSpecs }) => componentSpecs ?? []);
  return [...cluster.kindsOwned(components), ...ingressesOf(deployments)];
}

/** What is watched of the deployments of one of these namespaces, with all that they own. */
export function watchedIn(namespace: string | undefined, { cluster, found, all, tell }: DeploymentSelection) {
  const uids = uidsOf(found);
  return {
    cluster,
    namespace,
    kinds: ownedKinds(cluster, found),
    isMeant: ({ metadata }: SeldonDeployment) => all || uids.has(metadata.uid ?? ''),
    notice: (_: string, message: Advice) => tell(message),
  };
}

export function uidsOf(deployments: readonly SeldonDeployment[]): Set<string> {
  return new Set(deployments.map(({ metadata }) => metadata.uid ?? ''));
}
