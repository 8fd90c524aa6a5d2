import { type Advice, advice, kubectl } from '../../advice/advice.ts';
import type { Observation } from './observation.ts';

/** How long an operator may take before it is worth a word. */
export const OPERATOR_MISSING_AFTER_MS = 10_000;

/** The same where it is seen to look after others in the namespace: it may have many of them to do. */
export const OPERATOR_MISSING_BUSY_AFTER_MS = 60_000;

/**
 * What to say when nobody seems to look after a deployment: no status and nothing owned. An operator leaves alone what
 * is outside its namespaces or labelled for another one (WATCH_NAMESPACE and CONTROLLER_ID in
 * operator/controllers/seldondeployment_controller.go, SetupWithManager and Reconcile, at Seldon Core v1.18.2).
 */
export function operatorMissing({ deployment, owned }: Observation): Advice | undefined {
  if (!deployment || deployment.status?.state || owned.deployments.length > 0) return undefined;
  const { name, namespace, labels } = deployment.metadata;
  const controller = labels?.['seldon.io/controller-id'];
  const reasons = [
    `it may not watch namespace "${namespace}" (its WATCH_NAMESPACE, or the namespace's label seldon.io/controller-id)`,
    ...(controller
      ? [`the label seldon.io/controller-id=${controller} reserves the deployment for another operator`]
      : []),
  ];
  const look = kubectl(['get', 'pods', '-A', '-l', 'control-plane=seldon-controller-manager']);
  const down = advice`the operator may be down${advice` (${look})`}`;
  return advice`no Seldon operator has touched seldondeployment "${name}" yet: ${down}; ${reasons.join('; ')}`;
}
