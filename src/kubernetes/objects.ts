/**
 * The parts of Kubernetes objects that this program reads, as the API server writes them in JSON: times stay strings,
 * a count of 0 is usually left out.
 */
export interface KubernetesObject {
  apiVersion?: string;
  kind?: string;
  metadata: Metadata;
}

export interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export interface ManagedFieldsEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: FieldSet;
}

export interface FieldSet {
  [key: string]: FieldSet;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  /** Whether a foreground deletion of the owner waits for the end of this object. */
  blockOwnerDeletion?: boolean;
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  /** RFC 3339 */
  lastTransitionTime?: string;
}

/** An annotation of a Deployment and its ReplicaSets: the one whose number is the Deployment's is of its present template. */
export const DEPLOYMENT_REVISION = 'deployment.kubernetes.io/revision';

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
export interface Deployment extends KubernetesObject {
  spec?: {
    replicas?: number;
    selector?: { matchLabels?: Record<string, string> };
    template?: {
      metadata?: { annotations?: Record<string, string> };
      spec?: { nodeName?: string; containers?: TemplateContainer[] };
    };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replica-set-v1/ */
export interface ReplicaSet extends KubernetesObject {
  spec?: { replicas?: number };
  status?: { replicas?: number; readyReplicas?: number };
}

/** As a Deployment has it for its pods; its words are those of the user and of the operator. */
export interface TemplateContainer {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: { value?: string }[];
}

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export interface IngressStatus extends KubernetesObject {
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export interface Pod extends KubernetesObject {
  spec?: { nodeName?: string; containers?: Container[]; initContainers?: Container[] };
  status?: {
    phase?: string;
    /** RFC 3339 */
    startTime?: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container, as far as a diagnosis speaks of it. */
export interface Container {
  name: string;
  image?: string;
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  /** Always, of an init container: a sidecar, which goes on. */
  restartPolicy?: string;
}

/** What it asks; ports are numbers or names. */
export interface Probe {
  httpGet?: { path?: string; port?: unknown };
  tcpSocket?: { port?: unknown };
  exec?: { command?: string[] };
  grpc?: { port?: number };
}

export interface Terminated {
  exitCode: number;
  reason?: string;
  message?: string;
  /** RFC 3339 */
  startedAt?: string | null;
  finishedAt?: string | null;
}

export interface ContainerStatus {
  name: string;
  image?: string;
  ready: boolean;
  restartCount: number;
  /** Whether its startup probe, if it has one, has succeeded. */
  started?: boolean;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: Terminated;
  };
  /** Its run before this one. */
  lastState?: { terminated?: Terminated };
}

/** What a pod uses, as metrics-server tells it: https://github.com/kubernetes/metrics (pkg/apis/metrics/v1beta1) */
export interface PodMetrics extends KubernetesObject {
  /** `usage`: quantities, such as cpu 2381497n and memory 50312Ki. */
  containers?: { name: string; usage?: Record<string, string> }[];
}

/** A core/v1 Event; events.k8s.io ones are the same objects and may lack count, firstTimestamp and lastTimestamp. */
export interface KubernetesEvent extends KubernetesObject {
  involvedObject: {
    apiVersion?: string;
    kind?: string;
    namespace?: string;
    name?: string;
    uid?: string;
    fieldPath?: string;
  };
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count: number; lastObservedTime: string };
  source?: { component?: string; host?: string };
  reportingComponent?: string;
  reportingInstance?: string;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
export interface Lease extends KubernetesObject {
  apiVersion: string;
  kind: string;
  spec?: {
    /** Who holds it; empty: nobody. */
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    /** RFC 3339 with microseconds. */
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}
