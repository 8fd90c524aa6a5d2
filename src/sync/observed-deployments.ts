import { deployments, pods, replicaSets, seldonDeployments } from '../cluster/kinds.ts';
import type { Pod } from '../kubernetes/objects.ts';
import { DeploymentInformer, type WatchedDeployments } from '../lifecycle/deployment-informer.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import type { Observation } from '../lifecycle/waits/observation.ts';
import { observe } from '../lifecycle/waits/wait-on.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { keyOf } from './desired/desired.ts';
import type { LiveObjects } from './reconcile/live-objects.ts';

/** What is watched, and who is told of it. */
export interface Observing
  extends Pick<WatchedDeployments, 'cluster' | 'namespace' | 'notice' | 'standing' | 'clock' | 'signal'> {
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
  readonly #informer: DeploymentInformer;

  /** Keeps `live` as the watches show it. */
  constructor(live: LiveObjects, observing: Observing) {
    this.#live = live;
    this.#with = observing;
    const { cluster } = observing;
    // Whose fields they are is asked, too.
    const whole = { ...seldonDeployments(cluster.resource), keep: <T>(object: T) => object };
    this.#informer = new DeploymentInformer({
      ...observing,
      kinds: [whole, deployments, replicaSets, pods],
      withEvents: false,
      changed: (deployment, isThere) => this.#changed(deployment, isThere),
    });
  }

  /** Resolves when all of the cache is there. Throws Failure where it may not be watched. */
  async open(): Promise<void> {
    await this.#informer.open().catch((error) => explain(error, 'watch seldondeployments'));
    await this.#informer.synced();
  }

  /** Undefined: it is not there. */
  observe(uid: string): Observation | undefined {
    const { cache } = this.#informer;
    return cache.get(uid) && observe(cache, uid);
  }

  podsOf({ metadata: { uid = '' } }: SeldonDeployment): readonly Pod[] {
    return this.#informer.cache.ownedBy(uid).pods;
  }

  #changed(deployment: SeldonDeployment, isThere: boolean): void {
    const { namespace = '', name, uid = '', generation, labels, annotations, deletionTimestamp } = deployment.metadata;
    this.#with.changed(keyOf(namespace, name));
    if (!isThere) {
      this.#looks.delete(uid);
      this.#live.remove(deployment);
      this.#with.news();
      return;
    }
    this.#live.put(deployment);
    const look = JSON.stringify([generation, labels, annotations, deletionTimestamp]);
    if (this.#looks.get(uid) === look) return;
    this.#looks.set(uid, look);
    this.#with.news();
  }
}
