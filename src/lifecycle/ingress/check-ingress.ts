import { ApiFailure } from '../../cluster/api-failure.ts';
import { ingressClasses } from '../../cluster/kinds.ts';
import type { ApplyOptions } from '../../cluster/objects.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { BadInput, exitCodes } from '../../failures.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { desiredIngress, holderOfIngress, ingressSettings } from '../../seldon/ingress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { applyTakingOver, objectTo } from '../apply/take-over.ts';
import { explain } from '../errors/api-errors.ts';
import { takenBySomebody } from './apply-ingress.ts';

/** A deployment as it is to be, and as it is. */
export interface Intended {
  deployment: SeldonDeployment;
  live: SeldonDeployment | undefined;
}

export interface IngressCheck {
  cluster: Pick<SeldonCluster, 'list' | 'objects'>;
  /** As they are to be applied. */
  applying: Pick<ApplyOptions, 'fieldManager' | 'force'>;
  warn(warning: string): void;
}

/**
 * Makes sure, before anything is changed, that the Ingresses of these deployments can be made: that their classes are
 * there, that nobody else has one of their names, and that the server would take them, with whatever webhooks its ingress
 * controllers have. Asks nothing where none is to be made. Throws Failure.
 */
export async function checkIngresses(intended: readonly Intended[], check: IngressCheck): Promise<void> {
  const routed = intended.filter(({ deployment }) => ingressSettings(deployment));
  if (routed.length === 0) return;
  await checkClasses(
    routed.map(({ deployment }) => deployment),
    check,
  );
  await Promise.all(routed.map((one) => checkIngress(one, check)));
}

/** Throws BadInput for a class that is not there; that they may not be read is only told. */
export async function checkClasses(
  deployments: readonly SeldonDeployment[],
  { cluster, warn }: { cluster: Pick<SeldonCluster, 'list'>; warn(warning: string): void },
): Promise<void> {
  const wanted = new Set(deployments.flatMap((one) => ingressSettings(one)?.ingressClass ?? []));
  if (wanted.size === 0) return;
  const found = await cluster.list<KubernetesObject>(ingressClasses).catch((error) => {
    const isForbidden = error instanceof ApiFailure && error.status === 403;
    if (!isForbidden) return explain(error, 'list ingressclasses');
    warn(`cannot check that the ingress class "${[...wanted].join('", "')}" exists: ${error.message}`);
    return undefined;
  });
  const names = found?.map(({ metadata }) => metadata.name);
  const missing = [...wanted].find((name) => names && !names.includes(name));
  if (missing === undefined) return;
  const there = names?.length ? names.sort().join(', ') : 'none';
  throw new BadInput(`ingressclass "${missing}" not found: this cluster has ${there}`, {
    hint: names?.length ? undefined : 'Install an ingress controller first',
  });
}

async function checkIngress({ deployment, live }: Intended, { cluster, applying }: IngressCheck): Promise<void> {
  const { uid } = live?.metadata ?? {};
  const itself = uid === undefined ? deployment : { ...deployment, metadata: { ...deployment.metadata, uid } };
  const ingress = desiredIngress(itself);
  if (!ingress) return;
  const which = `ingress "${ingress.metadata.name}" in namespace "${ingress.metadata.namespace}"`;
  const found = await cluster.objects.read(ingress).catch((error) => explain(error, `read ${which}`));
  if (found && holderOfIngress(found, itself) === 'somebody-else') throw takenBySomebody(ingress, exitCodes.badInput);
  const { fieldManager, force } = applying;
  const asIf = {
    ...(fieldManager !== undefined && { fieldManager }),
    ...(force !== undefined && { force }),
    createOnly: !found,
    dryRun: true,
  };
  await applyTakingOver(objectTo(cluster.objects, ingress), asIf, found).catch((error) => {
    if (!saysNothing(error)) explain(error, `apply ${which}`);
  });
}

/** A namespace that is still to be made takes nothing, and an old webhook no dry run. */
function saysNothing(error: unknown): boolean {
  return error instanceof ApiFailure && (error.status === 404 || error.message.includes('does not support dry run'));
}
