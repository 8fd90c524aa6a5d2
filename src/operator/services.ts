import type { Container, Deployment, Service } from './kubernetes-objects.ts';
import { addLabels, labelsForRole, managedBy } from './model-deployment.ts';
import { containerServiceName, predictorKey, seldonId } from './object-names.ts';
import type { GraphNode, Predictor, SeldonDeployment, ServiceStatus } from './seldon-deployment.ts';

export interface Ports {
  http: number;
  grpc?: number | undefined;
}

/** What serviceStatus says of a Service. */
export function endpointsOf(sdep: SeldonDeployment, name: string, { http, grpc }: Ports): ServiceStatus {
  const host = `${name}.${sdep.metadata.namespace ?? 'default'}`;
  return { svcName: name, httpEndpoint: `${host}:${http}`, ...(grpc && { grpcEndpoint: `${host}:${grpc}` }) };
}

/** Source: createPredictorService in operator/controllers/seldondeployment_controller.go. */
export function predictorService(sdep: SeldonDeployment, predictor: Predictor, name: string, ports: Ports): Service {
  const service = newService(sdep, predictor, name, ports, { 'seldon-app': name });
  service.metadata.labels = { 'seldon-app': name, 'seldon-deployment-id': seldonId(sdep), ...managedBy };
  const headless = sdep.spec.annotations?.['seldon.io/headless-svc'] ?? 'false';
  if (headless !== 'false') service.spec.clusterIP = 'None';
  return service;
}

/**
 * The Service to reach one container of the graph without the executor. Adds its label to the Deployment, and ports,
 * probes and environment to the container.
 * Source: createContainerService in operator/controllers/seldondeployment_controller.go.
 */
export function containerService(
  sdep: SeldonDeployment,
  predictor: Predictor,
  node: GraphNode,
  container: Container,
  deployment: Deployment,
): Service {
  const name = containerServiceName(sdep, predictor, container.name);
  const label = { [`seldon-app-svc-${container.name}`]: name };
  const ports = { http: node.endpoint?.httpPort ?? 0, grpc: node.endpoint?.grpcPort ?? 0 };
  const service = newService(sdep, predictor, name, ports, label);
  service.metadata.labels = {
    ...label,
    'seldon-deployment-id': seldonId(sdep),
    'seldon-app': predictorKey(sdep, predictor),
    ...labelsForRole(predictor, node),
  };
  addLabels(deployment, label, true);
  completeContainer(sdep, predictor, node, container, ports);
  return service;
}

function newService(
  sdep: SeldonDeployment,
  predictor: Predictor,
  name: string,
  { http, grpc }: Ports,
  selector: Record<string, string>,
): Service {
  const port = (portName: string, number: number) => ({
    name: portName,
    protocol: 'TCP',
    port: number,
    targetPort: number,
  });
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: sdep.metadata.namespace ?? 'default', annotations: { ...predictor.annotations } },
    spec: {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      selector,
      ports: [port('http', http), ...(grpc === undefined ? [] : [port('grpc', grpc)])],
    },
  };
}

function completeContainer(
  sdep: SeldonDeployment,
  predictor: Predictor,
  node: GraphNode,
  container: Container,
  { http, grpc }: { http: number; grpc: number },
): void {
  const servesGrpc = sdep.spec.transport === 'grpc' || node.endpoint?.type === 'GRPC';
  const port = servesGrpc ? grpc : http;
  container.ports = [...(container.ports ?? [])];
  for (const [name, number] of [
    ['http', http],
    ['grpc', grpc],
  ] as const) {
    if (container.ports.some((existing) => existing.name === name)) continue;
    container.ports.push({ name, containerPort: number, protocol: 'TCP' });
  }
  const probe = (initialDelaySeconds: number) => ({
    tcpSocket: { port },
    initialDelaySeconds,
    periodSeconds: 5,
    successThreshold: 1,
    failureThreshold: 3,
    timeoutSeconds: 1,
  });
  container.livenessProbe ??= probe(60);
  container.readinessProbe ??= probe(20);
  container.lifecycle ??= { preStop: { exec: { command: ['/bin/sh', '-c', '/bin/sleep 10'] } } };
  const env = [...(container.env ?? [])];
  const setUnlessThere = (name: string, value: string) => {
    if (!env.some((existing) => existing.name === name)) env.push({ name, value });
  };
  setUnlessThere('PREDICTIVE_UNIT_SERVICE_PORT', String(port));
  setUnlessThere('PREDICTIVE_UNIT_HTTP_SERVICE_PORT', String(http));
  setUnlessThere('MLSERVER_HTTP_PORT', String(http));
  setUnlessThere('PREDICTIVE_UNIT_GRPC_SERVICE_PORT', String(grpc));
  setUnlessThere('MLSERVER_GRPC_PORT', String(grpc));
  if (node.parameters?.length) setUnlessThere('PREDICTIVE_UNIT_PARAMETERS', JSON.stringify(node.parameters));
  if (node.modelUri) setUnlessThere('MLSERVER_MODEL_URI', '/mnt/models');
  for (const [name, value] of [
    ['PREDICTIVE_UNIT_ID', container.name],
    ['MLSERVER_MODEL_NAME', container.name],
    ['PREDICTIVE_UNIT_IMAGE', container.image ?? ''],
    ['PREDICTOR_ID', predictor.name],
    ['PREDICTOR_LABELS', JSON.stringify(predictor.labels)],
    ['SELDON_DEPLOYMENT_ID', sdep.metadata.name],
    ['SELDON_EXECUTOR_ENABLED', 'true'],
  ] as const) {
    setUnlessThere(name, value);
  }
  container.env = env;
}
