import { createHash } from 'node:crypto';
import type { ComponentSpec, Predictor, SeldonDeployment } from './seldon-deployment.ts';
import type { OperatorSettings } from './settings.ts';

/**
 * What the operator calls the things it owns.
 * Source: operator/apis/machinelearning.seldon.io/v1/seldondeployment_types.go (GetDeploymentName and its neighbours).
 */

/** Kubernetes allows 63 characters in a label value; what is longer becomes a hash. */
function shortened(name: string): string {
  return name.length > LONGEST ? `seldon-${md5(name)}` : name;
}

const LONGEST = 63;

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The value of the label seldon-deployment-id. */
export const seldonId = (sdep: SeldonDeployment) => shortened(sdep.metadata.name);

/** Name of a predictor's Service and value of the label seldon-app. A name given by annotation is not shortened. */
export function predictorKey(sdep: SeldonDeployment, predictor: Predictor): string {
  return predictor.annotations?.['seldon.io/svc-name'] ?? shortened(`${sdep.metadata.name}-${predictor.name}`);
}

export function modelDeploymentName(
  sdep: SeldonDeployment,
  predictor: Predictor,
  componentSpec: ComponentSpec,
  index: number,
  { nameAsPrefix }: Pick<OperatorSettings, 'nameAsPrefix'>,
): string {
  const containers = (componentSpec.spec?.containers ?? []).map((container) => container.name).join('-');
  const name = `${sdep.metadata.name}-${predictor.name}-${index}-${componentSpec.metadata?.name || containers}`;
  const prefixed = `${sdep.metadata.name}-${md5(name)}`;
  return nameAsPrefix && name.length > LONGEST && prefixed.length <= LONGEST ? prefixed : shortened(name);
}

export const serviceOrchestratorName = (sdep: SeldonDeployment, predictor: Predictor) =>
  shortened(`${sdep.metadata.name}-${predictor.name}-svc-orch`);

export const explainerName = (sdep: SeldonDeployment, predictor: Predictor) =>
  shortened(`${sdep.metadata.name}-${predictor.name}-explainer`);

export const containerServiceName = (sdep: SeldonDeployment, predictor: Predictor, container: string) =>
  shortened(`${sdep.metadata.name}-${predictor.name}-${container}`);

/** The label of what is another installation's. */
export const CONTROLLER_ID = 'seldon.io/controller-id';
