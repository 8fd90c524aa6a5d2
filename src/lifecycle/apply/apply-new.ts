import { advice, kubectl } from '../../advice/advice.ts';
import { type ApplyOptions, FIELD_MANAGER } from '../../cluster/objects.ts';
import type { Applied } from '../../cluster/seldon-cluster.ts';
import { isCreatedBy } from '../../kubernetes/managed-fields.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { isConflict, isConflictOfVersions, retryOnConflict } from '../retry/retry-on-conflict.ts';
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
  const since = cluster.serverClock.now();
  // A read is tried again for longer than a step may have left.
  const look = () => cluster.read(namespace, name, AbortSignal.timeout(LOOK_MS));
  const isOurs = (live: SeldonDeployment) => isCreatedBy(live, options.fieldManager ?? FIELD_MANAGER, since);
  const ours = async (): Promise<Applied | undefined> => {
    const live = await look();
    return live && isOurs(live) ? { deployment: live, created: true } : undefined;
  };
  const tried = `apply seldondeployment "${name}"`;
  let there: SeldonDeployment | undefined;
  // A conflict is also how the server says that one of the name is there.
  const mayPass = async (error: unknown) => {
    if (!isConflictOfVersions(error)) return false;
    there = await look().catch((cause) => {
      if (unanswered !== undefined) throw cause;
      return deployment;
    });
    return there === undefined;
  };
  let doubt = false;
  let unanswered: unknown;
  const send = async (unsure: boolean) => {
    try {
      const made = unsure ? await ours() : undefined;
      return made ?? (await retryOnConflict(tried, () => cluster.apply(deployment, options), repeating, mayPass));
    } catch (error) {
      // It may have come about between our look and this try.
      if (unsure && isConflict(error) && there && isOurs(there)) return { deployment: there, created: true };
      if (error instanceof DOMException && error.name === 'TimeoutError') throw unanswered;
      unanswered = error;
      doubt ||= writeTrouble(error, 1)?.unsure ?? false;
      throw error;
    }
  };
  try {
    return await retryWrite(tried, send, repeating);
  } catch (error) {
    if (!doubt || isConflict(error)) throw error;
    const made = await ours().catch(() => undefined);
    if (made) follow(made.deployment.metadata.uid ?? '');
    else
      repeating.tell(
        'warning',
        advice`the deployment may exist nevertheless: ${kubectl(['get', 'seldondeployment', name], { namespace })}`,
      );
    throw error;
  }
}

/** Milliseconds. */
const LOOK_MS = 2_000;

type ClusterCalls = 'apply' | 'read' | 'serverClock';
