import type { Clock } from '../../clock.ts';
import type { Cache } from '../../cluster/cache.ts';
import { ingresses, resourceName } from '../../cluster/kinds.ts';
import { isNewer } from '../../cluster/resource-version.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { DeploymentInformer } from '../../lifecycle/deployment-informer.ts';
import { explainAsKubectl } from '../../lifecycle/errors/kubectl-words.ts';
import { snapshot } from '../../lifecycle/snapshot.ts';
import { INGRESS_KIND } from '../../seldon/ingress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';

/** Longer than a watch takes to show a change of ours; a list never shows it. */
const WRITTEN_MS = 10_000;

/** Whose fields they are is asked, too. */
const whole = { ...ingresses, optional: false, keep: <T>(object: T) => object };

/**
 * The Ingresses that deployments own, as the cluster holds them: from a list or from a watch, and from the server's answers
 * to our own changes. Nobody is asked before a deployment is to have one.
 */
export class LiveIngresses {
  readonly #load: () => Promise<Cache>;
  readonly #writtenMs: number;
  readonly #clock: Clock;
  /** Something is different about the Ingress of a deployment. */
  readonly #news: () => void;
  #opening: Promise<void> | undefined;
  #cache: Cache | undefined;
  /** By the keys of deployments: what ends listening to the one with this uid. */
  readonly #listening = new Map<string, { uid: string; stop(): void }>();
  /** By the uids of deployments. */
  readonly #written = new Map<string, { ingress: KubernetesObject; until: number }>();

  private constructor(load: () => Promise<Cache>, writtenMs: number, clock: Clock, news: () => void) {
    this.#load = load;
    this.#writtenMs = writtenMs;
    this.#clock = clock;
    this.#news = news;
  }

  /** As they are when they are first asked for. */
  static listed(cluster: SeldonCluster, namespace: string | undefined, clock: Clock): LiveIngresses {
    const load = async () => await snapshot(cluster, namespace, [whole], undefined);
    return new LiveIngresses(load, Number.POSITIVE_INFINITY, clock, () => {});
  }

  /** As they are from when they are first asked for until the signal aborts. */
  static watched(
    cluster: SeldonCluster,
    namespace: string | undefined,
    { clock, signal, notice, news }: Watching,
  ): LiveIngresses {
    const load = async () => {
      const around = { clock, signal, notice, withEvents: false };
      const informer = new DeploymentInformer({ cluster, namespace, kinds: [whole], ...around });
      await informer.open().catch((error) => explainAsKubectl(error, `watch ${resourceName(ingresses)}`));
      await informer.synced();
      return informer.cache;
    };
    return new LiveIngresses(load, WRITTEN_MS, clock, news);
  }

  /** Resolves once they are known. Throws Failure where they may not be read; the next try asks again. */
  async open(): Promise<void> {
    this.#opening ??= this.#load().then((cache) => {
      this.#cache = cache;
    });
    await this.#opening.catch((error) => {
      this.#opening = undefined;
      throw error;
    });
  }

  /** That of a deployment; undefined: it owns none. The same object as long as nothing is different. */
  of(key: string, { metadata: { uid = '', name } }: SeldonDeployment): KubernetesObject | undefined {
    if (!this.#cache) return undefined;
    this.#listen(key, uid, this.#cache);
    const owned = this.#cache.ownedBy(uid).others;
    const seen = owned.find(({ kind, metadata }) => kind === INGRESS_KIND && metadata.name === name);
    const written = this.#written.get(uid);
    if (!written) return seen;
    const versionOf = (ingress: KubernetesObject) => ingress.metadata.resourceVersion ?? '0';
    const isAhead = !seen || isNewer(versionOf(written.ingress), versionOf(seen));
    if (isAhead && this.#clock.now() < written.until) return written.ingress;
    this.#written.delete(uid);
    return seen;
  }

  /** As the server has answered our change. */
  put({ metadata: { uid = '' } }: SeldonDeployment, ingress: KubernetesObject): void {
    this.#written.set(uid, { ingress, until: this.#clock.now() + this.#writtenMs });
  }

  /** Forgets what is of no deployment that is wanted. */
  retain(isWanted: (key: string) => boolean): void {
    for (const [key, { uid, stop }] of this.#listening) {
      if (isWanted(key)) continue;
      stop();
      this.#listening.delete(key);
      this.#written.delete(uid);
    }
  }

  #listen(key: string, uid: string, cache: Cache): void {
    const known = this.#listening.get(key);
    if (known?.uid === uid) return;
    known?.stop();
    this.#listening.set(key, { uid, stop: cache.onChange(uid, this.#news) });
  }
}

export interface Watching {
  clock: Clock;
  signal: AbortSignal;
  notice(level: 'info' | 'warning', message: string): void;
  news(): void;
}
