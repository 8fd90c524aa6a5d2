import type { ComponentSpec, Predictor, SeldonDeploymentSpec } from './seldon-deployment.ts';

/**
 * spec.replicas of the Deployments. Undefined leaves the number to others: the API server makes it 1 at creation, an
 * update keeps what there is. Only absence passes a level over; an explicit 0 counts.
 */

/** Source: createComponents in operator/controllers/seldondeployment_controller.go. kedaSpec counts even without KEDA. */
export function modelReplicas(
  spec: SeldonDeploymentSpec,
  predictor: Predictor,
  componentSpec: ComponentSpec,
): number | undefined {
  if (componentSpec.kedaSpec || componentSpec.hpaSpec) return undefined;
  return componentSpec.replicas ?? predictor.replicas ?? spec.replicas;
}

/** Source: the end of createEngineDeployment in operator/controllers/seldondeployment_engine.go. Never autoscaled. */
export function serviceOrchestratorReplicas(spec: SeldonDeploymentSpec, predictor: Predictor): number | undefined {
  return predictor.svcOrchSpec?.replicas ?? predictor.replicas ?? spec.replicas;
}

/**
 * The explainer goes to 0 with its predictor, but does not follow it up again.
 * Source: createExplainer in operator/controllers/seldondeployment_explainers.go;
 * https://github.com/SeldonIO/seldon-core/issues/3241
 */
export function explainerReplicas(spec: SeldonDeploymentSpec, predictor: Predictor): number | undefined {
  if ((predictor.replicas ?? spec.replicas) === 0) return 0;
  return predictor.explainer?.replicas;
}
