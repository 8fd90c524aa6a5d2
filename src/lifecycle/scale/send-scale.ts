import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { type ChangingPlan, planScale } from '../../seldon/scale-plan.ts';
import type { ScaleRequest } from '../../seldon/scale-request.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { reapply, type SpecSending } from '../apply/reapply.ts';
import { conflictsInWords, fieldConflicts } from '../errors/field-conflicts.ts';
import { readAnew } from '../read-anew.ts';
import { isConflict, retryOnConflict } from '../retry/retry-on-conflict.ts';
import type { RetryOptions } from '../retry/retry-write.ts';
import { desiredOf } from '../step.ts';
import type { Desired } from '../waits/observation.ts';

/** What is scaled, and whose its fields are. */
export interface ScaleTarget {
  desired: Desired;
  /** What we have applied, where nobody else has a say in it: then the whole is applied again with the other number. */
  applied: SeldonDeployment | undefined;
}

export interface Sent {
  desired: Desired;
  /** What was done instead, where somebody had changed the deployment in the meantime. */
  plan?: ChangingPlan;
  /** What a person should know of the way it went. */
  remark?: string;
}

/** What sending needs. */
type Sending = SpecSending & { cluster: Pick<SeldonCluster, 'scale' | 'resource'>; retry: RetryOptions };

/**
 * Sends the new numbers, by the scale subresource or in the spec. Its uid goes along, so that no other one of its name is
 * touched. What we have applied is applied again with the other number (see SeldonCluster.apply for why), so that it stays
 * ours and the next apply of its file conflicts with nobody. Where somebody else owns a field, theirs stays as it is: only
 * the number is changed, in what is there now. Throws ApiFailure, Unreachable, Failure.
 */
export async function sendScale(
  { desired, applied }: ScaleTarget,
  request: ScaleRequest,
  { spec, changes }: ChangingPlan,
  deps: Sending,
): Promise<Sent> {
  const { cluster, applying, retry } = deps;
  const tried = `scale seldondeployment "${desired.deployment.metadata.name}"`;
  if (request.through === 'subresource') {
    await retryOnConflict(
      tried,
      async () => cluster.scale(await readAnew(desired, deps), request.replicas, applying),
      retry,
    );
    return { desired: desiredOf(await readAnew(desired, deps)) };
  }
  if (!applied) {
    const fields = changes.map(({ path }) => (path === 'spec.replicas' ? 'replicas' : 'predictors'));
    const deployment = await reapply(desired.deployment, spec, fields, deps);
    if (deployment) return { desired: desiredOf(deployment) };
    return await retryOnConflict(tried, () => changeTheNumber(desired, request, deps), retry);
  }
  const whole = { ...applied, metadata: { ...applied.metadata, uid: desired.uid }, spec };
  try {
    const { deployment } = await retryOnConflict(tried, () => cluster.apply(whole, applying), retry);
    return { desired: desiredOf(deployment) };
  } catch (error) {
    if (!isConflict(error) || error.causes.length === 0) throw error;
    const remark = `only the number of replicas was changed, because somebody else changed the deployment: ${conflictsInWords(fieldConflicts(error))}`;
    return { ...(await retryOnConflict(tried, () => changeTheNumber(desired, request, deps), retry)), remark };
  }
}

/**
 * Read, change, write, on condition that nobody else has written in between: by the scale subresource where spec.replicas
 * alone governs, as kubectl scale and autoscalers do.
 */
async function changeTheNumber(created: Desired, request: ScaleRequest, deps: Sending): Promise<Sent> {
  const live = await readAnew(created, deps);
  const plan = planScale(live, request);
  if (plan.answer === 'refused') {
    throw new Failure(exitCodes.failed, `somebody else changed the deployment, and now ${plan.reason}`, {
      hint: plan.hint,
    });
  }
  if (plan.changes.length === 0) return { desired: desiredOf(live), plan };
  const { cluster, applying } = deps;
  if (cluster.resource.scalable && plan.changes.every(({ path }) => path === 'spec.replicas')) {
    await cluster.scale(live, request.replicas, applying);
    return { desired: desiredOf(await readAnew(created, deps)), plan };
  }
  return { desired: desiredOf(await cluster.replaceSpec(live, plan.spec, applying)), plan };
}
