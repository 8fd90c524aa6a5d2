import type { Container, Deployment, Service } from './kubernetes-objects.ts';
import { addLabels, labelsForRole, modelDeployment } from './model-deployment.ts';
import { explainerName, predictorKey } from './object-names.ts';
import { isV2 } from './prepackaged-servers.ts';
import { explainerReplicas } from './replicas.ts';
import type { Predictor, SeldonDeployment, ServiceStatus } from './seldon-deployment.ts';
import { endpointsOf, predictorService } from './services.ts';
import type { OperatorSettings } from './settings.ts';
import { injectStorageInitializer, MODELS } from './storage-initializer.ts';

/**
 * An explainer is a Deployment of its own, without executor. Its selector is only seldon-deployment-id, so it matches
 * all pods of the SeldonDeployment.
 * Source: createExplainer in operator/controllers/seldondeployment_explainers.go.
 */
export function explainer(
  sdep: SeldonDeployment,
  predictor: Predictor,
  predictorEndpoints: ServiceStatus | undefined,
  settings: OperatorSettings,
): { deployment: Deployment; service: Service; details: ServiceStatus } {
  const name = explainerName(sdep, predictor);
  const spec = predictor.explainer ?? {};
  const grpc = sdep.spec.transport === 'grpc' || spec.endpoint?.type === 'GRPC';
  const port = spec.endpoint?.service_port || 9000;
  const container: Container = {
    imagePullPolicy: 'IfNotPresent',
    ...spec.containerSpec,
    image:
      spec.containerSpec?.image || (isV2(sdep.spec.protocol) ? settings.explainer.imageV2 : settings.explainer.image),
    name: spec.containerSpec?.name || name,
  };
  const customPort = container.ports?.find((existing) => existing.name === 'http');
  if (!customPort) {
    container.ports = [...(container.ports ?? []), { name: 'http', containerPort: port, protocol: 'TCP' }];
  }
  // That of the open protocol is told all of this by its environment.
  if (!isV2(sdep.spec.protocol)) {
    container.args = [
      `--model_name=${predictor.graph.name}`,
      `--predictor_host=${(grpc ? predictorEndpoints?.grpcEndpoint : predictorEndpoints?.httpEndpoint) ?? ''}`,
      `--protocol=${sdep.spec.protocol === 'tensorflow' ? 'tensorflow' : 'seldon'}.${grpc ? 'grpc' : 'http'}`,
      `--http_port=${customPort?.containerPort ?? port}`,
      ...(spec.modelUri ? [`--storage_uri=${MODELS}`] : []),
      spec.type ?? '',
      ...Object.entries(spec.config ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `--${key}=${value}`),
    ];
  }
  const deployment = modelDeployment(
    sdep,
    predictor,
    { spec: { containers: [container] } },
    { name, settings, hasMetrics: false },
  );
  const replicas = explainerReplicas(sdep.spec, predictor);
  if (replicas !== undefined) deployment.spec.replicas = replicas;
  injectStorageInitializer(deployment, container.name, settings, spec);
  if (spec.serviceAccountName) deployment.spec.template.spec.serviceAccountName = spec.serviceAccountName;
  addLabels(deployment, { ...labelsForRole(predictor, undefined), 'seldon-app': name });
  const service = predictorService(sdep, predictor, name, { http: port });
  service.metadata.labels = {
    ...service.metadata.labels,
    ...labelsForRole(predictor, undefined),
    'seldon-app': predictorKey(sdep, predictor),
  };
  const details = { ...endpointsOf(sdep, name, { http: port }), explainerFor: predictorKey(sdep, predictor) };
  return { deployment, service, details };
}
