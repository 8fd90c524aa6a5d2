import type { Deployment } from '../kubernetes/objects.ts';

/**
 * A label in the selector of every Deployment that Seldon's operator makes (createDeploymentWithoutEngine and its like in
 * operator/controllers/seldondeployment_controller.go at v1.18.2), and so on every ReplicaSet and pod of it, with whatever
 * value. Whose one is, the owners alone tell: the label spares the server the sending, and us the reading, of a namespace
 * full of others.
 */
export const SELDON_ID = 'seldon-deployment-id';

/** Whether it is a Deployment of a SeldonDeployment whose ReplicaSets and pods may be without that label. */
export function mayLackSeldonId(deployment: Deployment): boolean {
  const owners = deployment.metadata.ownerReferences ?? [];
  if (!owners.some(({ kind }) => kind === 'SeldonDeployment')) return false;
  const { matchLabels = {} } = deployment.spec?.selector ?? {};
  return !(SELDON_ID in matchLabels);
}
