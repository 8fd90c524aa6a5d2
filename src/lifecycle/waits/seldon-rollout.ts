import type { Deployment, KubernetesObject, Pod } from '../../kubernetes/objects.ts';
import { ownValue } from '../../own-values.ts';
import { type ExpectedDeployment, expectedDeployments, isNamed } from '../../seldon/expected-deployments.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type Answer, done, failed, waiting } from './answer.ts';
import { deploymentRollout } from './deployment-rollout.ts';
import type { Desired, Observation } from './observation.ts';

/**
 * Whether every Deployment that was asked for runs as it was asked for, and no other. The SeldonDeployment's own status
 * cannot tell: after a change it stays Available from before, and the operator never sets observedGeneration.
 */
export function seldonRollout({ deployment, gone, owned, unsyncedKinds }: Observation, desired: Desired): Answer {
  if (unsyncedKinds.length > 0) return waiting(`the API server to list ${unsyncedKinds.join(', ')}`);
  const name = desired.deployment.metadata.name;
  if (gone) return failed(`seldondeployment "${name}" was deleted`);
  if (!deployment) return waiting('our change to come back from the server');
  if (deployment.metadata.deletionTimestamp) return failed(`seldondeployment "${name}" is being deleted`);
  if ((deployment.metadata.generation ?? 0) < desired.generation)
    return waiting('our change to come back from the server');

  const expected = expectedDeployments(desired.deployment);
  for (const one of expected) {
    const answer = expectedOne(one, deployment, owned);
    if (answer.state !== 'done') return answer;
  }
  const stale = staleImage(deployment, owned.deployments);
  if (stale) return waiting(stale);
  const surplus = owned.deployments.filter(({ metadata }) => !expected.some((one) => isNamed(one, metadata.name)));
  if (surplus[0]) return waiting(surplusInWords(surplus[0]));
  return done;
}

function expectedOne(one: ExpectedDeployment, deployment: SeldonDeployment, owned: Observation['owned']): Answer {
  const found = owned.deployments.find(({ metadata }) => isNamed(one, metadata.name));
  if (!found) {
    const { state, description, deploymentStatus } = deployment.status ?? {};
    if (!deployment.status)
      return waiting(`the operator to create deployment "${one.name}" (it has not written any status yet)`);
    // The operator changes a Deployment of that name, but never makes it its own (createDeployments).
    if (ownValue(deploymentStatus, one.name)) {
      return waiting(
        `deployment "${one.name}" to belong to it: the operator uses one of that name that it does not own`,
      );
    }
    const said = state === 'Failed' ? `, but says ${state}: ${description ?? ''}` : '';
    return waiting(`the operator to create deployment "${one.name}"${said}`);
  }
  const wanted = one.replicas.governedBy === 'field' ? one.replicas.count : undefined;
  return deploymentRollout(found, wanted, podsOf(found, owned));
}

/**
 * An operator that is slow to see a change leaves everything as it was, complete and available. It is asked by the spec
 * as it is by now: somebody else may have mended an image that we had asked for.
 */
function staleImage(deployment: SeldonDeployment, owned: readonly Deployment[]): string | undefined {
  for (const one of expectedDeployments(deployment)) {
    const { images = {} } = one;
    const found = owned.find(({ metadata }) => isNamed(one, metadata.name));
    const containers = found?.spec?.template?.spec?.containers ?? [];
    const stale = containers.find(
      ({ name, image }) => ownValue(images, name) !== undefined && image !== ownValue(images, name),
    );
    if (stale) {
      return `the operator to set container "${stale.name}" of deployment "${found?.metadata.name}" to image ${ownValue(images, stale.name)}`;
    }
  }
  return undefined;
}

function podsOf({ metadata }: Deployment, { replicaSets, pods }: Observation['owned']): Pod[] {
  const isOwnedBy = (uid: string | undefined) => (object: KubernetesObject) =>
    object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
  return replicaSets
    .filter(isOwnedBy(metadata.uid))
    .flatMap((replicaSet) => pods.filter(isOwnedBy(replicaSet.metadata.uid)));
}

function surplusInWords({ metadata }: Deployment): string {
  return metadata.deletionTimestamp
    ? `deployment "${metadata.name}", which the spec no longer calls for, to be gone`
    : `deployment "${metadata.name}" to be removed: the spec does not call for it`;
}
