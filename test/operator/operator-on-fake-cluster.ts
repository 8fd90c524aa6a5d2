import type { SeldonDeployment, SeldonDeploymentStatus } from '../../src/operator/seldon-deployment.ts';
import { kinds } from '../../src/sandbox/operator/client.ts';
import { EventSender } from '../../src/sandbox/operator/event-sender.ts';
import { InformerCache } from '../../src/sandbox/operator/informer-cache.ts';
import { reconcile } from '../../src/sandbox/operator/reconcile.ts';
import type { Operator } from '../../src/sandbox/operator/reconcile-pass.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { oneModel, seldonDeployment } from './seldon-deployment-yaml.ts';

/** An operator whose reconciles are called by hand, one at a time, with one SeldonDeployment "m" in the cluster. */
export class OperatorOnFakeCluster {
  readonly cluster = new FakeCluster();
  readonly clock = new FakeClock();
  readonly #operator: Operator;

  constructor(spec = oneModel, options: Partial<Pick<Operator, 'namespace' | 'controllerId'>> = {}) {
    const { cluster, clock } = this;
    const cache = new InformerCache();
    const events = new EventSender(cluster, clock);
    this.#operator = { client: cluster, cache, events, clock, written: new Map(), ...options };
    const signal = new AbortController().signal;
    for (const kind of Object.values(kinds)) void cache.follow(cluster, kind, undefined, signal);
    cluster.put(kinds.namespace, { metadata: { name: 'ns' } });
    cluster.put(kinds.seldonDeployment, seldonDeployment(spec));
  }

  /** One reconcile that knows all that has happened so far. */
  async reconcile(): Promise<void> {
    this.cluster.deliver();
    await this.reconcileBehind();
  }

  /** One reconcile that knows only what was delivered before. */
  async reconcileBehind(): Promise<void> {
    try {
      await reconcile(this.#operator, 'ns', 'm');
    } finally {
      await this.#operator.events.flushed();
    }
  }

  /** Reconciles and lets all pods become ready, until the status says Available. */
  async becomeAvailable(): Promise<void> {
    await this.reconcile();
    for (const { metadata } of this.cluster.all(kinds.deployment)) this.cluster.setPods(metadata.name, 1, 1);
    await this.reconcile();
    this.cluster.writes.length = 0;
  }

  edit(change: (sdep: SeldonDeployment) => void): void {
    this.cluster.change(kinds.seldonDeployment, 'm', change);
  }

  get status(): SeldonDeploymentStatus {
    return this.cluster.find<SeldonDeployment>(kinds.seldonDeployment, 'm')?.status ?? {};
  }

  condition(type: string): string | undefined {
    const condition = this.status.conditions?.find((one) => one.type === type);
    return condition && `${condition.status} ${condition.reason ?? ''}`.trim();
  }
}
