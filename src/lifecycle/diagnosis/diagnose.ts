import { DEPLOYMENT_REVISION, type Deployment, type KubernetesObject, type Pod } from '../../kubernetes/objects.ts';
import { ownValue } from '../../own-values.ts';
import {
  type ExpectedDeployment,
  expectedDeployments,
  isNamed,
  partInWords,
} from '../../seldon/expected-deployments.ts';
import type { PredictiveUnit, SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { Observation } from '../waits/observation.ts';
import { advice } from './advice.ts';
import { fieldOf } from './field-of.ts';
import { type Finding, worstFirst } from './finding.ts';
import type { Needed } from './in-container.ts';
import { endedPods, refusedPods } from './in-deployment.ts';
import { findingsInPod } from './in-pod.ts';

/**
 * Why a deployment is not available, worst first: from what its objects say of themselves, and the Events that were seen of
 * them. Nothing where nothing is wrong; what is ready lacks nothing.
 */
export function diagnose(seen: Observation): Finding[] {
  const { deployment, owned } = seen;
  const components = owned.deployments.map((one) => componentOf(one, seen));
  const known = new Set(components.flatMap(({ pods }) => pods));
  // A pod may be seen before the Deployment that it is of.
  const others: Component = {
    own: NONE,
    replaced: new Set(),
    expected: undefined,
    pods: owned.pods.filter((pod) => !known.has(pod)),
  };
  const findings = [...components, others].flatMap((one) => findingsOf(one, components, seen));
  return worstFirst([...findings, ...ofTheOperator(deployment?.status)]);
}

const NONE: Deployment = { metadata: { name: '' } };

/** A Deployment, and what of the model it is. */
interface Component {
  own: Deployment;
  expected: ExpectedDeployment | undefined;
  pods: readonly Pod[];
  /** Those of an earlier template: they go once new ones have taken their place, and lack nothing that anybody asks for. */
  replaced: ReadonlySet<Pod>;
}

function componentOf(own: Deployment, { deployment, owned }: Observation): Component {
  const expected = deployment && expectedDeployments(deployment).find((one) => isNamed(one, own.metadata.name));
  return { own, expected, pods: podsOf(own, owned), replaced: new Set(podsOf(own, replacedIn(own, owned))) };
}

function findingsOf(component: Component, all: readonly Component[], seen: Observation): Finding[] {
  const { own, replaced } = component;
  const pods = component.pods.filter((pod) => !replaced.has(pod));
  const living = pods.filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase !== 'Failed');
  const inPods = living.flatMap((pod) =>
    findingsInPod({
      pod,
      podWords: `pod ${pod.metadata.name}${roleInWords(component)}`,
      events: seen.events(pod.metadata.uid ?? ''),
      modelUri: (container) => modelUriOf(container, seen.deployment),
      needs: neededBy(component, all, seen.deployment?.metadata.name ?? ''),
      pinnedTo: own.spec?.template?.spec?.nodeName,
      now: seen.now,
    }),
  );
  const refused = refusedPods(own);
  // What is found in pods that live says more of now than what has become of others.
  const ended = endedPods(own, pods);
  const predictor = component.expected?.predictor;
  const placed = onceEach(inPods).map((one) => ({ ...one, field: fieldOf(one, predictor, seen.deployment) }));
  return [...(refused ? [refused] : []), ...placed, ...(ended ? [ended] : [])];
}

/** Pods of one Deployment mostly lack the same: the first of them stands for the others. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const kindOf = ({ reason, fails, pod }: Finding) => `${reason} ${fails} ${pod?.container ?? ''}`;
  return findings.filter((one, index) => findings.findIndex((other) => kindOf(other) === kindOf(one)) === index);
}

/** Of a name that does not say itself what it is of: seldon-<md5>, or of a part that is no model. */
function roleInWords({ expected }: Component): string {
  if (!expected) return '';
  const { role, predictor } = expected;
  const part = partInWords(expected) ?? (role === 'model' ? undefined : role.replace('-', ' '));
  return part === undefined ? '' : ` (${part} of predictor ${predictor})`;
}

/**
 * What a component needs before it can run, as far as anybody can tell: an explainer asks its model when it starts, and whoever
 * names a Service of the deployment in its command or environment asks what is behind that. Undefined: nothing.
 */
function neededBy(component: Component, all: readonly Component[], deployment: string): Needed | undefined {
  const others = all.filter((one) => one !== component);
  const { expected } = component;
  const models = others.filter(
    (one) => one.expected?.predictor === expected?.predictor && one.expected?.role === 'model',
  );
  if (expected?.role === 'explainer' && models.length > 0) {
    return { inWords: 'the model', standsSince: standsSince(models) };
  }
  const asked = others.filter((one) => names(component, one, deployment) && !names(one, component, deployment));
  const predictors = [...new Set(asked.map((one) => one.expected?.predictor))];
  if (predictors.length === 0) return undefined;
  return { inWords: `predictor ${predictors.join(' and ')}`, standsSince: standsSince(asked) };
}

/** Whether it names a Service of the other one's predictor: NAME-PREDICTOR, or that and the name of a container. */
function names({ own }: Component, { expected }: Component, deployment: string): boolean {
  if (!expected) return false;
  const service = `${deployment}-${expected.predictor}`;
  const containers = own.spec?.template?.spec?.containers ?? [];
  return containers.some(({ command = [], args = [], env = [] }) =>
    [...command, ...args, ...env.map(({ value = '' }) => value)].some((word) => word.includes(service)),
  );
}

/** Since when all of them are available, in milliseconds since 1970; never, where one is not. */
function standsSince(components: readonly Component[]): number {
  const times = components.map(({ own: { status } }) => {
    const available = status?.conditions?.find(({ type, status: is }) => type === 'Available' && is === 'True');
    if (!available || !((status?.availableReplicas ?? 0) > 0)) return Number.POSITIVE_INFINITY;
    return Date.parse(available.lastTransitionTime ?? '') || 0;
  });
  return Math.max(...times);
}

function modelUriOf(container: string, deployment: SeldonDeployment | undefined): string | undefined {
  const unit = container.replace(/-model-initializer$/, '');
  const inGraph = (graph: PredictiveUnit | undefined): string | undefined => {
    if (!graph) return undefined;
    if (graph.name === unit && graph.modelUri) return graph.modelUri;
    return graph.children?.map(inGraph).find((uri) => uri !== undefined);
  };
  const graphs = deployment?.spec?.predictors?.map(({ graph }) => graph) ?? [];
  return graphs.map(inGraph).find((uri) => uri !== undefined);
}

/**
 * The operator's own word. It is never final and often passes (conflicts and objects that are still being deleted are
 * written as Failed too: seldon-core#2044), so it has to stay the same for a while.
 */
function ofTheOperator(status: { state?: string; description?: string } | undefined): Finding[] {
  if (status?.state !== 'Failed') return [];
  const description = status.description || 'no reason given';
  return [
    {
      reason: 'OperatorFailed',
      key: `Failed: ${description}`,
      fails: 'after-grace',
      why: `the operator reports Failed: ${description}`,
      advice: /\bservices? "[^"]+" not found/i.test(description)
        ? advice.OperatorFailed.leftover()
        : advice.OperatorFailed.correct(),
      // It tries again by itself, after pauses that double each time.
      ...(TRIED_AGAIN.test(description) && { graceMs: TRIED_AGAIN_MS }),
    },
  ];
}

/** Of objects that are still there from before, or not there yet. */
const TRIED_AGAIN =
  /being deleted|already exists|has been modified|\b(service|deployment|namespace)s?\b[^:]* not found/i;
const TRIED_AGAIN_MS = 60_000;

/** The same with the ReplicaSets of earlier templates alone, once the Deployment has one of its present template. */
function replacedIn(own: Deployment, owned: Observation['owned']): Observation['owned'] {
  const revisionOf = ({ metadata }: KubernetesObject) => Number(ownValue(metadata.annotations, DEPLOYMENT_REVISION));
  const newest = revisionOf(own);
  return { ...owned, replicaSets: owned.replicaSets.filter((one) => revisionOf(one) < newest) };
}

/** Those that a Deployment has made through its ReplicaSets. */
export function podsOf({ metadata }: Deployment, { replicaSets, pods }: Observation['owned']): Pod[] {
  const isOwnedBy = (uid: string | undefined) => (object: KubernetesObject) =>
    object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
  return replicaSets
    .filter(isOwnedBy(metadata.uid))
    .flatMap((replicaSet) => pods.filter(isOwnedBy(replicaSet.metadata.uid)));
}
