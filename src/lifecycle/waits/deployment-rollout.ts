import type { ContainerStatus, Deployment, Pod } from '../../kubernetes/objects.ts';
import { type Answer, done, failed, waiting } from './answer.ts';

/**
 * Whether a Deployment runs `wanted` replicas of its newest template and nothing else. The counts in its status mean
 * something only once observedGeneration has reached generation
 * (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment).
 * `wanted` is undefined where something else decides, an autoscaler say: then whatever the Deployment asks for itself.
 */
export function deploymentRollout(deployment: Deployment, wanted: number | undefined, pods: readonly Pod[]): Answer {
  const { name, generation = 0 } = deployment.metadata;
  const asked = deployment.spec?.replicas ?? 1;
  const status = deployment.status ?? {};
  const count = wanted ?? asked;
  if (asked !== count) {
    return waiting(`the operator to set deployment "${name}" to ${replicasInWords(count)} (it asks for ${asked})`);
  }
  if ((status.observedGeneration ?? 0) < generation) {
    return waiting(`deployment "${name}" spec update to be observed`);
  }
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return failed(`deployment "${name}" exceeded its progress deadline: ${whatPodsLack(pods) ?? progressing.message}`);
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < count) {
    const refused = status.conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
    const why = refused?.message ?? whatPodsLack(pods);
    return waiting(because(`deployment "${name}": ${updatedReplicas} of ${count} new replicas made`, why));
  }
  if (replicas > updatedReplicas) {
    return waiting(`deployment "${name}": ${replicas - updatedReplicas} old replicas are pending termination`);
  }
  if (replicas > count) {
    return waiting(`deployment "${name}": ${replicas - count} replicas too many are pending termination`);
  }
  if (availableReplicas !== count || (status.unavailableReplicas ?? 0) > 0) {
    return waiting(
      because(`deployment "${name}": ${availableReplicas} of ${count} replicas available`, whatPodsLack(pods)),
    );
  }
  return done;
}

function because(what: string, why: string | undefined): string {
  return why ? `${what}: ${why}` : what;
}

function replicasInWords(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`;
}

/** What the first pod that is not ready is waiting for. */
function whatPodsLack(pods: readonly Pod[]): string | undefined {
  const unready = pods.filter(({ metadata, status }) => !metadata.deletionTimestamp && !isReady(status?.conditions));
  const reasons = unready.map(whatPodLacks);
  return reasons.find((reason) => reason.known)?.words ?? reasons[0]?.words;
}

function whatPodLacks({ metadata, spec, status }: Pod): { words: string; known: boolean } {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    return { words: `pod ${metadata.name} cannot be scheduled: ${scheduled.message ?? ''}`, known: true };
  }
  for (const container of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
    const image = container.image || spec?.containers?.find(({ name }) => name === container.name)?.image;
    const words = whatContainerLacks(container, image);
    if (words) return { words: `pod ${metadata.name}, container ${container.name}: ${words}`, known: true };
  }
  const phase = status?.phase ?? 'Pending';
  return { words: `pod ${metadata.name} is ${phase === 'Running' ? 'not ready' : phase}`, known: false };
}

function whatContainerLacks(container: ContainerStatus, image: string | undefined): string | undefined {
  const stopped = container.state?.terminated;
  if (stopped && stopped.exitCode !== 0) {
    return `${stopped.reason ?? 'terminated'}, exit code ${stopped.exitCode}`;
  }
  const reason = container.state?.waiting?.reason;
  if (!reason || reason === 'ContainerCreating' || reason === 'PodInitializing') return undefined;
  const message = container.state?.waiting?.message;
  const about = reason.includes('Image') && image && !message?.includes(image) ? `, image ${image}` : '';
  return `${reason}${about}${message ? `: ${message}` : ''}`;
}

function isReady(conditions: readonly { type: string; status: string }[] | undefined): boolean {
  return conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
