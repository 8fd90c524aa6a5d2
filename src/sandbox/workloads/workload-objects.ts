import type { JsonObject, KubernetesObject } from '../api-server/objects.ts';
import type { ResourceType } from '../api-server/resource-type.ts';
import type { Store } from '../api-server/store.ts';

export type Condition = {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastUpdateTime?: string;
  lastTransitionTime?: string;
  lastProbeTime?: null;
};

export type LabelSelector = { matchLabels?: Record<string, string> };

export type PodTemplate = {
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
};

export type PodSpec = {
  containers: { name: string; image: string; [field: string]: unknown }[];
  initContainers?: { name: string; image: string; [field: string]: unknown }[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  [field: string]: unknown;
};

export type ContainerStatus = {
  name: string;
  ready: boolean;
  restartCount: number;
  state: { waiting?: { reason: string; message?: string }; running?: { startedAt: string }; terminated?: object };
  [field: string]: unknown;
};

export type PodStatus = {
  phase?: string;
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
  [field: string]: unknown;
};

export type Pod = KubernetesObject & { spec: PodSpec; status?: PodStatus };

export type ReplicaSetStatus = {
  replicas: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  terminatingReplicas?: number;
  observedGeneration?: number;
  conditions?: Condition[];
};

export type ReplicaSet = KubernetesObject & {
  spec: { replicas: number; minReadySeconds?: number; selector: LabelSelector; template: PodTemplate };
  status: ReplicaSetStatus;
};

export type RollingUpdate = { maxSurge?: number | string; maxUnavailable?: number | string };

export type DeploymentStatus = {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  conditions?: Condition[];
};

export type Deployment = KubernetesObject & {
  spec: {
    replicas: number;
    paused?: boolean;
    minReadySeconds?: number;
    progressDeadlineSeconds?: number;
    revisionHistoryLimit?: number;
    strategy: { type: string; rollingUpdate?: RollingUpdate };
    selector: LabelSelector;
    template: PodTemplate;
  };
  status: DeploymentStatus;
};

export type WorkloadTypes = { deployments: ResourceType; replicaSets: ResourceType; pods: ResourceType };

export function workloadTypes(store: Store): WorkloadTypes {
  const typeOf = (group: string, plural: string) => store.typeOf(group, plural) as ResourceType;
  return {
    deployments: typeOf('apps', 'deployments'),
    replicaSets: typeOf('apps', 'replicasets'),
    pods: typeOf('', 'pods'),
  };
}

/** `namespace/name`, the keys of the work queues. */
export function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

export function splitKey(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

/** Numbers that are 0 are left out, as Go's omitempty does. */
export function withoutZeros<T extends JsonObject>(status: T, keep: readonly (keyof T)[] = []): T {
  const entries = Object.entries(status).filter(
    ([field, value]) => value !== undefined && (value !== 0 || keep.includes(field)),
  );
  return Object.fromEntries(entries) as T;
}
