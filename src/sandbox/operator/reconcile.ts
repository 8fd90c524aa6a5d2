import { copyOf } from '../../json-copy.ts';
import { withDefaults } from '../../operator/defaulting.ts';
import { desiredObjects, nothingDesired } from '../../operator/desired-objects.ts';
import { CONTROLLER_ID } from '../../operator/object-names.ts';
import type { SeldonDeployment } from '../../operator/seldon-deployment.ts';
import { ApiError, isConflict, kinds } from './client.ts';
import { Conditions } from './conditions.ts';
import type { Operator, Pass } from './reconcile-pass.ts';
import { removeLeftovers } from './remove-leftovers.ts';
import { sameStatus, setFailed, setState } from './status.ts';
import { syncAutoscalers, syncDisruptionBudgets } from './sync-autoscaling.ts';
import { syncDeployments } from './sync-deployments.ts';
import { syncServices } from './sync-services.ts';

/**
 * Makes the cluster as one SeldonDeployment wants it and writes its status. Throws when it is to be tried again.
 * Source: Reconcile in operator/controllers/seldondeployment_controller.go, v1.18.2, the order of steps included.
 */
export async function reconcile(operator: Operator, namespace: string, name: string): Promise<void> {
  const stored = operator.cache.get<SeldonDeployment>(kinds.seldonDeployment, namespace, name);
  // While it is deleted its status stays as it is, often still Available.
  if (!stored || stored.metadata.deletionTimestamp || !isOurs(operator, stored)) return;
  const pass = begin(operator, stored);
  try {
    await makeItSo(pass);
  } catch (error) {
    await reportError(pass, stored, asError(error));
    throw error;
  }
  await writeStatus(pass, stored);
  pass.event('Normal', 'Updated', `Updated SeldonDeployment "${name}"`);
}

function isOurs(operator: Operator, sdep: SeldonDeployment): boolean {
  if (operator.namespace === undefined) {
    const name = sdep.metadata.namespace ?? 'default';
    const namespace = operator.cache.get(kinds.namespace, '', name);
    if (!namespace) throw new ApiError(404, 'NotFound', `Namespace "${name}" not found`);
    if (namespace.metadata.labels?.[CONTROLLER_ID]) return false;
  }
  return (sdep.metadata.labels?.[CONTROLLER_ID] ?? '') === (operator.controllerId ?? '');
}

function begin(operator: Operator, stored: SeldonDeployment): Pass {
  const status = copyOf(stored.status ?? {});
  return {
    ...operator,
    sdep: stored,
    status,
    conditions: new Conditions(status.conditions, () => operator.clock.now()),
    desired: nothingDesired(),
    event: (type, reason, message) => operator.events.record(stored, { type, reason, message }),
  };
}

async function makeItSo(pass: Pass): Promise<void> {
  pass.sdep = withDefaults(pass.sdep);
  pass.desired = desiredObjects(pass.sdep);
  const servicesReady = await syncServices(pass, false);
  const autoscalersReady = await syncAutoscalers(pass);
  pass.conditions.markTrue('KedaReady', { reason: 'No KEDA resources defined' });
  const budgetsReady = await syncDisruptionBudgets(pass);
  const rollout = await syncDeployments(pass);
  if (rollout.ready) await complete(pass);
  setState(pass.status, rollout, servicesReady && autoscalersReady && budgetsReady);
}

/** What is done only once all Deployments are ready. Its findings do not change the state any more. */
async function complete(pass: Pass): Promise<void> {
  await syncServices(pass, true);
  pass.conditions.markTrue('istioVirtualServicesReady', { reason: 'No VirtualServices defined' });
  pass.conditions.markTrue('AmbassadorMappingsReady', { reason: 'No Ambassador Mappaings defined' });
  await removeLeftovers(pass);
}

/** A Conflict is told in an Event but not in the status: https://github.com/SeldonIO/seldon-core/issues/4341 */
async function reportError(pass: Pass, stored: SeldonDeployment, error: Error): Promise<void> {
  pass.event('Warning', 'InternalError', error.message);
  if (isConflict(error)) return;
  setFailed(pass.status, error);
  await writeStatus(pass, stored).catch(() => {});
}

/** Writes nothing if the status is as the cache has it; else against the resourceVersion that this pass began with. */
async function writeStatus(pass: Pass, stored: SeldonDeployment): Promise<void> {
  const { name, namespace = 'default' } = stored.metadata;
  const conditions = pass.conditions.list();
  const status = { ...pass.status, ...(conditions.length > 0 && { conditions }) };
  const existing = pass.cache.get<SeldonDeployment>(kinds.seldonDeployment, namespace, name);
  if (!existing) throw new ApiError(404, 'NotFound', `SeldonDeployment.machinelearning.seldon.io "${name}" not found`);
  if (sameStatus(existing.status, status)) return;
  try {
    await pass.client.replaceStatus(kinds.seldonDeployment, { ...stored, status });
  } catch (error) {
    const why = asError(error).message;
    pass.event('Warning', 'UpdateFailed', `Failed to update status for SeldonDeployment "${name}": ${why}`);
    throw error;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
