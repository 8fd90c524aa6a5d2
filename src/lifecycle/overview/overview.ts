import type { Deployment } from '../../kubernetes/objects.ts';
import { type ExpectedDeployment, expectedDeployments, isNamed } from '../../seldon/expected-deployments.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { Observation } from '../waits/observation.ts';
import { waitAvailable } from '../waits/wait-available.ts';
import type { StateWord } from './state-word.ts';

export interface Overview {
  deployment: SeldonDeployment;
  state: StateWord;
  /** Of all its Deployments together; undefined where they may not be read. */
  pods: { available: number; desired: number; there: number } | undefined;
}

/** `owned` is undefined where the Deployments may not be read: then the operator is taken at its word. */
export function overviewOf(deployment: SeldonDeployment, owned: readonly Deployment[] | undefined): Overview {
  return { deployment, state: stateOf(deployment, owned), pods: owned && podsOf(deployment, owned) };
}

function stateOf(deployment: SeldonDeployment, owned: readonly Deployment[] | undefined): StateWord {
  if (deployment.metadata.deletionTimestamp) return 'Terminating';
  const said = deployment.status?.state;
  if (!owned) return said ?? 'Pending';
  const { uid = '', generation = 0 } = deployment.metadata;
  const answer = waitAvailable(seenOf(deployment, owned), { uid, generation, deployment });
  if (answer.state === 'done') return podsOf(deployment, owned)?.desired === 0 ? 'Scaled to 0' : 'Available';
  if (answer.state === 'failed') return 'Failed';
  if (said === undefined) return 'Pending';
  return said === 'Available' ? 'Updating' : said;
}

function seenOf(deployment: SeldonDeployment, deployments: readonly Deployment[]): Observation {
  const owned = { deployments, replicaSets: [], pods: [], others: [] };
  return { deployment, gone: false, owned, events: () => [], now: 0, unsyncedKinds: [], staleKinds: [] };
}

/** Those that the operator has not made yet are asked for too. */
function podsOf(deployment: SeldonDeployment, owned: readonly Deployment[]): Overview['pods'] {
  const isMade = (one: ExpectedDeployment) => owned.some(({ metadata }) => isNamed(one, metadata.name));
  const missing = deployment.metadata.deletionTimestamp
    ? []
    : expectedDeployments(deployment).filter((one) => !isMade(one));
  const toCome = missing.reduce((sum, { replicas }) => sum + (replicas.governedBy === 'field' ? replicas.count : 1), 0);
  const sum = (count: (deployment: Deployment) => number | undefined) =>
    owned.reduce((total, one) => total + (count(one) ?? 0), 0);
  return {
    available: sum(({ status }) => status?.availableReplicas),
    desired: sum(({ spec }) => spec?.replicas ?? 1) + toCome,
    there: sum(({ status }) => status?.replicas),
  };
}
