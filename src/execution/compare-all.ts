import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { concurrencyLimiter } from '../concurrency-limiter.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { apply } from '../lifecycle/apply/apply-manifest.ts';
import type { Applying } from '../lifecycle/apply/applying.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { OtherResources } from './other-resources.ts';

/** As kubectl diff. */
const MOST_TRIES = 4;
/** How many are asked for at a time. */
const AT_A_TIME = 20;

export interface Compared {
  live: KubernetesObject | undefined;
  merged: KubernetesObject;
}

/**
 * Each object of the files as it is (undefined: not there) and as an apply of them would make it, in the order in which
 * they would be applied. The server is asked to say so, and changes nothing. `warn` is told each field that would be left
 * out. Throws Failure, as apply does.
 */
export async function compareAll(
  { deployments, others }: Manifests,
  applying: Omit<Applying, 'dryRun'>,
  { cluster, signal, warn }: { cluster: SeldonCluster; signal: AbortSignal; warn: (message: string) => void },
): Promise<Compared[]> {
  const asIf = { ...applying, dryRun: true };
  const found = await OtherResources.find(others, cluster);
  const inTurn = concurrencyLimiter(AT_A_TIME);
  const beside = found.asApplied(asIf, inTurn);
  const compared = deployments.map((manifest) =>
    inTurn(() =>
      ofOneMoment(async () => {
        const { name, namespace = '' } = manifest.deployment.metadata;
        const live = await cluster
          .read(namespace, name)
          .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`));
        const { desired } = await apply(manifest, { cluster, applying: asIf, signal }, warn, live);
        return { live, merged: desired.deployment };
      }),
    ),
  );
  return await Promise.all([...beside, ...compared]);
}

/**
 * The operator may write the status between the two answers, which is no difference that an apply makes: then both are
 * asked for again.
 */
async function ofOneMoment(compare: () => Promise<Compared>): Promise<Compared> {
  for (let tries = 1; ; tries += 1) {
    const compared = await compare();
    const { live, merged } = compared;
    const isOne = !live || live.metadata.resourceVersion === merged.metadata.resourceVersion;
    if (isOne || tries === MOST_TRIES) return compared;
  }
}
