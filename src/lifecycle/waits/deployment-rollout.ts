import type { Deployment, Pod } from '../../kubernetes/objects.ts';
import { replicasInWords } from '../../seldon/scale-request.ts';
import { type Answer, done, failed, waiting } from './answer.ts';

/**
 * Whether a Deployment runs `wanted` replicas of its newest template and nothing else. The counts in its status mean
 * something only once observedGeneration has reached generation
 * (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment).
 * `whyOf` knows more of what keeps its pods from being ready. `wanted` is undefined where something else decides, an autoscaler say: then whatever the Deployment asks for itself.
 */
export function deploymentRollout(
  deployment: Deployment,
  wanted: number | undefined,
  pods: readonly Pod[],
  whyOf: (deployment: Deployment) => string | undefined = () => undefined,
): Answer {
  const { name, generation = 0 } = deployment.metadata;
  const asked = deployment.spec?.replicas ?? 1;
  const status = deployment.status ?? {};
  const count = wanted ?? asked;
  if (asked !== count) {
    return waiting(`the operator to set deployment "${name}" to ${replicasInWords(count)} (now ${asked})`);
  }
  if ((status.observedGeneration ?? 0) < generation) {
    return waiting(`deployment "${name}" spec update to be observed`);
  }
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return failed(
      `deployment "${name}" exceeded its progress deadline: ${whyOf(deployment) ?? unreadyPod(pods) ?? progressing.message}`,
    );
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < count) {
    const refused = status.conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
    const why = refused?.message ?? whyOf(deployment) ?? unreadyPod(pods);
    return waiting(because(`deployment "${name}": ${updatedReplicas} of ${count} new replicas created`, why));
  }
  if (replicas > updatedReplicas) {
    const old = replicas - updatedReplicas;
    const which = old === 1 ? '1 old replica is' : `${old} old replicas are`;
    // It is ended only once a new one has taken its place.
    if ((status.unavailableReplicas ?? 0) > 0) {
      const words = `${old === 1 ? '1 old replica keeps' : `${old} old replicas keep`} running until the new ones are available`;
      return waiting(because(`deployment "${name}": ${words}`, whyOf(deployment) ?? unreadyPod(pods)));
    }
    return waiting(because(`deployment "${name}": ${which} being terminated`, whyOf(deployment)));
  }
  if (replicas > count) {
    const surplus = replicas - count;
    const words = `${surplus === 1 ? '1 surplus replica is' : `${surplus} surplus replicas are`} being terminated`;
    return waiting(`deployment "${name}": ${words}`);
  }
  if (availableReplicas !== count || (status.unavailableReplicas ?? 0) > 0) {
    return waiting(
      because(
        `deployment "${name}": ${availableReplicas} of ${count} replicas available`,
        whyOf(deployment) ?? unreadyPod(pods),
      ),
    );
  }
  return done;
}

function because(what: string, why: string | undefined): string {
  return why ? `${what}: ${why}` : what;
}

/** The first pod that is not ready, where nothing is known of why. */
function unreadyPod(pods: readonly Pod[]): string | undefined {
  const unready = pods.find(({ metadata, status }) => !metadata.deletionTimestamp && !isReady(status?.conditions));
  if (!unready) return undefined;
  const phase = unready.status?.phase ?? 'Pending';
  return `pod ${unready.metadata.name} is ${phase === 'Running' ? 'not ready' : phase}`;
}

function isReady(conditions: readonly { type: string; status: string }[] | undefined): boolean {
  return conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
