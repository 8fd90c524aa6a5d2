import { sleep } from '../../clock.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { type Applied, FIELD_MANAGER, type SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../../failures.ts';
import { ownedFields } from '../../seldon/owned-fields.ts';
import { planScale, type ScalePlan } from '../../seldon/scale-plan.ts';
import type { ScaleRequest } from '../../seldon/scale-request.ts';
import type { SeldonDeployment, SeldonSpec } from '../../seldon/seldon-deployment.ts';
import { conflictsInWords, fieldConflicts } from '../errors/field-conflicts.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Asked } from '../waits/observation.ts';

export interface Sent {
  asked: Asked;
  /** What was done instead, where somebody had changed the deployment in the meantime. */
  plan?: Extract<ScalePlan, { changes: unknown }>;
  /** What a person should know of the way it went. */
  remark?: string;
}

/** What sending needs to have around it. */
type Sending = Pick<Surroundings, 'clock' | 'signal' | 'applying'> & {
  cluster: Pick<SeldonCluster, 'apply' | 'read' | 'replaceSpec' | 'scale'>;
};

const TRIES = 5;
const PAUSE_MS = 100;

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
    await retried(around, async () => cluster.scale(await current(created, around), request.replicas, applying));
    return { asked: asked(await current(created, around)) };
  }
  const metadata = { ...manifest.metadata, uid: created.uid };
  try {
    const applied: Applied = await retried(around, () => cluster.apply({ ...manifest, metadata, spec }, applying));
    return { asked: asked(applied.deployment) };
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
  const found = asked(live);
  if (request.through === 'subresource') {
    await retried(around, async () => cluster.scale(await current(found, around), request.replicas, applying));
    return { asked: asked(await current(found, around)) };
  }
  const ours = ownedFields(live, applying.fieldManager ?? FIELD_MANAGER) as Partial<SeldonDeployment> | undefined;
  const fields = new Set<'replicas' | 'predictors'>(
    changes.map(({ path }) => (path === 'spec.replicas' ? 'replicas' : 'predictors')),
  );
  if (ours && (!fields.has('predictors') || ours.spec?.predictors)) {
    const { name, namespace = '', uid = '', resourceVersion = '' } = live.metadata;
    const metadata = { ...ours.metadata, name, namespace, uid, resourceVersion };
    const changed = Object.fromEntries([...fields].map((field) => [field, spec[field]]));
    try {
      const { deployment } = await cluster.apply({ metadata, spec: { ...ours.spec, ...changed } }, applying);
      return { asked: asked(deployment) };
    } catch (error) {
      // Somebody has changed it since it was read, or has come to own the field.
      if (!isConflict(error)) throw error;
    }
  }
  return await retried(around, () => changeTheNumber(found, request, around));
}

/** Read, change, write, on condition that nobody else has written in between. */
async function changeTheNumber(created: Asked, request: ScaleRequest, around: Sending): Promise<Sent> {
  const live = await current(created, around);
  const plan = planScale(live, request);
  if (plan.answer === 'refused') {
    throw new Failure(exitCodes.failed, `somebody else has changed the deployment, and now ${plan.reason}`, {
      hint: plan.hint,
    });
  }
  if (plan.changes.length === 0) return { asked: asked(live), plan };
  return { asked: asked(await around.cluster.replaceSpec(live, plan.spec, around.applying)), plan };
}

async function current({ uid, deployment }: Asked, { cluster }: Sending): Promise<SeldonDeployment> {
  const { name, namespace = '' } = deployment.metadata;
  const live = await cluster.read(namespace, name);
  if (live?.metadata.uid === uid) return live;
  throw new Failure(
    exitCodes.deploymentFailed,
    `seldondeployment "${name}" in namespace "${namespace}" was deleted by somebody else${live ? ', and another one made in its place' : ''}`,
  );
}

/** Another try after each conflict of versions; a conflict of owners (which has causes) would only come back. */
async function retried<T>({ clock, signal }: Sending, send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (!isConflict(error) || error.causes.length > 0 || tries === TRIES) throw error;
      await sleep(clock, PAUSE_MS * tries, signal);
      signal.throwIfAborted();
    }
  }
}

function isConflict(error: unknown): error is ApiFailure {
  return error instanceof ApiFailure && error.status === 409;
}

function asked(deployment: SeldonDeployment): Asked {
  const { uid = '', generation = 0 } = deployment.metadata;
  return { uid, generation, deployment };
}
