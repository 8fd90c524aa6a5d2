import type { ExpectedDeployment } from './expected-deployments.ts';

/** What somebody wants scaled, and how. */
export interface ScaleRequest {
  replicas: number;
  /** Only the predictor of this name; undefined: all of them. */
  predictor?: string | undefined;
  /** Separate service orchestrators too, where there are some. */
  includeSvcOrch: boolean;
  /** Explainers too, where there are some. */
  includeExplainer: boolean;
  /** 'subresource': spec.replicas alone, by the scale subresource, as kubectl scale does it. */
  through: ScaleThrough;
}

export type ScaleThrough = 'spec' | 'subresource';

/** Whether a Deployment is among those that are to get the number. */
export function isAskedFor({ role, predictor }: ExpectedDeployment, request: ScaleRequest): boolean {
  if (request.predictor !== undefined && request.predictor !== predictor) return false;
  if (role === 'service-orchestrator') return request.includeSvcOrch;
  return role === 'model' || request.includeExplainer;
}

export function replicasInWords(count: number): string {
  return count === 1 ? '1 replica' : `${count} replicas`;
}
