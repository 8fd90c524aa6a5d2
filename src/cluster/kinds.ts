import type { KubernetesObject, Pod } from '../kubernetes/objects.ts';
import { anyKind, deployment, event, pod, seldonDeployment } from './answer-forms.ts';
import type { DiscoveredKind } from './api.ts';
import type { Form } from './form.ts';
import { METADATA_ONLY } from './metadata-only.ts';
import { SELDON_ID } from './seldon-id.ts';

/** One kind of object to watch in a namespace. */
export interface WatchedKind {
  kind: string;
  /** As kubectl names it where it speaks of rights: pods, replicasets.apps */
  resource: string;
  /** The collection's path, in a namespace or in all of them. */
  path(namespace?: string): string;
  accept?: string;
  /** Of each object. */
  form: Form;
  /** A label that those of SeldonDeployments have: see SELDON_ID. */
  labelSelector?: string;
  /** Reduces an object to what is read of it, so that a namespace full of other people's pods costs little memory. */
  keep<T extends KubernetesObject>(object: T): KubernetesObject;
  /** Whether the program can do without it where the server does not have it, or does not let it be read. */
  optional?: boolean;
}

export function seldonDeployments(resource: DiscoveredKind): WatchedKind {
  return {
    kind: resource.kind,
    ...collection(`/apis/${resource.apiVersion}`, resource.plural),
    form: seldonDeployment,
    keep: withoutManagedFields,
  };
}

function collection(base: string, plural: string): Pick<WatchedKind, 'resource' | 'path'> {
  const [, group] = /^\/apis\/([^/]+)/.exec(base) ?? [];
  return {
    resource: group === undefined ? plural : `${plural}.${group}`,
    path: (namespace) => (namespace === undefined ? `${base}/${plural}` : `${base}/namespaces/${namespace}/${plural}`),
  };
}

export const deployments: WatchedKind = {
  kind: 'Deployment',
  ...collection('/apis/apps/v1', 'deployments'),
  form: deployment,
  keep: withoutManagedFields,
};

export const replicaSets: WatchedKind = {
  kind: 'ReplicaSet',
  ...collection('/apis/apps/v1', 'replicasets'),
  accept: METADATA_ONLY,
  form: anyKind,
  labelSelector: SELDON_ID,
  keep: identityAndOwners,
  optional: true,
};

export const pods: WatchedKind = {
  kind: 'Pod',
  ...collection('/api/v1', 'pods'),
  form: pod,
  labelSelector: SELDON_ID,
  keep: podSummary,
  optional: true,
};

/** The operator's other objects: watched for their end and their events, never asked what is in them. */
export const services: WatchedKind = {
  kind: 'Service',
  ...collection('/api/v1', 'services'),
  accept: METADATA_ONLY,
  form: anyKind,
  keep: identityAndOwners,
  optional: true,
};

export const horizontalPodAutoscalers: WatchedKind = {
  kind: 'HorizontalPodAutoscaler',
  ...collection('/apis/autoscaling/v2', 'horizontalpodautoscalers'),
  accept: METADATA_ONLY,
  form: anyKind,
  keep: identityAndOwners,
  optional: true,
};

export const podDisruptionBudgets: WatchedKind = {
  kind: 'PodDisruptionBudget',
  ...collection('/apis/policy/v1', 'poddisruptionbudgets'),
  accept: METADATA_ONLY,
  form: anyKind,
  keep: identityAndOwners,
  optional: true,
};

export const namespaces: WatchedKind = {
  kind: 'Namespace',
  resource: 'namespaces',
  path: () => '/api/v1/namespaces',
  accept: METADATA_ONLY,
  form: anyKind,
  keep: identityAndOwners,
};

export const events: WatchedKind = {
  kind: 'Event',
  ...collection('/api/v1', 'events'),
  form: event,
  keep: (object) => object,
  optional: true,
};

export function withoutManagedFields<T extends KubernetesObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function identityAndOwners({ metadata }: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion, ownerReferences, deletionTimestamp, finalizers } = metadata;
  return {
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(ownerReferences && { ownerReferences }),
      ...(deletionTimestamp && { deletionTimestamp }),
      ...(finalizers && { finalizers }),
    },
  };
}

function podSummary(object: KubernetesObject): Pod {
  const pod = object as Pod;
  // A SeldonDeployment has its pods through Deployments, and these through ReplicaSets.
  if (!pod.metadata.ownerReferences?.some(({ kind }) => kind === 'ReplicaSet')) return identityAndOwners(pod);
  return {
    ...identityAndOwners(pod),
    spec: {
      ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
      containers: pod.spec?.containers?.map(({ name, image }) => ({ name, ...(image && { image }) })) ?? [],
    },
    ...(pod.status && { status: pod.status }),
  };
}
