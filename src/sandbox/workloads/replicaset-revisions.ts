import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { copyOf } from '../../json-copy.ts';
import { createObject } from '../api-server/create-object.ts';
import type { JsonObject, KubernetesObject } from '../api-server/objects.ts';
import { updateObject } from '../api-server/update-object.ts';
import { setCondition } from './deployment-conditions.ts';
import { controllerReference } from './owned-objects.ts';
import { deploymentManager, type RolloutContext } from './rollout-context.ts';
import { newReplicaCount, surgeAndUnavailable } from './rollout-limits.ts';
import type { Deployment, DeploymentStatus, PodTemplate, ReplicaSet } from './workload-objects.ts';

/** A Deployment's ReplicaSets: the one of its present template, if it exists, and the others, oldest first. */
export type ReplicaSets = { newest: ReplicaSet | undefined; old: ReplicaSet[]; all: ReplicaSet[] };

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';
const hashLabel = 'pod-template-hash';

/** Annotations of a Deployment that its ReplicaSets do not get. */
const notCopied = [
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  desiredAnnotation,
  maxAnnotation,
];

export function replicaSetsOf({ replicaSets }: RolloutContext, deployment: Deployment): ReplicaSets {
  const all = (replicaSets.of(deployment) as ReplicaSet[]).sort(olderFirst);
  const newest = all.find((replicaSet) => hasTemplate(replicaSet, deployment.spec.template));
  return { newest, old: all.filter((replicaSet) => replicaSet !== newest), all };
}

function olderFirst({ metadata: a }: ReplicaSet, { metadata: b }: ReplicaSet): number {
  if (a.creationTimestamp !== b.creationTimestamp) return a.creationTimestamp < b.creationTimestamp ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

function hasTemplate(replicaSet: ReplicaSet, template: PodTemplate): boolean {
  const own = copyOf(replicaSet.spec.template);
  delete own.metadata.labels?.[hashLabel];
  return isDeepStrictEqual(own, {
    ...template,
    metadata: { ...template.metadata, labels: template.metadata.labels ?? {} },
  });
}

/**
 * Makes sure that the ReplicaSet of the present template exists, with its revision; the Deployment's status is
 * written on the way, as the real controller does. Answers the Deployment as stored then.
 */
export function ensureNewest(
  controller: RolloutContext,
  deployment: Deployment,
  sets: ReplicaSets,
): { current: Deployment; sets: ReplicaSets } {
  const revision = String(Math.max(0, ...sets.old.map(revisionOf)) + 1);
  if (sets.newest) {
    const annotations = annotationsFor(deployment, revision);
    if (revisionOf(sets.newest) < Number(revision)) setAnnotations(controller, sets.newest, annotations);
    const hasProgress = deployment.status.conditions?.some(({ type }) => type === 'Progressing') ?? false;
    const found = hasProgress
      ? undefined
      : { reason: 'FoundNewReplicaSet', message: `Found new replica set "${sets.newest.metadata.name}"` };
    return { current: recordRevision(controller, deployment, revision, found), sets };
  }
  const created = createNewest(controller, deployment, sets, revision);
  const message = `Created new replica set "${created.metadata.name}"`;
  const current = recordRevision(controller, deployment, revision, { reason: 'NewReplicaSetCreated', message });
  return { current, sets: { newest: created, old: sets.old, all: [...sets.old, created] } };
}

export function revisionOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0);
}

export function annotationsFor(deployment: Deployment, revision: string): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !notCopied.includes(name));
  return { ...Object.fromEntries(copied), ...sizeAnnotations(deployment), [revisionAnnotation]: revision };
}

/** What a ReplicaSet remembers of its Deployment's size; a difference is how the next scaling is seen. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const { replicas } = deployment.spec;
  const { surge } = surgeAndUnavailable(deployment);
  return { [desiredAnnotation]: String(replicas), [maxAnnotation]: String(replicas === 0 ? 0 : replicas + surge) };
}

function createNewest(
  { store, types, recorder }: RolloutContext,
  deployment: Deployment,
  sets: ReplicaSets,
  revision: string,
): ReplicaSet {
  const { name, namespace } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template);
  const labels = { ...template.metadata.labels, [hashLabel]: hash };
  const replicas = newReplicaCount(deployment, sets.all, 0);
  const replicaSet = createObject(
    store,
    types.replicaSets,
    namespace,
    {
      metadata: {
        name: `${name}-${hash}`,
        labels,
        annotations: annotationsFor(deployment, revision),
        ownerReferences: [controllerReference(types.deployments, deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    },
    { manager: deploymentManager },
  ) as ReplicaSet;
  if (replicas > 0) {
    const message = `Scaled up replica set ${replicaSet.metadata.name} from 0 to ${replicas}`;
    recorder.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  return replicaSet;
}

/** Ten letters that no word can be made of; not the real algorithm, which hashes Go's in-memory form. */
function templateHash(template: PodTemplate): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const digest = createHash('sha256').update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

function setAnnotations(
  { store, types }: RolloutContext,
  { metadata }: ReplicaSet,
  annotations: Record<string, string>,
): void {
  const change = (copy: KubernetesObject) => {
    copy.metadata.annotations = { ...copy.metadata.annotations, ...annotations };
    return copy;
  };
  updateObject(store, types.replicaSets, metadata.namespace, metadata.name, change, { manager: deploymentManager });
}

function recordRevision(
  { store, types }: RolloutContext,
  deployment: Deployment,
  revision: string,
  progress: { reason: string; message: string } | undefined,
): Deployment {
  const { namespace, name } = deployment.metadata;
  const hasDeadline = deployment.spec.progressDeadlineSeconds !== undefined;
  const isKnown = deployment.metadata.annotations?.[revisionAnnotation] === revision;
  if (isKnown && !(progress && hasDeadline)) return deployment;
  const change = (copy: KubernetesObject): JsonObject => {
    copy.metadata.annotations = { ...copy.metadata.annotations, [revisionAnnotation]: revision };
    if (progress && hasDeadline) {
      const status = (copy.status ?? {}) as DeploymentStatus;
      copy.status = setCondition(status, { type: 'Progressing', status: 'True', ...progress }, store.now());
    }
    return copy;
  };
  const context = { manager: deploymentManager, subresource: 'status' } as const;
  return updateObject(store, types.deployments, namespace, name, change, context) as Deployment;
}
