import type { Deployment } from '../../kubernetes/objects.ts';
import { ownValue } from '../../own-values.ts';
import {
  type ExpectedDeployment,
  expectedDeployments,
  isNamed,
  RESTARTED_AT,
} from '../../seldon/expected-deployments.ts';
import { replicasInWords } from '../../seldon/scale-request.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { diagnose, podsOf } from '../diagnosis/diagnose.ts';
import { type Answer, done, failed, ifUpToDate, waiting } from './answer.ts';
import { deploymentRollout } from './deployment-rollout.ts';
import type { Desired, Observation } from './observation.ts';

/**
 * Whether every Deployment that was asked for runs as it was asked for, and no other. The SeldonDeployment's own status
 * cannot tell: after a change it stays Available from before, and the operator never sets observedGeneration.
 */
export function seldonRollout(observation: Observation, desired: Desired): Answer {
  const { deployment, owned } = observation;
  const unseen = changeSeen(observation, desired);
  if (unseen.state !== 'done' || !deployment) return unseen;

  const expected = expectedDeployments(desired.deployment);
  const staleOne = () => staleTemplate(expectedDeployments(deployment), owned.deployments);
  for (const one of expected) {
    const answer = expectedOne(one, deployment, observation);
    // What a Deployment came to with its old template says nothing of the new one.
    const before = answer.state === 'failed' ? staleOne() : undefined;
    if (before) return waiting(before);
    if (answer.state !== 'done') return answer;
  }
  const stale = staleOne();
  if (stale) return waiting(stale);
  const surplus = owned.deployments.filter(({ metadata }) => !expected.some((one) => isNamed(one, metadata.name)));
  if (surplus[0]) return waiting(surplusInWords(surplus[0]));
  return done;
}

/** The same of one predictor alone, whatever becomes of the others; of one that has no pods it can never be. */
export function predictorRollout(observation: Observation, desired: Desired, predictor: string): Answer {
  const { deployment, owned } = observation;
  const unseen = changeSeen(observation, desired);
  if (unseen.state !== 'done' || !deployment) return unseen;
  const isOfIt = (one: ExpectedDeployment) => one.predictor === predictor;
  const expected = expectedDeployments(desired.deployment).filter(isOfIt);
  for (const one of expected) {
    const answer = expectedOne(one, deployment, observation);
    if (answer.state !== 'done') return answer;
    const found = owned.deployments.find(({ metadata }) => isNamed(one, metadata.name));
    if (one.role !== 'explainer' && found?.spec?.replicas === 0) {
      return failed(`deployment "${found.metadata.name}" has 0 replicas`);
    }
  }
  const stale = staleTemplate(expectedDeployments(deployment).filter(isOfIt), owned.deployments);
  return stale ? waiting(stale) : ifUpToDate(done, observation);
}

/** Whether our change is among what is observed. */
function changeSeen({ deployment, gone, unsyncedKinds }: Observation, desired: Desired): Answer {
  if (unsyncedKinds.length > 0) return waiting(`the API server to list ${unsyncedKinds.join(', ')}`);
  const name = desired.deployment.metadata.name;
  if (gone) return failed(`seldondeployment "${name}" was deleted`);
  if (!deployment) return waiting('the API server to confirm the change');
  if (deployment.metadata.deletionTimestamp) return failed(`seldondeployment "${name}" is being deleted`);
  if ((deployment.metadata.generation ?? 0) < desired.generation)
    return waiting('the API server to confirm the change');
  return done;
}

function expectedOne(one: ExpectedDeployment, deployment: SeldonDeployment, observation: Observation): Answer {
  const { owned } = observation;
  const found = owned.deployments.find(({ metadata }) => isNamed(one, metadata.name));
  if (!found) {
    const { state, description, deploymentStatus } = deployment.status ?? {};
    if (!deployment.status) return waiting(`the operator to create deployment "${one.name}" (no status written yet)`);
    // The operator changes a Deployment of that name, but never makes it its own (createDeployments).
    if (ownValue(deploymentStatus, one.name)) {
      return waiting(
        `deployment "${one.name}" to be owned by the SeldonDeployment: the operator uses one with this name that it does not own`,
      );
    }
    const said = state === 'Failed' ? `, but says ${state}: ${description ?? ''}` : '';
    return waiting(`the operator to create deployment "${one.name}"${said}`);
  }
  // From 0 no autoscaler raises anything.
  const has = found.spec?.replicas ?? 1;
  if (one.replicas.governedBy === 'autoscaler' && has > 0 && has < one.replicas.least) {
    const least = replicasInWords(one.replicas.least);
    return waiting(`the autoscaler to set deployment "${one.name}" to at least ${least} (now ${has})`);
  }
  const wanted = one.replicas.governedBy === 'field' ? one.replicas.count : undefined;
  const pods = podsOf(found, owned);
  const uids = new Set(pods.map(({ metadata }) => metadata.uid));
  const why = () => diagnose(observation).find(({ pod }) => pod && uids.has(pod.uid))?.why;
  return deploymentRollout(found, wanted, pods, why);
}

/**
 * An operator that is slow to see a change leaves everything as it was, complete and available. It is asked by the spec
 * as it is by now: somebody else may have mended an image that we had asked for. A restart is seen by its annotation.
 */
function staleTemplate(expected: readonly ExpectedDeployment[], owned: readonly Deployment[]): string | undefined {
  for (const one of expected) {
    const { images = {}, restartedAt } = one;
    const found = owned.find(({ metadata }) => isNamed(one, metadata.name));
    const { metadata: ofPods, spec: pod } = found?.spec?.template ?? {};
    if (found && restartedAt !== undefined && ownValue(ofPods?.annotations, RESTARTED_AT) !== restartedAt) {
      return `the operator to restart deployment "${found.metadata.name}"`;
    }
    const containers = pod?.containers ?? [];
    const stale = containers.find(
      ({ name, image }) => ownValue(images, name) !== undefined && image !== ownValue(images, name),
    );
    if (stale) {
      return `the operator to set container "${stale.name}" of deployment "${found?.metadata.name}" to image ${ownValue(images, stale.name)}`;
    }
  }
  return undefined;
}

function surplusInWords({ metadata }: Deployment): string {
  return metadata.deletionTimestamp
    ? `deployment "${metadata.name}" to be gone: the spec no longer includes it`
    : `deployment "${metadata.name}" to be removed: the spec does not include it`;
}
