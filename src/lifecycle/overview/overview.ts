import type { Deployment } from '../../kubernetes/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { Observation } from '../waits/observation.ts';
import { waitAvailable } from '../waits/wait-available.ts';

/**
 * What there is to say of a deployment in one word. Available, Creating and Failed are the operator's own, but for
 * Available only where everything that it owns bears it out: the operator leaves it standing from before a change.
 */
export type StateWord =
  | 'Available'
  | 'Creating'
  | 'Failed'
  /** The operator says Available, yet not all that was asked for runs. */
  | 'Updating'
  /** No operator has written a status. */
  | 'Pending'
  | 'Terminating'
  | 'Deleted';

export interface Overview {
  deployment: SeldonDeployment;
  state: StateWord;
  /** Of all its Deployments together; undefined where they may not be read. */
  pods: { available: number; desired: number; there: number } | undefined;
}

/** `owned` is undefined where the Deployments may not be read: then the operator is taken at its word. */
export function overviewOf(deployment: SeldonDeployment, owned: readonly Deployment[] | undefined): Overview {
  return { deployment, state: stateOf(deployment, owned), pods: owned && podsOf(owned) };
}

function stateOf(deployment: SeldonDeployment, owned: readonly Deployment[] | undefined): StateWord {
  if (deployment.metadata.deletionTimestamp) return 'Terminating';
  const said = deployment.status?.state;
  if (!owned) return said ?? 'Pending';
  const { uid = '', generation = 0 } = deployment.metadata;
  const answer = waitAvailable(seenOf(deployment, owned), { uid, generation, deployment });
  if (answer.state === 'done') return 'Available';
  if (answer.state === 'failed') return 'Failed';
  if (said === undefined) return 'Pending';
  return said === 'Available' ? 'Updating' : said;
}

function seenOf(deployment: SeldonDeployment, deployments: readonly Deployment[]): Observation {
  const owned = { deployments, replicaSets: [], pods: [], others: [] };
  return { deployment, gone: false, owned, unsyncedKinds: [], staleKinds: [] };
}

function podsOf(owned: readonly Deployment[]): Overview['pods'] {
  const sum = (count: (deployment: Deployment) => number | undefined) =>
    owned.reduce((total, one) => total + (count(one) ?? 0), 0);
  return {
    available: sum(({ status }) => status?.availableReplicas),
    desired: sum(({ spec }) => spec?.replicas ?? 1),
    there: sum(({ status }) => status?.replicas),
  };
}
