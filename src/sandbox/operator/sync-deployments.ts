import type { Deployment } from '../../operator/kubernetes-objects.ts';
import { kinds } from './client.ts';
import { deepEqual, isDerivative, mergeWouldChange } from './differences.ts';
import { ownedBy, type Pass } from './reconcile-pass.ts';
import { concludeRollout, newRollout, observeDeployment, type Rollout } from './status.ts';

/** Holds what the operator last wanted, so that it sees later what it wants no more. */
const LAST_APPLIED = 'seldon.io/last-applied';

/** Source: createDeployments in operator/controllers/seldondeployment_controller.go, v1.18.2. */
export async function syncDeployments(pass: Pass): Promise<Rollout> {
  const rollout = newRollout();
  for (const desired of pass.desired.deployments) {
    const { name, namespace = '' } = desired.metadata;
    const found = pass.cache.get<Deployment>(kinds.deployment, namespace, name);
    if (!found) {
      rollout.ready = false;
      remember(pass, desired, await pass.client.create(kinds.deployment, ownedBy(pass.sdep, annotated(desired))));
      pass.event('Normal', 'CreateDeployment', `Created Deployment "${name}"`);
    } else if (!deepEqual(desired.spec.selector, found.spec.selector)) {
      await recreate(pass, desired);
    } else {
      const updated = await update(pass, desired, found);
      if (isDerivative(found.spec.template.spec, updated.spec.template.spec)) {
        observeDeployment(pass.status, pass.conditions, rollout, updated, name === pass.desired.firstDeployment);
      } else {
        rollout.ready = false;
        pass.event('Normal', 'UpdateDeployment', `Updated Deployment "${name}"`);
      }
    }
  }
  concludeRollout(pass.conditions, rollout);
  return rollout;
}

/** A selector cannot be changed. Readiness is not taken away here, so the state can be Available meanwhile. */
async function recreate(pass: Pass, desired: Deployment): Promise<void> {
  const { name, namespace = '' } = desired.metadata;
  await pass.client.delete(kinds.deployment, namespace, name, { propagationPolicy: 'Foreground' });
  pass.event('Normal', 'DeleteDeployment', `Deleted Deployment "${name}"`);
  await pass.client.create(kinds.deployment, ownedBy(pass.sdep, desired));
  pass.event('Normal', 'CreateDeployment', `Recreated Deployment (selector changed) "${name}"`);
}

/** Returns the Deployment as it is now: after a write the new spec, together with the status of the old one. */
async function update(pass: Pass, desired: Deployment, found: Deployment): Promise<Deployment> {
  if (!mustBeWritten(pass, desired, found)) return found;
  // Without a number of its own the Deployment keeps the one it has: an autoscaler's, or somebody's kubectl scale.
  const replicas = desired.spec.replicas ?? found.spec.replicas;
  const next = annotated(desired);
  const updated = await pass.client.replace(kinds.deployment, {
    ...found,
    metadata: { ...found.metadata, labels: next.metadata.labels ?? {}, annotations: next.metadata.annotations ?? {} },
    spec: { ...desired.spec, ...(replicas !== undefined && { replicas }) },
  });
  remember(pass, desired, updated);
  return updated;
}

function mustBeWritten(pass: Pass, desired: Deployment, found: Deployment): boolean {
  const { name, namespace, uid } = found.metadata;
  const before = pass.written.get(`${namespace}/${name}`);
  const asWritten =
    before?.uid === uid && deepEqual(before?.wanted, desired.spec) && deepEqual(before?.became, found.spec);
  if (asWritten) return false;
  return mergeWouldChange(parse(found.metadata.annotations?.[LAST_APPLIED]), desired.spec, found.spec);
}

/**
 * The API server writes some values its own way (cpu "0.5" as "500m") and drops fields that it does not know. Go's
 * types do both before the operator compares; here such a Deployment would be written again and again, and each write
 * takes the Deployment controller's revision annotation away.
 */
function remember(pass: Pass, desired: Deployment, { metadata, spec }: Deployment): void {
  const key = `${metadata.namespace}/${metadata.name}`;
  pass.written.set(key, { uid: metadata.uid, wanted: desired.spec, became: spec });
}

function annotated(desired: Deployment): Deployment {
  const annotations = { ...desired.metadata.annotations, [LAST_APPLIED]: JSON.stringify(desired.spec) };
  return { ...desired, metadata: { ...desired.metadata, annotations } };
}

function parse(json: string | undefined): unknown {
  try {
    return json && JSON.parse(json);
  } catch {
    return undefined;
  }
}
