import type { KubernetesObject } from '../kubernetes/objects.ts';

/** The parts of the objects which the operator creates that it reads or writes; the rest of a pod is passed through. */

export interface Deployment extends KubernetesObject {
  spec: DeploymentSpec;
  status?: DeploymentStatus;
}

export interface DeploymentSpec {
  replicas?: number;
  selector: { matchLabels: Record<string, string> };
  strategy: unknown;
  progressDeadlineSeconds?: number;
  template: { metadata: { labels: Record<string, string>; annotations?: Record<string, string> }; spec: PodSpec };
}

export interface DeploymentStatus {
  replicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: DeploymentCondition[];
}

export interface DeploymentCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: { name: string; [source: string]: unknown }[];
  terminationGracePeriodSeconds?: number;
  serviceAccountName?: string;
  [field: string]: unknown;
}

export interface Container {
  name: string;
  image?: string;
  args?: string[];
  ports?: { name?: string; containerPort: number; protocol?: string }[];
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  [field: string]: unknown;
}

export interface Service extends KubernetesObject {
  spec: {
    type: string;
    clusterIP?: string;
    sessionAffinity: string;
    selector: Record<string, string>;
    ports: { name: string; protocol: string; port: number; targetPort: number }[];
  };
}

/** A HorizontalPodAutoscaler or a PodDisruptionBudget: the operator copies and compares only its spec. */
export interface ObjectWithSpec extends KubernetesObject {
  spec: unknown;
}
