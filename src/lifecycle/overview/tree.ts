import type { Deployment, IngressStatus, KubernetesObject, Pod, ReplicaSet } from '../../kubernetes/objects.ts';
import type { ReportedEvent } from '../../progress/progress.ts';
import {
  type ExpectedDeployment,
  expectedDeployments,
  isNamed,
  partInWords,
} from '../../seldon/expected-deployments.ts';
import { desiredIngress, INGRESS_KIND } from '../../seldon/ingress.ts';
import type { SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import { deploymentRollout } from '../waits/deployment-rollout.ts';
import type { Observation } from '../waits/observation.ts';
import { overviewOf } from './overview.ts';
import { podStatus, type Restarts, readyContainers, restartsOf } from './pod-status.ts';

/** An object, or a predictor, and what belongs to it. */
export interface TreeNode {
  kind: string;
  name: string;
  /** What of a predictor it is, where the name does not say so. */
  part?: string | undefined;
  uid: string | undefined;
  ready: { ready: number; of: number } | undefined;
  status: string;
  /** RFC 3339. */
  created: string | undefined;
  lastWarning: ReportedEvent | undefined;
  /** Of a pod. */
  restarts?: Restarts;
  children: TreeNode[];
}

type LastWarning = (uid: string) => ReportedEvent | undefined;

/** A deployment and all that becomes of it: predictors, Deployments, ReplicaSets that have pods, pods. */
export function treeOf(deployment: SeldonDeployment, seen: Observation, lastWarning: LastWarning): TreeNode {
  const { owned } = seen;
  const { state, pods } = overviewOf(deployment, owned.deployments);
  const expected = expectedDeployments(deployment);
  const isExpected = ({ metadata }: Deployment) => expected.some((one) => isNamed(one, metadata.name));
  const surplus = owned.deployments.filter((one) => !isExpected(one));
  const predictors = [...new Set(expected.map(({ predictor }) => predictor))];
  return {
    ...nodeOf('SeldonDeployment', deployment, lastWarning),
    ready: pods && { ready: pods.available, of: pods.desired },
    status: state,
    children: [
      ...predictors.map((name) =>
        predictorNode(
          name,
          expected.filter(({ predictor }) => predictor === name),
          seen,
          lastWarning,
        ),
      ),
      ...surplus.map((one) => ({
        ...deploymentNode(one, undefined, seen, lastWarning),
        status: one.metadata.deletionTimestamp ? 'Terminating' : 'NotInSpec',
      })),
      ...ingressNodes(deployment, seen, lastWarning),
    ],
  };
}

function predictorNode(
  name: string,
  expected: readonly ExpectedDeployment[],
  seen: Observation,
  lastWarning: LastWarning,
): TreeNode {
  const children = expected.map((one) => {
    const found = seen.owned.deployments.find(({ metadata }) => isNamed(one, metadata.name));
    const node = found ? deploymentNode(found, one, seen, lastWarning) : missingDeployment(one);
    return { ...node, part: partInWords(one) };
  });
  const counts = children.flatMap(({ ready }) => ready ?? []);
  const sum = (count: 'ready' | 'of') => counts.reduce((total, one) => total + one[count], 0);
  return {
    kind: 'Predictor',
    name,
    uid: undefined,
    ready: { ready: sum('ready'), of: sum('of') },
    status: '',
    created: undefined,
    lastWarning: undefined,
    children,
  };
}

function missingDeployment({ name, replicas }: ExpectedDeployment): TreeNode {
  const of = replicas.governedBy === 'field' ? replicas.count : 1;
  return missing('Deployment', name, { ready: 0, of });
}

function missing(kind: string, name: string, ready: TreeNode['ready']): TreeNode {
  return {
    kind,
    name,
    uid: undefined,
    ready,
    status: 'Missing',
    created: undefined,
    lastWarning: undefined,
    children: [],
  };
}

function deploymentNode(
  deployment: Deployment,
  expected: ExpectedDeployment | undefined,
  { owned }: Observation,
  lastWarning: LastWarning,
): TreeNode {
  const wanted = expected?.replicas.governedBy === 'field' ? expected.replicas.count : undefined;
  const replicaSets = (owned.replicaSets as readonly ReplicaSet[])
    .filter(isOwnedBy(deployment))
    .map((one) => ({ one, pods: owned.pods.filter(isOwnedBy(one)) }));
  const newest = Math.max(...replicaSets.map(({ one }) => revisionOf(one)));
  const pods = replicaSets.flatMap((replicaSet) => replicaSet.pods);
  const answer = deploymentRollout(deployment, wanted, pods);
  const words = { done: 'Available', waiting: 'Progressing', failed: 'Failed' };
  return {
    ...nodeOf('Deployment', deployment, lastWarning),
    ready: { ready: deployment.status?.availableReplicas ?? 0, of: deployment.spec?.replicas ?? 1 },
    status: deployment.metadata.deletionTimestamp ? 'Terminating' : words[answer.state],
    children: replicaSets
      .filter(({ one, pods }) => revisionOf(one) === newest || pods.length > 0)
      .map(({ one, pods }) => ({
        ...nodeOf('ReplicaSet', one, lastWarning),
        ready: { ready: one.status?.readyReplicas ?? 0, of: one.spec?.replicas ?? 0 },
        status: revisionOf(one) === newest ? 'Current' : 'Old',
        children: pods.map((pod) => podNode(pod, lastWarning)),
      })),
  };
}

/** One that the deployment is to have and has not is missing: nobody makes it but this program, when it applies the deployment. */
function ingressNodes(deployment: SeldonDeployment, seen: Observation, lastWarning: LastWarning): TreeNode[] {
  const found = seen.owned.others.filter(({ kind }) => kind === INGRESS_KIND);
  const wanted = desiredIngress(deployment);
  const isKnown = seen.listedKinds?.includes(INGRESS_KIND) && !seen.gone && !deployment.metadata.deletionTimestamp;
  if (found.length === 0 && wanted && isKnown) return [missing(INGRESS_KIND, wanted.metadata.name, undefined)];
  return found.map((one) => ({ ...nodeOf(INGRESS_KIND, one, lastWarning), status: ingressStatus(one) }));
}

/** Where its controller has put it, as in the ADDRESS column of kubectl get ingress: nowhere, if no controller serves its class. */
function ingressStatus({ metadata, status }: IngressStatus): string {
  if (metadata.deletionTimestamp) return 'Terminating';
  const points = status?.loadBalancer?.ingress ?? [];
  return points.flatMap(({ ip, hostname }) => ip ?? hostname ?? []).join(',') || 'NoAddress';
}

function podNode(pod: Pod, lastWarning: LastWarning): TreeNode {
  return {
    ...nodeOf('Pod', pod, lastWarning),
    ready: readyContainers(pod),
    status: podStatus(pod),
    restarts: restartsOf(pod),
  };
}

function nodeOf(kind: string, { metadata }: KubernetesObject, lastWarning: LastWarning): TreeNode {
  const { name, uid, creationTimestamp } = metadata;
  return {
    kind,
    name,
    uid,
    ready: undefined,
    status: '',
    created: creationTimestamp,
    lastWarning: lastWarning(uid ?? ''),
    children: [],
  };
}

function isOwnedBy({ metadata: { uid } }: KubernetesObject) {
  return ({ metadata }: KubernetesObject) => metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}

/** Which change of the Deployment it came with: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#revision */
function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}
