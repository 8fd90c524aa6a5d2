import type { Clock } from '../../clock.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import type { DesiredObjects } from '../../operator/desired-objects.ts';
import type { DeploymentSpec } from '../../operator/kubernetes-objects.ts';
import type { SeldonDeployment, SeldonDeploymentStatus } from '../../operator/seldon-deployment.ts';
import { kinds, type OperatorClient } from './client.ts';
import type { Conditions } from './conditions.ts';
import type { EventSender } from './event-sender.ts';
import type { InformerCache } from './informer-cache.ts';

export interface Operator {
  client: OperatorClient;
  cache: InformerCache;
  events: EventSender;
  clock: Clock;
  /** What the API server made of the Deployments that were written, by namespace/name. */
  written: Map<string, { uid: string | undefined; wanted: DeploymentSpec; became: DeploymentSpec }>;
  /** The only namespace it looks after; without one it looks after all but those labelled for another operator. */
  namespace?: string | undefined;
  /** It looks after SeldonDeployments whose label seldon.io/controller-id is this; by default those without. */
  controllerId?: string | undefined;
}

/** One reconcile of one SeldonDeployment, while it lasts. */
export interface Pass extends Operator {
  sdep: SeldonDeployment;
  desired: DesiredObjects;
  /** The status as it was in the cache, changed as the pass goes on. */
  status: SeldonDeploymentStatus;
  conditions: Conditions;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** Only an object that is created gets an owner; one that is there already is changed but never adopted. */
export function ownedBy<T extends KubernetesObject>(sdep: SeldonDeployment, object: T): T {
  const { apiVersion, kind } = kinds.seldonDeployment;
  const { name, uid = '' } = sdep.metadata;
  const ownerReferences = [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}
