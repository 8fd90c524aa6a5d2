import { advice, kubectl } from '../../advice/advice.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { type ApplyOptions, FIELD_MANAGER } from '../../cluster/apply-object.ts';
import type { Applied } from '../../cluster/seldon-cluster.ts';
import { isCreatedBy } from '../../kubernetes/managed-fields.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { type RetryOptions, retryWrite } from '../retry/retry-write.ts';
import { writeTrouble } from '../retry/write-trouble.ts';
import type { StepDeps } from '../step.ts';

/**
 * Makes a deployment that is not there yet, again where that may help, and leaves one that somebody else has made
 * meanwhile as it is: that is a 409. Of a try without an answer it is looked whether it has made the deployment: the next
 * would find it there, and take it for somebody else's. Where it cannot be
 * made sure of in time, it is followed if it is there by then, so that nothing is left behind untold.
 */
export async function applyNew(
  deployment: SeldonDeployment,
  options: ApplyOptions,
  repeating: RetryOptions,
  { cluster, follow }: Pick<StepDeps, 'follow'> & { cluster: Pick<StepDeps['cluster'], ClusterCalls> },
): Promise<Applied> {
  const { name, namespace = '' } = deployment.metadata;
  const since = cluster.serverTime;
  const ours = async (): Promise<Applied | undefined> => {
    // A read is tried again for longer than a step may have left.
    const live = await cluster.read(namespace, name, AbortSignal.timeout(LOOK_MS));
    if (!live || !isCreatedBy(live, options.fieldManager ?? FIELD_MANAGER, since)) return undefined;
    return { deployment: live, created: true };
  };
  let doubt = false;
  let unanswered: unknown;
  const send = async (unsure: boolean) => {
    try {
      return (unsure ? await ours() : undefined) ?? (await cluster.apply(deployment, options));
    } catch (error) {
      // It may have come about between our look and this try.
      const made = unsure && isTaken(error) ? await ours() : undefined;
      if (made) return made;
      if (error instanceof DOMException && error.name === 'TimeoutError') throw unanswered;
      unanswered = error;
      doubt ||= writeTrouble(error, 1)?.unsure ?? false;
      throw error;
    }
  };
  try {
    return await retryWrite(`apply seldondeployment "${name}"`, send, repeating);
  } catch (error) {
    if (!doubt || isTaken(error)) throw error;
    const made = await ours().catch(() => undefined);
    if (made) follow(made.deployment.metadata.uid ?? '');
    else
      repeating.tell(
        'warning',
        advice`it may have been made all the same: ${kubectl(['get', 'seldondeployment', name], { namespace })}`,
      );
    throw error;
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof ApiFailure && error.status === 409;
}

/** Milliseconds. */
const LOOK_MS = 2_000;

type ClusterCalls = 'apply' | 'read' | 'serverTime';
