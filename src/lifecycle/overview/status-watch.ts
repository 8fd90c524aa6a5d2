import type { Advice } from '../../advice/advice.ts';
import type { Clock } from '../../clock.ts';
import type { Cache } from '../../cluster/cache.ts';
import { reportedEvent } from '../../events/reported-event.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { DeploymentInformer, type DeploymentSelection, watchedIn } from '../deployment-informer.ts';
import { explainAsKubectl } from '../errors/kubectl-words.ts';
import { outsideUrls } from '../ingress/find-route.ts';
import { SeenEvents } from '../seen-events.ts';
import { observe } from '../waits/wait-on.ts';
import { type UsageOfPods, type UsedPlace, usageIfServed } from './pod-usage.ts';
import { listWarnings, shownKinds } from './shown-objects.ts';
import { type StatusReport, statusReport } from './status-report.ts';

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
