import type { Deployment, Service } from '../../operator/kubernetes-objects.ts';
import { seldonId } from '../../operator/object-names.ts';
import { ApiError, kinds, type ObjectKind } from './client.ts';
import type { Pass } from './reconcile-pass.ts';

/**
 * Removes what a predictor that is gone has left: only what the status still names, and Services only in a later
 * reconcile, when no Deployment is left over any more.
 * Source: completeServiceCreation in operator/controllers/seldondeployment_controller.go, v1.18.2;
 * https://github.com/SeldonIO/seldon-core/issues/4253
 */
export async function removeLeftovers(pass: Pass): Promise<void> {
  const wanted = new Set(pass.desired.deployments.map(({ metadata }) => metadata.name));
  const left = Object.keys(pass.status.deploymentStatus ?? {}).filter((name) => !wanted.has(name));
  const namespace = pass.sdep.metadata.namespace ?? 'default';
  const found = (name: string) => pass.cache.get<Deployment>(kinds.deployment, namespace, name);
  const orchestrators = left.filter((name) => found(name)?.metadata.labels?.['seldon-deployment-contains-svcorch']);
  for (const name of left) {
    if (!found(name)) {
      delete pass.status.deploymentStatus?.[name];
      continue;
    }
    // Those with an executor go first; the others wait until they have gone.
    if (orchestrators.length === 0 || orchestrators.includes(name)) {
      await pass.client.delete(kinds.deployment, namespace, name, { propagationPolicy: 'Foreground' });
      pass.event('Normal', 'DeleteDeployment', `Deleted Deployment "${name}"`);
    }
    await removeSameNamed(pass, kinds.horizontalPodAutoscaler, name, 'DeleteHPA');
    await removeSameNamed(pass, kinds.podDisruptionBudget, name, 'DeletePDB');
  }
  if (left.length === 0) await removeServices(pass, namespace);
}

async function removeSameNamed(pass: Pass, kind: ObjectKind, name: string, reason: string): Promise<void> {
  const namespace = pass.sdep.metadata.namespace ?? 'default';
  if (!pass.cache.get(kind, namespace, name)) return;
  await pass.client.delete(kind, namespace, name, { propagationPolicy: 'Foreground' });
  pass.event('Normal', reason, `Deleted ${kind.kind} "${name}"`);
}

/**
 * First the Services that the status names, then all that carry the label. The second look goes to the cache, which may
 * still show what the first has just deleted: then the second delete is answered NotFound, and the SeldonDeployment is
 * Failed until the retry (https://github.com/SeldonIO/seldon-core/issues/2044 has such a moment).
 */
async function removeServices(pass: Pass, namespace: string): Promise<void> {
  const { serviceDetails } = pass.desired;
  for (const name of Object.keys(pass.status.serviceStatus ?? {})) {
    if (Object.hasOwn(serviceDetails, name)) continue;
    if (!pass.cache.get(kinds.service, namespace, name)) {
      throw new ApiError(404, 'NotFound', `Service "${name}" not found`);
    }
    delete pass.status.serviceStatus?.[name];
    await pass.client.delete(kinds.service, namespace, name);
  }
  for (const { metadata } of pass.cache.list<Service>(kinds.service, namespace)) {
    const labelled = metadata.labels?.['seldon-deployment-id'] === seldonId(pass.sdep);
    if (labelled && !Object.hasOwn(serviceDetails, metadata.name)) {
      await pass.client.delete(kinds.service, namespace, metadata.name);
    }
  }
}
