import type {
  Condition,
  Container,
  ContainerStatus,
  Deployment,
  FieldSet,
  IngressStatus,
  KubernetesEvent,
  KubernetesObject,
  Lease,
  Metadata,
  OwnerReference,
  Pod,
  PodMetrics,
  Probe,
  ReplicaSet,
  TemplateContainer,
  Terminated,
} from '../kubernetes/objects.ts';
import type { ControllerRevision } from '../seldon/revision.ts';
import type {
  ComponentSpec,
  PredictiveUnit,
  Predictor,
  SeldonDeployment,
  SeldonSpec,
  SeldonStatus,
} from '../seldon/seldon-deployment.ts';
import { anything, type Form, type FormOf, listOf, mapOf, number, object, text, time, trueOrFalse } from './form.ts';

/** What the API server answers, as far as this program reads it: see objects.ts and whoever asks. */

/** They are compared as numbers (KEP-5504); a list that nobody counts has an empty one. */
const resourceVersion = { is: 'text', like: { pattern: /^\d{0,40}$/, called: 'a resourceVersion' } } as const;

const ownerReference: FormOf<OwnerReference> = object(
  { apiVersion: text, kind: text, name: text, uid: text, controller: trueOrFalse, blockOwnerDeletion: trueOrFalse },
  'kind',
  'name',
  'uid',
);

const fieldSet: FormOf<FieldSet> = {
  is: 'map',
  get of(): FormOf<FieldSet> {
    return fieldSet;
  },
};

const metadata: FormOf<Metadata> = object(
  {
    name: text,
    namespace: text,
    uid: text,
    resourceVersion,
    generation: number,
    creationTimestamp: time,
    deletionTimestamp: text,
    finalizers: listOf(text),
    labels: mapOf(text),
    annotations: mapOf(text),
    ownerReferences: listOf(ownerReference),
    managedFields: listOf(
      object({ manager: text, operation: text, subresource: text, time: text, fieldsV1: fieldSet }),
    ),
  },
  'name',
);

const itself = { apiVersion: text, kind: text, metadata };

/** Of any kind, by its metadata. */
export const anyKind: FormOf<KubernetesObject> = object(itself, 'metadata');

const conditions: FormOf<Condition[]> = listOf(
  object({ type: text, status: text, reason: text, message: text, lastTransitionTime: text }, 'type', 'status'),
);

const containers = listOf(object({ name: text, image: text }, 'name'));

export const replicaSet: FormOf<ReplicaSet> = object(
  {
    ...itself,
    spec: object({ replicas: number }),
    status: object({ replicas: number, readyReplicas: number }),
  },
  'metadata',
);

const templateContainers: FormOf<TemplateContainer[]> = listOf(
  object(
    { name: text, image: text, command: listOf(text), args: listOf(text), env: listOf(object({ value: text })) },
    'name',
  ),
);

export const deployment: FormOf<Deployment> = object(
  {
    ...itself,
    spec: object({
      replicas: number,
      selector: object({ matchLabels: mapOf(text) }),
      template: object({
        metadata: object({ annotations: mapOf(text) }),
        spec: object({ nodeName: text, containers: templateContainers }),
      }),
    }),
    status: object({
      observedGeneration: number,
      replicas: number,
      updatedReplicas: number,
      readyReplicas: number,
      availableReplicas: number,
      unavailableReplicas: number,
      conditions,
    }),
  },
  'metadata',
);

const terminated: FormOf<Terminated> = object({
  exitCode: number,
  reason: text,
  message: text,
  startedAt: time,
  finishedAt: time,
});

/** Ports are numbers or names, quantities numbers or texts. */
const probe: FormOf<Probe> = object({
  httpGet: object({ path: text, port: anything }),
  tcpSocket: object({ port: anything }),
  exec: object({ command: listOf(text) }),
  grpc: object({ port: number }),
});

const podContainers: FormOf<Container[]> = listOf(
  object(
    {
      name: text,
      image: text,
      resources: object({ limits: mapOf(text), requests: mapOf(text) }),
      livenessProbe: probe,
      readinessProbe: probe,
      startupProbe: probe,
      restartPolicy: text,
    },
    'name',
  ),
);

const containerStatuses: FormOf<ContainerStatus[]> = listOf(
  object(
    {
      name: text,
      image: text,
      ready: trueOrFalse,
      restartCount: number,
      started: trueOrFalse,
      state: object({
        waiting: object({ reason: text, message: text }),
        running: object({ startedAt: text }),
        terminated,
      }),
      lastState: object({ terminated }),
    },
    'name',
  ),
);

export const pod: FormOf<Pod> = object(
  {
    ...itself,
    spec: object({ nodeName: text, containers: podContainers, initContainers: podContainers }),
    status: object({
      phase: text,
      startTime: text,
      reason: text,
      message: text,
      conditions,
      initContainerStatuses: containerStatuses,
      containerStatuses,
    }),
  },
  'metadata',
);

export const podMetrics: FormOf<PodMetrics> = object(
  { ...itself, containers: listOf(object({ name: text, usage: mapOf(text) }, 'name')) },
  'metadata',
);

/** As far as it is shown; what it says of hosts is compared as it is. */
export const ingress: FormOf<IngressStatus> = object(
  {
    ...itself,
    status: object({ loadBalancer: object({ ingress: listOf(object({ ip: text, hostname: text })) }) }),
  },
  'metadata',
);

export const event: FormOf<KubernetesEvent> = object(
  {
    ...itself,
    involvedObject: object({
      apiVersion: text,
      kind: text,
      namespace: text,
      name: text,
      uid: text,
      fieldPath: text,
    }),
    type: text,
    reason: text,
    message: text,
    count: number,
    firstTimestamp: time,
    lastTimestamp: time,
    eventTime: time,
    series: object({ count: number, lastObservedTime: text }),
    source: object({ component: text, host: text }),
    reportingComponent: text,
    reportingInstance: text,
  },
  'metadata',
  'involvedObject',
);

const graph: FormOf<PredictiveUnit> = object({
  name: text,
  implementation: text,
  modelUri: text,
  get children(): FormOf<PredictiveUnit[]> {
    return listOf(graph);
  },
});

const componentSpec: FormOf<ComponentSpec> = object({
  metadata: object({ name: text, annotations: mapOf(text) }),
  replicas: number,
  hpaSpec: object({ minReplicas: number, maxReplicas: number }),
  kedaSpec: object({ minReplicaCount: number }),
  pdbSpec: anything,
  spec: object({ containers }),
});

/** Without a name none is taken: the CRD requires it. */
const predictor: FormOf<Predictor> = object(
  {
    name: text,
    traffic: number,
    shadow: trueOrFalse,
    replicas: number,
    annotations: mapOf(text),
    graph,
    componentSpecs: listOf(componentSpec),
    svcOrchSpec: object({ replicas: number }),
    explainer: object({ type: text, containerSpec: object({ image: text }), replicas: number }),
  },
  'name',
);

const spec: FormOf<SeldonSpec> = object({
  annotations: mapOf(text),
  protocol: text,
  replicas: number,
  predictors: listOf(predictor),
});

const status: FormOf<SeldonStatus> = object({
  state: text,
  description: text,
  replicas: number,
  deploymentStatus: mapOf(object({ replicas: number, availableReplicas: number })),
  address: object({ url: text }),
  conditions,
});

export const seldonDeployment: FormOf<SeldonDeployment> = object({ ...itself, spec, status }, 'metadata');

export const controllerRevision: FormOf<ControllerRevision> = object(
  {
    ...itself,
    revision: number,
    data: object({ labels: mapOf(text), annotations: mapOf(text), spec }),
  },
  'metadata',
);

export const lease: FormOf<Lease> = object(
  {
    ...itself,
    spec: object({
      holderIdentity: text,
      leaseDurationSeconds: number,
      acquireTime: text,
      renewTime: text,
      leaseTransitions: number,
    }),
  },
  'metadata',
);

/** A list of objects of such a form. */
export function listForm(item: Form): Form {
  return object(
    { metadata: object({ continue: text, resourceVersion, remainingItemCount: number }), items: listOf(item) },
    'items',
  );
}

/** A list, of which only its own resourceVersion is read. */
export const collectionVersion = object({ metadata: object({ resourceVersion }, 'resourceVersion') }, 'metadata');

/** What comes of a deletion: the object, if it is still there, or a Status. */
export const deleted = object(
  { kind: text, metadata: object({ finalizers: listOf(text), uid: text }), status: anything },
  'kind',
);

/** The first words of a watch's line; what the object is follows from its type. */
export const watchEvent = object({ type: text, object: anything }, 'type', 'object');

export const bookmark = object(
  { metadata: object({ resourceVersion, annotations: mapOf(text) }, 'resourceVersion') },
  'metadata',
);

/** Of an error in a watch. */
export const statusObject = object({ code: number, message: text, reason: text });

/** Discovery of the kinds of a group and version, as client-node reads it. */
export const resourceList = object(
  { resources: listOf(object({ name: text, kind: text, namespaced: trueOrFalse }, 'name', 'kind', 'namespaced')) },
  'resources',
);

const groupVersion = object({ groupVersion: text, version: text }, 'groupVersion', 'version');

/** Discovery of the versions of a group. */
export const apiGroup = object(
  { preferredVersion: groupVersion, versions: listOf(groupVersion) },
  'preferredVersion',
  'versions',
);

/** Discovery of everything at once; a server that is too old for it says so by its kind. */
export const aggregatedDiscovery = object(
  {
    kind: text,
    items: listOf(
      object({
        metadata: object({ name: text }),
        versions: listOf(
          object(
            {
              version: text,
              resources: listOf(
                object({ resource: text, scope: text, verbs: listOf(text) }, 'resource', 'scope', 'verbs'),
              ),
            },
            'version',
          ),
        ),
      }),
    ),
  },
  'kind',
);

export const serverVersion = object({ gitVersion: text, major: text, minor: text }, 'gitVersion');
