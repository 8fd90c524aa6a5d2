import { advice, kubectl } from '../../advice/advice.ts';
import { sleep } from '../../clock.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import { type ApplyOptions, FIELD_MANAGER } from '../../cluster/objects.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import { type ExitCode, exitCodes, Failure } from '../../failures.ts';
import { isUnchanged } from '../../kubernetes/managed-fields.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import { desiredIngress, holderOfIngress, type Ingress } from '../../seldon/ingress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { applyTakingOver, objectTo } from '../apply/take-over.ts';
import { retryOnConflict } from '../retry/retry-on-conflict.ts';
import type { RetryOptions } from '../retry/retry-write.ts';

export interface IngressDeps {
  cluster: Pick<SeldonCluster, 'objects' | 'serverClock'>;
  applying: Pick<ApplyOptions, 'fieldManager' | 'force' | 'dryRun' | 'absentNamespaces'>;
  /** How long somebody else may change it at the same time. */
  retry: RetryOptions;
  /** How long the end of an earlier deployment's is waited for; a minute, if it is not said. */
  leftoverMs?: number;
}

export interface AppliedIngress {
  ingress: KubernetesObject;
  did: 'applied' | 'unchanged';
}

/** An earlier one of its name goes within moments, unless its finalizers wait for a load balancer in some cloud. */
const LOOK_MS = 250;
const LEFTOVER_MS = 60_000;

/**
 * Makes the Ingress of a deployment, or changes it in place; undefined: the deployment is to have none. `deployment` is as
 * the server has it. Safe to send again. Throws ApiFailure, Unreachable, and Failure where somebody else has one of its name.
 */
export async function applyIngress(
  deployment: SeldonDeployment,
  deps: IngressDeps,
): Promise<AppliedIngress | undefined> {
  const { cluster, applying, retry } = deps;
  const { fieldManager = FIELD_MANAGER, force, dryRun, absentNamespaces } = applying;
  const wanted = desiredIngress(deployment);
  if (!wanted) return undefined;
  const since = cluster.serverClock.now();
  const send = async (): Promise<AppliedIngress> => {
    const live = await readWithoutLeftover(wanted, deployment, deps);
    if (live && holderOfIngress(live, deployment) === 'somebody-else') throw takenBySomebody(wanted, exitCodes.failed);
    // Only the one that was looked at; what appeared just now is looked at again.
    const { uid } = live?.metadata ?? {};
    const sent = { ...wanted, metadata: { ...wanted.metadata, ...(uid && { uid }) } };
    const options = {
      fieldManager,
      ...(force !== undefined && { force }),
      ...(dryRun !== undefined && { dryRun }),
      ...(absentNamespaces && { absentNamespaces }),
      createOnly: !live,
    };
    const { object, created } = await applyTakingOver(objectTo(cluster.objects, sent), options, live);
    return { ingress: object, did: !created && isUnchanged(object, fieldManager, since) ? 'unchanged' : 'applied' };
  };
  return await retryOnConflict(`apply ingress "${wanted.metadata.name}"`, send, retry);
}

/**
 * Deletes the Ingress that a deployment has, as it was `before`; false where there is none of its own. Before the deployment
 * itself says so no longer: whoever is interrupted in between does it again. Throws ApiFailure, Unreachable.
 */
export async function removeIngress(
  before: SeldonDeployment,
  { cluster, applying }: Omit<IngressDeps, 'retry'>,
): Promise<boolean> {
  const had = desiredIngress(before);
  const live = had && (await cluster.objects.read(had));
  if (!live || holderOfIngress(live, before) !== 'deployment') return false;
  if (applying.dryRun) return true;
  try {
    await cluster.objects.delete(had, live.metadata.uid ?? '');
    return true;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return false;
    throw error;
  }
}

/** The Ingress of this name; of an earlier deployment the end is waited for, for some time. */
async function readWithoutLeftover(
  wanted: Ingress,
  deployment: SeldonDeployment,
  { cluster, applying, retry: { clock, signal }, leftoverMs = LEFTOVER_MS }: IngressDeps,
): Promise<KubernetesObject | undefined> {
  const until = clock.now() + leftoverMs;
  for (;;) {
    const live = await cluster.objects.read(wanted);
    if (!live || applying.dryRun || holderOfIngress(live, deployment) !== 'leftover') return live;
    if (clock.now() >= until) throw isLeftOver(live);
    await sleep(clock, LOOK_MS, signal);
    signal.throwIfAborted();
  }
}

/** As kubectl names it: ingress.networking.k8s.io/iris */
export function ingressName({ metadata: { name } }: KubernetesObject): string {
  return `ingress.networking.k8s.io/${name}`;
}

/** Somebody else has an Ingress of the name of a deployment. */
export class IngressTaken extends Failure {}

export function takenBySomebody({ metadata: { name, namespace } }: KubernetesObject, exitCode: ExitCode): IngressTaken {
  return new IngressTaken(
    exitCode,
    `ingress "${name}" in namespace "${namespace}" exists and does not belong to seldondeployment "${name}": not changed`,
    {
      hint: advice`Give the deployment another name, or check the Ingress first: ${kubectl(['get', 'ingress', name, '-o', 'yaml'], { namespace })}`,
    },
  );
}

function isLeftOver({ metadata: { name, namespace, finalizers = [] } }: KubernetesObject): Failure {
  const held = finalizers.length > 0 ? ` (finalizers: ${finalizers.join(', ')})` : '';
  return new Failure(
    exitCodes.timedOut,
    `ingress "${name}" in namespace "${namespace}" is left over from an earlier deployment${held}, and is not deleted yet`,
    { hint: advice`Wait until it is gone: ${kubectl(['wait', '--for=delete', `ingress/${name}`], { namespace })}` },
  );
}
