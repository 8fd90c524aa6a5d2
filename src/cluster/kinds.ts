import {
  DEPLOYMENT_REVISION,
  type Deployment,
  type KubernetesObject,
  type Metadata,
  type Pod,
  type TemplateContainer,
} from '../kubernetes/objects.ts';
import { ownValue } from '../own-values.ts';
import { ingressSettings } from '../seldon/ingress.ts';
import type { SeldonDeployment } from '../seldon/seldon-deployment.ts';
import {
  anyKind,
  controllerRevision,
  deployment as deploymentForm,
  event,
  ingress,
  lease,
  pod as podForm,
  podMetrics as podMetricsForm,
  replicaSet,
  seldonDeployment,
} from './answer-forms.ts';
import type { Form } from './form.ts';
import { METADATA_ONLY } from './metadata-only.ts';
import { readParts } from './read-parts.ts';
import { groupOf, type ResourceKind, resourceKinds } from './resource-kinds.ts';
import { SELDON_ID } from './seldon-id.ts';

/** One kind of object to watch in a namespace. */
export interface WatchedKind extends ResourceKind {
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

export function seldonDeployments(resource: ResourceKind): WatchedKind {
  return { ...resource, form: seldonDeployment, keep: withoutManagedFields };
}

/** As kubectl names it where it speaks of rights: pods, replicasets.apps */
export function resourceName({ apiVersion, plural }: Pick<ResourceKind, 'apiVersion' | 'plural'>): string {
  const group = groupOf(apiVersion);
  return group === '' ? plural : `${plural}.${group}`;
}

/** A kind of which only the metadata is asked for, and kept what tells which object it is and whose. */
function identities(kind: ResourceKind): WatchedKind {
  return { ...kind, accept: METADATA_ONLY, form: anyKind, keep: identityAndOwners };
}

export const deployments: WatchedKind = {
  ...resourceKinds.deployment,
  form: deploymentForm,
  keep: deploymentSummary,
};

/** Revisions that this program keeps: listed by the label of their deployment, never watched. */
export const controllerRevisions = { ...resourceKinds.controllerRevision, form: controllerRevision };

export const replicaSets: WatchedKind = {
  ...identities(resourceKinds.replicaSet),
  // Where they are listed with what is in them, as for a status.
  form: replicaSet,
  keep: identityAndRevision,
  labelSelector: SELDON_ID,
  optional: true,
};

export const pods: WatchedKind = {
  ...resourceKinds.pod,
  form: podForm,
  labelSelector: SELDON_ID,
  keep: podSummary,
  optional: true,
};

/** What pods use, where an extension of the server such as metrics-server tells it: it can be listed, and not watched. */
export const podMetrics = { ...resourceKinds.podMetrics, form: podMetricsForm, labelSelector: SELDON_ID };

/** The operator's other objects: watched for their end and their events, never asked what is in them. */
export const services: WatchedKind = { ...identities(resourceKinds.service), optional: true };

export const horizontalPodAutoscalers: WatchedKind = {
  ...identities(resourceKinds.horizontalPodAutoscaler),
  optional: true,
};

export const podDisruptionBudgets: WatchedKind = {
  ...identities(resourceKinds.podDisruptionBudget),
  optional: true,
};

export const ingresses: WatchedKind = {
  ...resourceKinds.ingress,
  form: ingress,
  keep: withoutManagedFields,
  optional: true,
};

/** Watched only where one of these deployments is to have an Ingress of its own. */
export function ingressesOf(deployments: readonly SeldonDeployment[]): WatchedKind[] {
  return deployments.some(ingressSettings) ? [ingresses] : [];
}

export const ingressClasses: WatchedKind = identities(resourceKinds.ingressClass);

export const namespaces: WatchedKind = {
  ...identities(resourceKinds.namespace),
};

export const leases: WatchedKind = { ...resourceKinds.lease, form: lease, keep: (object) => object };

export const events: WatchedKind = {
  ...resourceKinds.event,
  form: event,
  keep: (object) => object,
  optional: true,
};

/** Pods, Ingresses */
export function inPlural(kind: string): string {
  return kind.endsWith('s') ? `${kind}es` : `${kind}s`;
}

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

/** Which template of its Deployment a ReplicaSet is of: the same as the Deployment itself bears, or an earlier one. */
function identityAndRevision(replicaSet: KubernetesObject): KubernetesObject {
  const { metadata } = identityAndOwners(replicaSet);
  return { metadata: { ...metadata, ...revisionIn(replicaSet.metadata.annotations) } };
}

function revisionIn(annotations: Readonly<Record<string, string>> | undefined) {
  const revision = ownValue(annotations, DEPLOYMENT_REVISION);
  return revision === undefined ? {} : { annotations: { [DEPLOYMENT_REVISION]: revision } };
}

function podSummary(pod: KubernetesObject): KubernetesObject {
  // A SeldonDeployment has its pods through Deployments, and these through ReplicaSets.
  if (!pod.metadata.ownerReferences?.some(({ kind }) => kind === 'ReplicaSet')) return identityAndOwners(pod);
  const { metadata: _, ...rest } = pod;
  return { ...(readParts(rest, podForm) as Omit<Pod, 'metadata'>), ...identityAndOwners(pod) };
}

/** Without the copy of all of it that the operator keeps in an annotation, and its like. */
function deploymentSummary(object: KubernetesObject): KubernetesObject {
  const { metadata, ...parts } = readParts(withoutManagedFields(object), deploymentForm) as Deployment;
  const { annotations, ...rest } = metadata;
  for (const container of parts.spec?.template?.spec?.containers ?? []) keepNamesOfServices(container, rest);
  return { ...parts, metadata: { ...rest, ...revisionIn(annotations) } };
}

/** Of its environment only that is asked for which may name a Service of the same owner: NAME-PREDICTOR is in it. */
function keepNamesOfServices(container: TemplateContainer, { ownerReferences = [] }: Metadata): void {
  const mayName = ({ value = '' }) => ownerReferences.some(({ name }) => value.includes(`${name}-`));
  if (container.env) container.env = container.env.filter(mayName);
}
