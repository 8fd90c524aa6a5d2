import type { KubernetesObject } from '../kubernetes/objects.ts';
import type { Container, PodSpec } from './kubernetes-objects.ts';

/**
 * The SeldonDeployment as the operator reads it.
 * Source: operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go and seldon_deployment_status.go, v1.18.2.
 */
export interface SeldonDeployment extends KubernetesObject {
  spec: SeldonDeploymentSpec;
  status?: SeldonDeploymentStatus;
}

export interface SeldonDeploymentSpec {
  name?: string;
  annotations?: Record<string, string>;
  protocol?: string;
  transport?: string;
  serverType?: string;
  replicas?: number;
  predictors: Predictor[];
}

export interface Predictor {
  name: string;
  graph: GraphNode;
  componentSpecs?: ComponentSpec[];
  replicas?: number;
  traffic?: number;
  shadow?: boolean;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  progressDeadlineSeconds?: number;
  svcOrchSpec?: { replicas?: number; env?: NonNullable<Container['env']>; resources?: unknown };
  explainer?: Explainer;
  ssl?: { certSecretName?: string };
}

export interface GraphNode {
  name: string;
  type?: string;
  implementation?: string;
  methods?: string[];
  modelUri?: string;
  serviceAccountName?: string;
  envSecretRefName?: string;
  storageInitializerImage?: string;
  parameters?: { name: string; value: string; type: string }[];
  logger?: { mode?: string; url?: string };
  endpoint?: Endpoint;
  children?: GraphNode[];
}

export interface Endpoint {
  type?: string;
  service_host?: string;
  service_port?: number;
  httpPort?: number;
  grpcPort?: number;
}

export interface ComponentSpec {
  metadata?: { name?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: PodSpec;
  replicas?: number;
  hpaSpec?: { minReplicas?: number; maxReplicas: number; metrics?: unknown[]; metricsv2?: unknown[] };
  kedaSpec?: object;
  pdbSpec?: { minAvailable?: number | string; maxUnavailable?: number | string };
}

export interface Explainer {
  type?: string;
  modelUri?: string;
  serviceAccountName?: string;
  containerSpec?: Container;
  config?: Record<string, string>;
  endpoint?: Endpoint;
  envSecretRefName?: string;
  storageInitializerImage?: string;
  replicas?: number;
}

/** Every number is omitempty in Go: 0 is written as absence. Nothing here names a generation. */
export interface SeldonDeploymentStatus {
  state?: 'Available' | 'Creating' | 'Failed';
  description?: string;
  replicas?: number;
  deploymentStatus?: Record<string, { replicas?: number; availableReplicas?: number }>;
  serviceStatus?: Record<string, ServiceStatus>;
  address?: { url: string };
  conditions?: Condition[];
}

export interface ServiceStatus {
  svcName: string;
  httpEndpoint?: string;
  grpcEndpoint?: string;
  explainerFor?: string;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime: string;
}
