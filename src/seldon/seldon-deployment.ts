import type { Condition, KubernetesObject } from '../kubernetes/objects.ts';

export const SELDON_GROUP = 'machinelearning.seldon.io';
export const SELDON_KIND = 'SeldonDeployment';

/**
 * The parts of a SeldonDeployment that this program reads; everything else in it is passed on as it is.
 * Field names: operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go at Seldon Core v1.18.2.
 */
export interface SeldonDeployment extends KubernetesObject {
  spec?: SeldonSpec;
  status?: SeldonStatus;
}

export interface SeldonSpec {
  annotations?: Record<string, string>;
  /** seldon if it is not said; also tensorflow, and v2, which was named kfserving. */
  protocol?: string;
  replicas?: number;
  predictors?: Predictor[];
}

export interface Predictor {
  name: string;
  /** Of 100. */
  traffic?: number;
  /** Gets a copy of the traffic, and nobody its answers. */
  shadow?: boolean;
  replicas?: number;
  annotations?: Record<string, string>;
  graph?: PredictiveUnit;
  componentSpecs?: ComponentSpec[];
  svcOrchSpec?: { replicas?: number };
  explainer?: { type?: string; containerSpec?: { image?: string }; replicas?: number };
}

export interface PredictiveUnit {
  name: string;
  implementation?: string;
  modelUri?: string;
  children?: PredictiveUnit[];
}

export interface ComponentSpec {
  metadata?: { name?: string; annotations?: Record<string, string> };
  replicas?: number;
  hpaSpec?: { minReplicas?: number; maxReplicas?: number };
  kedaSpec?: { minReplicaCount?: number };
  pdbSpec?: unknown;
  spec?: { containers?: { name: string; image?: string }[] };
}

/** operator/apis/machinelearning.seldon.io/v1/seldon_deployment_status.go: a count of 0 is written as absence. */
export interface SeldonStatus {
  state?: 'Available' | 'Creating' | 'Failed';
  description?: string;
  replicas?: number;
  deploymentStatus?: Record<string, { replicas?: number; availableReplicas?: number }>;
  address?: { url?: string };
  conditions?: Condition[];
}
