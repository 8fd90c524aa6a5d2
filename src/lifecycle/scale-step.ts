import { BadInput } from '../failures.ts';
import { planScale, type ReplicasChange } from '../seldon/scale-plan.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { explain } from './api-errors.ts';
import { applyResult } from './apply-result.ts';
import { asked } from './apply-step.ts';
import type { Asked } from './observation.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Scales a deployment that we applied, by applying it again with other numbers: see SeldonCluster.apply for why. Its uid
 * goes along, so that no other one of its name is touched.
 */
export async function scale(manifest: SeldonDeployment, created: Asked, replicas: number, around: Surroundings) {
  const plan = planScale(manifest, replicas);
  const { name } = manifest.metadata;
  if (plan.answer === 'refused') throw new BadInput(`cannot scale seldondeployment "${name}": ${plan.reason}`);
  if (plan.changes.length === 0) {
    return { result: created, message: `scaled (already at ${inReplicas(replicas)})`, did: 'unchanged' as const };
  }
  around.signal.throwIfAborted();
  const metadata = { ...manifest.metadata, uid: created.uid };
  const desired = { ...manifest, metadata, spec: plan.spec };
  const applied = await around.cluster
    .apply(desired, around.applying)
    .catch((error) => explain(error, `scale seldondeployment "${name}"`));
  const restart = plan.restartsPods ? '; its pods restart' : '';
  return {
    result: asked(applied),
    message: `scaled (${plan.changes.map(inWords).join(', ')}${restart})`,
    did: applyResult(applied, created.deployment),
  };
}

function inWords({ path, from, to }: ReplicasChange): string {
  return `${path}: ${from ?? 'unset'} -> ${to}`;
}

export function inReplicas(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`;
}
