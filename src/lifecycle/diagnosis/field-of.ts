import type { FieldPath } from '../../manifests/manifest.ts';
import type { PredictiveUnit, Predictor, SeldonDeployment } from '../../seldon/seldon-deployment.ts';
import type { Finding, Reason } from './finding.ts';

/** In a container; of any other reason it is the container as a whole. */
const FIELDS: Partial<Record<Reason, FieldPath>> = {
  OOMKilled: ['resources', 'limits', 'memory'],
  LivenessProbeFailed: ['livenessProbe'],
  StartupProbeFailed: ['startupProbe'],
  ReadinessProbeFailed: ['readinessProbe'],
  ImageNotFound: ['image'],
  ImagePullUnauthorized: ['image'],
  RegistryUnreachable: ['image'],
  ImagePullFailed: ['image'],
  InvalidImageName: ['image'],
  ErrImageNeverPull: ['imagePullPolicy'],
};

/**
 * The field of a SeldonDeployment that a finding in a container of this predictor is about, in the file perhaps only the
 * nearest one above it; undefined where the container is none that the spec says, as the orchestrator.
 */
export function fieldOf(
  { reason, pod }: Pick<Finding, 'reason' | 'pod'>,
  predictorName: string | undefined,
  deployment: SeldonDeployment | undefined,
): FieldPath | undefined {
  const container = pod?.container;
  const predictors = deployment?.spec?.predictors ?? [];
  const index = predictors.findIndex(({ name }) => name === predictorName);
  const predictor = predictors[index];
  if (!predictor || container === undefined) return undefined;
  const path = ['spec', 'predictors', index];
  if (reason === 'ModelDownloadFailed') {
    const unit = inGraph(predictor.graph, container.replace(/-model-initializer$/, ''), ['graph']);
    return unit && [...path, ...unit, 'modelUri'];
  }
  const own = inComponents(predictor, container);
  if (own) return [...path, ...own, ...(FIELDS[reason] ?? [])];
  const unit = inGraph(predictor.graph, container, ['graph']);
  return unit && [...path, ...unit];
}

function inComponents({ componentSpecs = [] }: Predictor, container: string): FieldPath | undefined {
  for (const [component, { spec }] of componentSpecs.entries()) {
    const index = spec?.containers?.findIndex(({ name }) => name === container) ?? -1;
    if (index >= 0) return ['componentSpecs', component, 'spec', 'containers', index];
  }
  return undefined;
}

function inGraph(unit: PredictiveUnit | undefined, name: string, path: FieldPath): FieldPath | undefined {
  if (!unit) return undefined;
  if (unit.name === name) return path;
  const children = unit.children ?? [];
  return children.map((child, index) => inGraph(child, name, [...path, 'children', index])).find((found) => found);
}
