import { exitCodes, Failure } from '../../failures.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { containerNames, type ImageChange, withImage } from '../../seldon/set-image.ts';
import { explain } from '../errors/api-errors.ts';
import { readAnew } from '../read-anew.ts';
import { SETTLE_MS, thatIsThere } from '../sequence.ts';
import { askedOf, type Stage } from '../stage.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Asked } from '../waits/observation.ts';
import { applyOurs, retried } from './send-spec.ts';

/** Sets the image of a container, as an apply of ours where the deployment is ours, and nothing else. */
export function setImageStage(change: ImageChange): Stage {
  return async (standing, steps, around) => {
    const asked = thatIsThere(standing);
    const { name } = asked.deployment.metadata;
    const deployment = await steps.take('set-image', async () => {
      around.signal.throwIfAborted();
      const result = await send(asked, change, around).catch((error) =>
        explain(error, `set an image of seldondeployment "${name}"`),
      );
      return { result, message: `image updated (container ${change.container}: ${change.image})` };
    });
    return { ...standing, asked: askedOf(deployment), sent: undefined, settleMs: SETTLE_MS };
  };
}

async function send(asked: Asked, change: ImageChange, around: Surroundings): Promise<SeldonDeployment> {
  const live = await readAnew(asked, around);
  const applied = await applyOurs(live, changed(live, change), ['predictors'], around);
  if (applied) return applied;
  return await retried(around, async () => {
    const now = await readAnew(asked, around);
    return await around.cluster.replaceSpec(now, changed(now, change), around.applying);
  });
}

function changed({ metadata, spec = {} }: SeldonDeployment, change: ImageChange) {
  const found = withImage(spec, change);
  if (found.places.length > 0) return found.spec;
  const where = change.predictor === undefined ? '' : ` in predictor "${change.predictor}"`;
  throw new Failure(
    exitCodes.failed,
    `seldondeployment "${metadata.name}" has no container "${change.container}"${where}`,
    { hint: `It has: ${containerNames(spec).join(', ') || 'none'}` },
  );
}
