import type { SeldonCluster } from '../cluster/seldon-cluster.ts';
import { concurrencyLimiter } from '../concurrency-limiter.ts';
import { exitCodes } from '../failures.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { apply } from '../lifecycle/apply/apply-manifest.ts';
import type { Applying } from '../lifecycle/apply/applying.ts';
import { refuseUnserved } from '../lifecycle/apply/served-version.ts';
import { applyTakingOver, objectTo } from '../lifecycle/apply/take-over.ts';
import { explain } from '../lifecycle/errors/api-errors.ts';
import { takenBySomebody } from '../lifecycle/ingress/apply-ingress.ts';
import { checkClasses } from '../lifecycle/ingress/check-ingress.ts';
import type { Manifests } from '../manifests/manifest.ts';
import { desiredIngress, holderOfIngress } from '../seldon/ingress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import { OtherResources } from './other-resources.ts';

/** As kubectl diff. */
const MOST_TRIES = 4;
/** How many are asked for at a time. */
const AT_A_TIME = 20;

export interface Compared {
  live: KubernetesObject | undefined;
  /** Undefined: it would be deleted. */
  merged: KubernetesObject | undefined;
}

interface ComparedDeployment {
  live: SeldonDeployment | undefined;
  merged: SeldonDeployment;
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
  const absentNamespaces = new Set<string>();
  const asIf = { ...applying, dryRun: true, absentNamespaces };
  await refuseUnserved(deployments, cluster);
  const intended = deployments.map(({ deployment }) => deployment);
  const [found] = await Promise.all([OtherResources.find(others, cluster), checkClasses(intended, { cluster, warn })]);
  const inTurn = concurrencyLimiter(AT_A_TIME);
  const beside = await found.asApplied(asIf, inTurn);
  for (const name of found.madeNamespaces.keys()) {
    absentNamespaces.add(name);
    warn(`namespace "${name}" does not exist yet: its objects are shown as in the files`);
  }
  const compared = deployments.map((manifest) =>
    inTurn(async () => {
      const compared = await ofOneMoment(async () => {
        const { name, namespace = '' } = manifest.deployment.metadata;
        const live = await cluster
          .read(namespace, name)
          .catch((error) => explain(error, `read seldondeployment "${name}" in namespace "${namespace}"`));
        const { desired } = await apply(manifest, { cluster, applying: asIf, signal }, warn, live);
        return { live, merged: desired.deployment };
      });
      return [compared, ...(await comparedIngress(compared, asIf, cluster))];
    }),
  );
  return [...beside, ...(await Promise.all(compared)).flat()];
}

/** That of a deployment as an apply would make it, or delete it; none where it is to have none, as before. */
async function comparedIngress(
  { live: before, merged: deployment }: ComparedDeployment,
  applying: Applying,
  cluster: SeldonCluster,
): Promise<Compared[]> {
  const wanted = desiredIngress(deployment);
  const ingress = wanted ?? (before && desiredIngress(before));
  if (!ingress) return [];
  const which = `ingress "${ingress.metadata.name}" in namespace "${ingress.metadata.namespace}"`;
  const live = await cluster.objects.read(ingress).catch((error) => explain(error, `read ${which}`));
  const holder = live && holderOfIngress(live, deployment);
  if (!wanted) return holder === 'deployment' ? [{ live, merged: undefined }] : [];
  if (holder === 'somebody-else') throw takenBySomebody(ingress, exitCodes.badInput);
  const asIf = { ...applying, createOnly: !live };
  const applied = await applyTakingOver(objectTo(cluster.objects, ingress), asIf, live).catch((error) =>
    explain(error, `apply ${which}`),
  );
  return [{ live, merged: applied.object }];
}

/**
 * The operator may write the status between the two answers, which is no difference that an apply makes: then both are
 * asked for again.
 */
async function ofOneMoment(compare: () => Promise<ComparedDeployment>): Promise<ComparedDeployment> {
  for (let tries = 1; ; tries += 1) {
    const compared = await compare();
    const { live, merged } = compared;
    const isOne = !live || live.metadata.resourceVersion === merged.metadata.resourceVersion;
    if (isOne || tries === MOST_TRIES) return compared;
  }
}
