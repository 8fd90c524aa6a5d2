import { type Advice, advice, kubectl } from '../../advice/advice.ts';
import type { Cache } from '../../cluster/cache.ts';
import { resourceKinds } from '../../cluster/resource-kinds.ts';
import type { SeldonCluster } from '../../cluster/seldon-cluster.ts';
import type { KubernetesObject } from '../../kubernetes/objects.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { StepDeps } from '../step.ts';
import { operatorMissing } from './operator-missing.ts';
import { observe } from './wait-on.ts';

/** An operator that is there writes a first status within milliseconds. */
export const OTHER_OPERATOR_AFTER_MS = 1_000;

/** CONTROLLER_ID of the operator that an object is for; of a namespace: for an operator of its own. */
const CONTROLLER_LABEL = 'seldon.io/controller-id';

/** Of a deployment, what tells whether an operator serves it, and which. */
export interface Served {
  uid: string | undefined;
  namespace: string | undefined;
  controller: string | undefined;
  isServed: boolean;
}

export function servedOf({ metadata, status }: SeldonDeployment): Served {
  const { uid, namespace } = metadata;
  return { uid, namespace, controller: controllerOf({ metadata }), isServed: status?.state !== undefined };
}

/**
 * What to say of a deployment that no operator has touched, where a label tells why: it is for an operator that serves
 * nothing, while others serve theirs. Nothing is known where no deployment is served at all.
 */
export function labelledForAnother(
  deployment: SeldonDeployment,
  namespaceController: string | undefined,
  all: readonly Served[],
): Advice | undefined {
  const { uid, name, namespace } = deployment.metadata;
  const served = all.filter((one) => one.isServed && one.uid !== uid);
  if (served.length === 0) return undefined;
  const own = controllerOf(deployment);
  const begin = `no Seldon operator has touched seldondeployment "${name}" yet`;
  if (own !== undefined && served.every(({ controller }) => controller !== own)) {
    const remove = kubectl(['label', 'seldondeployment', name, `${CONTROLLER_LABEL}-`], { namespace });
    return advice`${begin}: it has the label ${CONTROLLER_LABEL}=${own}, and no operator with this CONTROLLER_ID serves any deployment, while others serve theirs${advice`; to remove the label: ${remove}`}`;
  }
  if (namespaceController !== undefined && served.every((one) => one.namespace !== namespace)) {
    return `${begin}: namespace "${namespace}" has the label ${CONTROLLER_LABEL}=${namespaceController}, so cluster-wide operators ignore it, and no operator of its own serves a deployment in it`;
  }
  return undefined;
}

/** The same of the deployment with this uid, as far as this user may look. Never throws: it is a word on the way. */
export async function otherOperator(uid: string, { cluster, cache }: StepDeps): Promise<Advice | undefined> {
  const seen = observe(cache, uid);
  const { deployment } = seen;
  if (!deployment || operatorMissing(seen) === undefined) return undefined;
  const here = (cache.ofKind('SeldonDeployment') as SeldonDeployment[]).map(servedOf);
  const { namespace = '' } = deployment.metadata;
  // Where an operator serves a namespace, the namespace is not what keeps it away.
  const isServedHere = here.some(({ isServed }) => isServed);
  const ofNamespace = isServedHere
    ? undefined
    : await onceFor(namespaceControllers, cache, () => namespaceController(cluster, namespace));
  if (controllerOf(deployment) === undefined && ofNamespace === undefined) return undefined;
  const all = await onceFor(everywhere, cache, () => allServed(cluster));
  // It may have been touched meanwhile.
  return operatorMissing(observe(cache, uid)) && labelledForAnother(deployment, ofNamespace, all ?? here);
}

/** Asked once for all deployments of a command in a namespace, which has one cache. */
const namespaceControllers = new WeakMap<Cache, Promise<string | undefined>>();
const everywhere = new WeakMap<Cache, Promise<Served[] | undefined>>();

function onceFor<T>(answers: WeakMap<Cache, Promise<T>>, cache: Cache, ask: () => Promise<T>): Promise<T> {
  const answer = answers.get(cache) ?? ask();
  answers.set(cache, answer);
  return answer;
}

/** Few may read namespaces: without that right it has no label. */
async function namespaceController(cluster: SeldonCluster, name: string): Promise<string | undefined> {
  const place = { ...resourceKinds.namespace, metadata: { name } };
  const namespace = await cluster.objects.read(place).catch(() => undefined);
  return namespace && controllerOf(namespace);
}

/** Of all namespaces; undefined where only some may be read. */
async function allServed(cluster: SeldonCluster): Promise<Served[] | undefined> {
  return await cluster
    .listDeployments()
    .then((all) => all.map(servedOf))
    .catch(() => undefined);
}

function controllerOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.labels?.[CONTROLLER_LABEL] || undefined;
}
