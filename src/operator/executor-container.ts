import { podinfoVolume } from './defaulting.ts';
import type { Container } from './kubernetes-objects.ts';
import type { Predictor, SeldonDeployment } from './seldon-deployment.ts';
import type { OperatorSettings } from './settings.ts';

export const EXECUTOR = 'seldon-container-engine';
export const EXECUTOR_HTTP_PORT = 8000;
export const EXECUTOR_GRPC_PORT = 5001;

/**
 * The service orchestrator, which carries the predictor as base64 JSON in ENGINE_PREDICTOR. Only replicas and traffic
 * are zeroed there and the explainer is left out: so an edit of spec.replicas or predictors[].replicas leaves the pod
 * template alone, while componentSpecs[].replicas (of any componentSpec), svcOrchSpec, hpaSpec and kedaSpec restart
 * the pods of the Deployment that holds this container.
 * Source: createEngineContainer in operator/controllers/seldondeployment_engine.go;
 * https://github.com/SeldonIO/seldon-core/issues/2008
 */
export function executorContainer(
  sdep: SeldonDeployment,
  predictor: Predictor,
  { executor: { image, user, resources } }: OperatorSettings,
): Container {
  const probe = (path: string) => ({
    httpGet: { path, port: EXECUTOR_HTTP_PORT, scheme: predictor.ssl?.certSecretName ? 'HTTPS' : 'HTTP' },
    initialDelaySeconds: 20,
    periodSeconds: 5,
    failureThreshold: 3,
    successThreshold: 1,
    timeoutSeconds: 60,
  });
  return {
    name: EXECUTOR,
    image,
    args: [
      ...['--sdep', sdep.metadata.name, '--namespace', sdep.metadata.namespace ?? 'default'],
      ...['--predictor', predictor.name],
      ...['--http_port', String(EXECUTOR_HTTP_PORT), '--grpc_port', String(EXECUTOR_GRPC_PORT)],
      ...['--protocol', sdep.spec.protocol || 'seldon', '--prometheus_path', '/prometheus'],
      ...['--server_type', sdep.spec.serverType || 'rpc'],
    ],
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    volumeMounts: [{ ...podinfoVolume }],
    env: [
      { name: 'ENGINE_PREDICTOR', value: encodedPredictor(predictor) },
      { name: 'REQUEST_LOGGER_DEFAULT_ENDPOINT', value: 'http://default-broker' },
      ...(predictor.svcOrchSpec?.env ?? []),
    ],
    ports: [
      { name: 'http', containerPort: EXECUTOR_HTTP_PORT, protocol: 'TCP' },
      { name: 'metrics', containerPort: EXECUTOR_HTTP_PORT, protocol: 'TCP' },
      { name: 'grpc', containerPort: EXECUTOR_GRPC_PORT, protocol: 'TCP' },
    ],
    readinessProbe: probe('/ready'),
    livenessProbe: probe('/live'),
    resources: predictor.svcOrchSpec?.resources ?? resources,
    ...(user !== undefined && { securityContext: { runAsUser: user, allowPrivilegeEscalation: false } }),
  };
}

function encodedPredictor(predictor: Predictor): string {
  const { explainer: _, ...rest } = predictor;
  const json = JSON.stringify(sortedByKey({ ...rest, replicas: 0, traffic: 0 }));
  return Buffer.from(json).toString('base64');
}

/** An API server may hand out the same object with its fields in another order; Go's structs do not notice, we would. */
function sortedByKey(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedByKey);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedByKey(item)]));
}
