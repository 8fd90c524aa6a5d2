import type { Clock } from '../clock.ts';
import type { Cache } from '../cluster/cache.ts';
import { deployments, pods, replicaSets, seldonDeployments } from '../cluster/kinds.ts';
import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import type { Pod } from '../kubernetes/objects.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { whenListed } from '../lifecycle/snapshot.ts';
import type { Observation } from '../lifecycle/waits/observation.ts';
import { observe } from '../lifecycle/waits/wait-on.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { keyOf } from './desired/desired.ts';
import type { LiveObjects } from './reconcile/live-objects.ts';

export interface Observing {
  cluster: SeldonCluster;
  clock: Clock;
  signal: AbortSignal;
  notice(level: 'info' | 'warning', message: string): void;
  /** Whether all watches stand, whenever that changes. */
  standing(all: boolean): void;
  /** Something of the deployment with this key is different, or of what it owns. */
  changed(key: string): void;
  /** And it is more than a status: there may be something to do. */
  news(): void;
}

/** The deployments of the cluster and what they own, watched until the signal aborts. */
export class ObservedDeployments {
  readonly #live: LiveObjects;
  readonly #with: Observing;
  /** Of each object, what of it a sync cares about, to tell changes of the status from others. */
  readonly #looks = new Map<string, string>();
  #cache: Cache | undefined;

  /** Keeps `live` as the watches show it. */
  constructor(live: LiveObjects, observing: Observing) {
    this.#live = live;
    this.#with = observing;
  }

  /** Resolves when all of the cache is there. Throws Failure where it may not be watched. */
  async open(namespace: string | undefined): Promise<void> {
    const { cluster, clock, signal, notice, standing } = this.#with;
    const watch = cluster.informerFor(
      namespace,
      {
        event: () => {},
        known: (uid) => this.#known(uid),
        notice,
        standing,
      },
      { clock, signal },
    );
    this.#cache = watch.cache;
    // Whose fields they are is asked, too.
    const whole = { ...seldonDeployments(cluster.resource), keep: <T>(object: T) => object };
    await watch
      .open([whole, deployments, replicaSets, pods], { withEvents: false })
      .catch((error) => explain(error, 'watch seldondeployments'));
    await whenListed(watch.cache, signal);
  }

  /** Undefined: it is not there. */
  observe(uid: string): Observation | undefined {
    return this.#cache?.get(uid) && observe(this.#cache, uid);
  }

  podsOf({ metadata: { uid = '' } }: SeldonDeployment): readonly Pod[] {
    return this.#cache?.ownedBy(uid).pods ?? [];
  }

  #known(uid: string): void {
    const object = this.#cache?.get(uid) as SeldonDeployment | undefined;
    if (object?.kind !== 'SeldonDeployment') return;
    if (!this.#looks.has(uid)) {
      const stop = this.#cache?.onChange(uid, () => this.#changed(uid, object, stop));
    }
    this.#changed(uid, object);
  }

  #changed(uid: string, last: SeldonDeployment, stop?: () => void): void {
    const object = this.#cache?.get(uid) as SeldonDeployment | undefined;
    const { namespace = '', name } = last.metadata;
    this.#with.changed(keyOf(namespace, name));
    if (!object) {
      stop?.();
      this.#looks.delete(uid);
      this.#live.remove(last);
      this.#with.news();
      return;
    }
    this.#live.put(object);
    const { generation, labels, annotations, deletionTimestamp } = object.metadata;
    const look = JSON.stringify([generation, labels, annotations, deletionTimestamp]);
    if (this.#looks.get(uid) === look) return;
    this.#looks.set(uid, look);
    this.#with.news();
  }
}
