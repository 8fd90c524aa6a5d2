import type { Service } from '../../operator/kubernetes-objects.ts';
import { ownValue } from '../../own-values.ts';
import { kinds } from './client.ts';
import { deepEqual, mergeWouldChange } from './differences.ts';
import { ownedBy, type Pass } from './reconcile-pass.ts';

/**
 * Runs twice in a reconcile; only the second run (`deploymentsReady`) can make ServicesReady true, so that it is false
 * during every rollout. Source: createServices in operator/controllers/seldondeployment_controller.go, v1.18.2.
 */
export async function syncServices(pass: Pass, deploymentsReady: boolean): Promise<boolean> {
  let ready = true;
  for (const desired of pass.desired.services) {
    const { name, namespace = '' } = desired.metadata;
    const found = pass.cache.get<Service>(kinds.service, namespace, name);
    if (!found) {
      ready = false;
      await pass.client.create(kinds.service, ownedBy(pass.sdep, desired));
      pass.event('Normal', 'CreateService', `Created Service "${name}"`);
      continue;
    }
    pass.status.address = pass.desired.address;
    if (!differs(desired, found)) noteEndpoints(pass, name);
    else if (!deepEqual(desired.spec.selector, found.spec.selector)) {
      ready = false;
      await pass.client.delete(kinds.service, namespace, name, { propagationPolicy: 'Foreground' });
      pass.event('Normal', 'DeleteService', `Deleted Service "${name}"`);
      await pass.client.create(kinds.service, ownedBy(pass.sdep, desired));
      pass.event('Normal', 'CreateService', `Recreated Service "${name}"`);
    } else if (await update(pass, desired, found)) {
      ready = false;
      pass.event('Normal', 'UpdateService', `Updated Service "${name}"`);
    }
  }
  if (deploymentsReady && ready) pass.conditions.markTrue('ServicesReady', { reason: 'All services created' });
  else pass.conditions.markFalse('ServicesReady', { reason: 'Not all services created' });
  return ready;
}

function differs(desired: Service, found: Service): boolean {
  const annotationsDiffer = !deepEqual(desired.metadata.annotations, found.metadata.annotations);
  return annotationsDiffer || mergeWouldChange(undefined, desired.spec, found.spec);
}

/** An entry that is there already stays as it is. */
function noteEndpoints(pass: Pass, name: string): void {
  const details = ownValue(pass.desired.serviceDetails, name);
  if (details) pass.status.serviceStatus = { [name]: details, ...pass.status.serviceStatus };
}

/** Whether the server took it for a change. */
async function update(pass: Pass, desired: Service, found: Service): Promise<boolean> {
  const updated = await pass.client.replace(kinds.service, {
    ...found,
    metadata: { ...found.metadata, annotations: desired.metadata.annotations ?? {} },
    spec: { ...found.spec, ...desired.spec },
  });
  return !deepEqual(updated.spec, found.spec);
}
