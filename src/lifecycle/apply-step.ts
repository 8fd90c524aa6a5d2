import type { Applied, SeldonCluster } from '../cluster/seldon-cluster.ts';
import { exitCodes, Failure } from '../failures.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { explain } from './api-errors.ts';
import type { Asked } from './observation.ts';

/** Makes the deployment by server-side apply. One that turns out to be there already is left to whoever made it. */
export async function apply(manifest: SeldonDeployment, cluster: SeldonCluster): Promise<Asked> {
  const { name, namespace } = manifest.metadata;
  const applied = await cluster.apply(manifest).catch((error) => explain(error, `apply seldondeployment "${name}"`));
  if (!applied.created) {
    throw new Failure(
      exitCodes.failed,
      `seldondeployment "${name}" in namespace "${namespace}" was created by somebody else in the same moment: it was changed by our apply, and is left alone now`,
    );
  }
  return asked(applied);
}

/** What a wait compares with from now on. */
export function asked({ deployment }: Applied): Asked {
  const { uid = '', generation = 0 } = deployment.metadata;
  return { uid, generation, deployment };
}
