import type { ObjectWithSpec } from '../../operator/kubernetes-objects.ts';
import { kinds, type ObjectKind } from './client.ts';
import { deepEqual, mergeWouldChange } from './differences.ts';
import { ownedBy, type Pass } from './reconcile-pass.ts';

interface Wording {
  kind: ObjectKind;
  condition: string;
  createReason: string;
  updateReason: string;
  none: string;
  notReady: string;
  ready: string;
}

/** Source: createHpas in operator/controllers/seldondeployment_controller.go, v1.18.2. */
export function syncAutoscalers(pass: Pass): Promise<boolean> {
  return sync(pass, pass.desired.horizontalPodAutoscalers, {
    kind: kinds.horizontalPodAutoscaler,
    condition: 'HpasReady',
    createReason: 'CreateHPA',
    updateReason: 'UpdateHPA',
    none: 'No HPAs defined',
    notReady: 'HPAs not ready',
    ready: 'All HPAs resources ready',
  });
}

/** Source: createPdbs in operator/controllers/seldondeployment_controller.go, v1.18.2. */
export function syncDisruptionBudgets(pass: Pass): Promise<boolean> {
  return sync(pass, pass.desired.podDisruptionBudgets, {
    kind: kinds.podDisruptionBudget,
    condition: 'PdbsReady',
    createReason: 'CreatePDB',
    updateReason: 'UpdatePDB',
    none: 'No PDBs defined',
    notReady: 'PDBs not ready',
    ready: 'All PDBs resources ready',
  });
}

async function sync(pass: Pass, wanted: ObjectWithSpec[], wording: Wording): Promise<boolean> {
  let ready = true;
  for (const desired of wanted) {
    const { name, namespace = '' } = desired.metadata;
    const found = pass.cache.get<ObjectWithSpec>(wording.kind, namespace, name);
    if (!found) {
      ready = false;
      await pass.client.create(wording.kind, ownedBy(pass.sdep, desired));
      pass.event('Normal', wording.createReason, `Created ${wording.kind.kind} "${name}"`);
    } else if (mergeWouldChange(undefined, desired.spec, found.spec)) {
      const updated = await pass.client.replace(wording.kind, { ...found, spec: desired.spec });
      if (deepEqual(updated.spec, found.spec)) continue;
      ready = false;
      // The text is the same for a PodDisruptionBudget, too.
      pass.event('Normal', wording.updateReason, `Updated HorizontalPodAutoscaler "${name}"`);
    }
  }
  await removeUnwanted(pass, wanted, wording.kind);
  const made = wanted.length > 0 ? wording.ready : wording.none;
  if (ready) pass.conditions.markTrue(wording.condition, { reason: made });
  else pass.conditions.markFalse(wording.condition, { reason: wording.notReady });
  return ready;
}

/** What has the name of a Deployment and is not wanted goes, without an Event. */
async function removeUnwanted(pass: Pass, wanted: ObjectWithSpec[], kind: ObjectKind): Promise<void> {
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  for (const { metadata } of pass.desired.deployments) {
    const { name, namespace = '' } = metadata;
    if (names.has(name) || !pass.cache.get(kind, namespace, name)) continue;
    await pass.client.delete(kind, namespace, name, { propagationPolicy: 'Foreground' });
  }
}
