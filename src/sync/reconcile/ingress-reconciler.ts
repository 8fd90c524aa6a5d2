import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../clock.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { appliedConfiguration } from '../../kubernetes/applied-configuration.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { explain } from '../../lifecycle/errors/api-errors.ts';
import { applyIngress, type IngressDeps, removeIngress } from '../../lifecycle/ingress/apply-ingress.ts';
import { checkIngresses } from '../../lifecycle/ingress/check-ingress.ts';
import { desiredIngress, type Ingress, ingressSettings } from '../../seldon/ingress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { DesiredItem } from '../desired/desired.ts';
import { SYNC_FIELD_MANAGER } from '../ownership.ts';
import type { LiveIngresses } from './live-ingresses.ts';

export interface IngressReconciling {
  cluster: SeldonCluster;
  ingresses: LiveIngresses;
  clock: Clock;
  signal: AbortSignal;
  warn(message: string): void;
}

/** For so long somebody else may change it at the same time, and nobody is told; then it is looked at again later. */
const CONFLICTS_MS = 1_000;

/** What a change of an Ingress has come to; of a dry run what it would. */
export interface IngressChange {
  live: KubernetesObject | undefined;
  merged: KubernetesObject;
}

/**
 * Makes the Ingresses of deployments agree with what the source wants. Throws ApiFailure, Unreachable, and Failure for a
 * class that is not there or an Ingress of somebody else.
 */
export class IngressReconciler {
  readonly #with: IngressReconciling;
  readonly #deps: IngressDeps;

  constructor(reconciling: IngressReconciling, { dryRun }: { dryRun: boolean }) {
    this.#with = reconciling;
    const { cluster, clock, signal } = reconciling;
    const applying = { fieldManager: SYNC_FIELD_MANAGER, force: true, dryRun };
    const retry = { clock, signal, withinMs: CONFLICTS_MS, tell: () => {} };
    // Whoever waits here keeps others waiting: what is left over of an earlier deployment is looked at again later.
    this.#deps = { cluster, applying, retry, leftoverMs: 0 };
  }

  /** Before a deployment is made or changed: whether its Ingress can be made. */
  async check({ key, owned }: DesiredItem, before: SeldonDeployment | undefined): Promise<void> {
    if (!ingressSettings(owned)) return;
    await this.#with.ingresses.open();
    const live = before && this.#with.ingresses.of(key, before);
    const { uid } = before?.metadata ?? {};
    const wanted = uid === undefined ? undefined : desiredIngress({ ...owned, metadata: { ...owned.metadata, uid } });
    if (live && wanted && isAsApplied(live, wanted)) return;
    await checkIngresses([{ deployment: owned, live: before }], { ...this.#with, applying: this.#deps.applying });
  }

  /**
   * Before a deployment is changed to what wants no Ingress any more: deletes the one it has. `asIf` answers what the change
   * would come to: what somebody else says of an Ingress stays.
   */
  async removeUnwanted(
    { owned }: DesiredItem,
    before: SeldonDeployment,
    asIf: () => Promise<SeldonDeployment>,
  ): Promise<void> {
    if (!desiredIngress(before) || desiredIngress(owned) || desiredIngress(await asIf())) return;
    await removeIngress(before, this.#deps);
  }

  /** That of a deployment as the cluster has it; undefined where nothing is known of it. */
  known(key: string, deployment: SeldonDeployment): KubernetesObject | undefined {
    return ingressSettings(deployment) && this.#with.ingresses.of(key, deployment);
  }

  /** Whether there is something to be done about the Ingress of a deployment that is as it is wanted itself. */
  async differs(key: string, deployment: SeldonDeployment): Promise<boolean> {
    const wanted = desiredIngress(deployment);
    if (!wanted) return false;
    await this.#with.ingresses.open();
    const live = this.#with.ingresses.of(key, deployment);
    return !live || live.metadata.deletionTimestamp !== undefined || !isAsApplied(live, wanted);
  }

  /** Makes or changes it; undefined: the deployment is to have none. */
  async apply(key: string, deployment: SeldonDeployment): Promise<IngressChange | undefined> {
    const live = this.#with.ingresses.of(key, deployment);
    const { name, namespace } = deployment.metadata;
    const applied = await applyIngress(deployment, this.#deps).catch((error) =>
      explain(error, `apply ingress "${name}" in namespace "${namespace}"`),
    );
    if (!applied) return undefined;
    if (!this.#deps.applying.dryRun) this.#with.ingresses.put(deployment, applied.ingress);
    return { live, merged: applied.ingress };
  }
}

/** Whether what we have applied of it is what we would apply, and nobody has changed a value of that. */
function isAsApplied(live: KubernetesObject, { metadata: { ownerReferences }, spec }: Ingress): boolean {
  return isDeepStrictEqual(appliedConfiguration(live, SYNC_FIELD_MANAGER), { metadata: { ownerReferences }, spec });
}
