import type { Applied, SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { planScale, type ScalePlan } from '../../seldon/scale-plan.ts';
import type { ScaleRequest } from '../../seldon/scale-request.ts';
import type { SeldonDeployment, SeldonSpec } from '../../seldon/seldon-deployment.ts';
import { applyOurs, isConflict, retried, type SpecSending } from '../change/send-spec.ts';
import { conflictsInWords, fieldConflicts } from '../errors/field-conflicts.ts';
import { readAnew } from '../read-anew.ts';
import { askedOf } from '../stage.ts';
import type { Asked } from '../waits/observation.ts';

export interface Sent {
  asked: Asked;
  /** What was done instead, where somebody had changed the deployment in the meantime. */
  plan?: Extract<ScalePlan, { changes: unknown }>;
  /** What a person should know of the way it went. */
  remark?: string;
}

/** What sending needs to have around it. */
type Sending = SpecSending & { cluster: Pick<SeldonCluster, 'scale'> };

/**
 * Sends the new numbers: by another apply of the whole, see SeldonCluster.apply for why, or by the scale subresource.
 * Its uid goes along, so that no other one of its name is touched. Where somebody else has come to own a field since
 * our first apply, theirs stays as it is: only the number is changed, in what is there now. Throws ApiFailure,
 * Unreachable, Failure.
 */
export async function sendScale(
  manifest: SeldonDeployment,
  created: Asked,
  request: ScaleRequest,
  spec: SeldonSpec,
  around: Sending,
): Promise<Sent> {
  const { cluster, applying } = around;
  if (request.through === 'subresource') {
    await retried(around, async () => cluster.scale(await readAnew(created, around), request.replicas, applying));
    return { asked: askedOf(await readAnew(created, around)) };
  }
  const metadata = { ...manifest.metadata, uid: created.uid };
  try {
    const applied: Applied = await retried(around, () => cluster.apply({ ...manifest, metadata, spec }, applying));
    return { asked: askedOf(applied.deployment) };
  } catch (error) {
    if (!isConflict(error) || error.causes.length === 0) throw error;
    const remark = `only the number was changed, because somebody else has changed the deployment: ${conflictsInWords(fieldConflicts(error))}`;
    return await retried(around, async () => ({ ...(await changeTheNumber(created, request, around)), remark }));
  }
}

/**
 * The same for a deployment that is in the cluster already, whoever applied it. What we have applied is applied again
 * with the other number, so that it stays ours and the next apply of its file conflicts with nobody; where somebody else
 * has applied it, only the number is changed in what is there now.
 */
export async function sendScaleTo(
  live: SeldonDeployment,
  request: ScaleRequest,
  { spec, changes }: Extract<ScalePlan, { changes: unknown }>,
  around: Sending,
): Promise<Sent> {
  const { cluster, applying } = around;
  const found = askedOf(live);
  if (request.through === 'subresource') {
    await retried(around, async () => cluster.scale(await readAnew(found, around), request.replicas, applying));
    return { asked: askedOf(await readAnew(found, around)) };
  }
  const fields = changes.map(({ path }) => (path === 'spec.replicas' ? 'replicas' : 'predictors'));
  const deployment = await applyOurs(live, spec, fields, around);
  if (deployment) return { asked: askedOf(deployment) };
  return await retried(around, () => changeTheNumber(found, request, around));
}

/** Read, change, write, on condition that nobody else has written in between. */
async function changeTheNumber(created: Asked, request: ScaleRequest, around: Sending): Promise<Sent> {
  const live = await readAnew(created, around);
  const plan = planScale(live, request);
  if (plan.answer === 'refused') {
    throw new Failure(exitCodes.failed, `somebody else has changed the deployment, and now ${plan.reason}`, {
      hint: plan.hint,
    });
  }
  if (plan.changes.length === 0) return { asked: askedOf(live), plan };
  return { asked: askedOf(await around.cluster.replaceSpec(live, plan.spec, around.applying)), plan };
}
