import type { Patch } from '../../cluster/seldon-cluster.ts';
import { explain } from '../errors/api-errors.ts';
import { SETTLE_MS, thatIsThere } from '../sequence.ts';
import { askedOf, type Stage } from '../stage.ts';

/** Patches the deployment with this uid, as kubectl patch does by --type=merge and --type=json. */
export function patchStage(patch: Patch): Stage {
  return async (standing, steps, around) => {
    const asked = thatIsThere(standing);
    const { name, namespace = '' } = asked.deployment.metadata;
    const deployment = await steps.take('patch', async () => {
      around.signal.throwIfAborted();
      const result = await around.cluster
        .patch(namespace, name, asked.uid, patch, around.applying)
        .catch((error) => explain(error, `patch seldondeployment "${name}"`));
      const same = result.metadata.generation === asked.generation;
      return { result, message: same ? 'patched (no change of the spec)' : 'patched' };
    });
    return { ...standing, asked: askedOf(deployment), sent: undefined, settleMs: SETTLE_MS };
  };
}
