import { ownValue, setOwnValue } from '../own-values.ts';
import { findContainer, findNode, graphNodes, hasSeparateOrchestrator, isTrue } from './defaulting.ts';
import { EXECUTOR, EXECUTOR_GRPC_PORT, EXECUTOR_HTTP_PORT, executorContainer } from './executor-container.ts';
import { explainer } from './explainer-deployment.ts';
import type { Deployment, ObjectWithSpec, Service } from './kubernetes-objects.ts';
import { addLabels, hasExplainer, labelsForRole, modelDeployment } from './model-deployment.ts';
import { modelDeploymentName, predictorKey, seldonId } from './object-names.ts';
import { orchestratorDeployment } from './orchestrator-deployment.ts';
import { isPrepackaged, isV2, serverImage } from './prepackaged-servers.ts';
import { modelReplicas } from './replicas.ts';
import type { ComponentSpec, Predictor, SeldonDeployment, ServiceStatus } from './seldon-deployment.ts';
import { containerService, endpointsOf, type Ports, predictorService } from './services.ts';
import { chartSettings, type OperatorSettings } from './settings.ts';
import { injectStorageInitializer } from './storage-initializer.ts';

export interface DesiredObjects {
  deployments: Deployment[];
  services: Service[];
  horizontalPodAutoscalers: ObjectWithSpec[];
  /** KEDA's, where the operator is told to use it. */
  scaledObjects: ObjectWithSpec[];
  podDisruptionBudgets: ObjectWithSpec[];
  /** What serviceStatus says of each Service; also which Services are wanted. */
  serviceDetails: Record<string, ServiceStatus>;
  /** Whose pod count becomes status.replicas: predictors[0].componentSpecs[0]. */
  firstDeployment: string | undefined;
  address: { url: string };
}

/**
 * All that the operator wants to exist for a SeldonDeployment (withDefaults), in its order. Throws where the operator
 * gives up, with its words. Nothing is validated: that is the webhook's work, and it may be off.
 * Source: createComponents in operator/controllers/seldondeployment_controller.go, v1.18.2.
 */
export function desiredObjects(sdep: SeldonDeployment, settings: OperatorSettings = chartSettings): DesiredObjects {
  const desired = nothingDesired();
  sdep.spec.predictors.forEach((predictor, index) => {
    const ports = addPredictor(sdep, predictor, index === 0, { desired, settings });
    if (index === 0) desired.address.url = predictionUrl(sdep, predictor, ports?.http ?? 0);
  });
  return desired;
}

export function nothingDesired(): DesiredObjects {
  return {
    deployments: [],
    services: [],
    horizontalPodAutoscalers: [],
    scaledObjects: [],
    podDisruptionBudgets: [],
    serviceDetails: {},
    firstDeployment: undefined,
    address: { url: '' },
  };
}

interface Making {
  /** What there is so far, and is added to. */
  desired: DesiredObjects;
  settings: OperatorSettings;
}

function addPredictor(
  sdep: SeldonDeployment,
  predictor: Predictor,
  isFirst: boolean,
  { desired, settings }: Making,
): Ports | undefined {
  const noEngine = isTrue(predictor.annotations?.['seldon.io/no-engine']);
  const separate = hasSeparateOrchestrator(sdep);
  const key = predictorKey(sdep, predictor);
  let ports: Ports | undefined;
  if (separate && !noEngine) desired.deployments.push(orchestratorDeployment(sdep, predictor, settings));
  predictor.componentSpecs?.forEach((componentSpec, index) => {
    if (!componentSpec.spec?.containers?.length) return;
    const name = modelDeploymentName(sdep, predictor, componentSpec, index, settings);
    if (isFirst && index === 0) desired.firstDeployment = name;
    const deployment = modelDeployment(sdep, predictor, componentSpec, { name, settings, hasMetrics: true });
    const replicas = modelReplicas(sdep.spec, predictor, componentSpec);
    if (replicas !== undefined) deployment.spec.replicas = replicas;
    addAutoscaling(sdep, componentSpec, name, { desired, settings });
    ports = addContainerServices(sdep, predictor, deployment, noEngine ? key : undefined, desired) ?? ports;
    desired.deployments.push(deployment);
  });
  addModels(sdep, predictor, { desired, settings });
  if (!noEngine) {
    if (!separate) addExecutor(sdep, predictor, { desired, settings });
    ports = { http: EXECUTOR_HTTP_PORT, grpc: EXECUTOR_GRPC_PORT };
    desired.services.push(predictorService(sdep, predictor, key, ports));
    setOwnValue(desired.serviceDetails, key, endpointsOf(sdep, key, ports));
  }
  if (hasExplainer(predictor)) {
    const { deployment, service, details } = explainer(
      sdep,
      predictor,
      ownValue(desired.serviceDetails, key),
      settings,
    );
    desired.deployments.push(deployment);
    desired.services.push(service);
    setOwnValue(desired.serviceDetails, details.svcName, details);
  }
  return ports;
}

/** Without an executor (`bareKey`) the predictor's Service leads to the container's own ports, which are returned. */
function addContainerServices(
  sdep: SeldonDeployment,
  predictor: Predictor,
  deployment: Deployment,
  bareKey: string | undefined,
  desired: DesiredObjects,
): Ports | undefined {
  let ports: Ports | undefined;
  for (const container of deployment.spec.template.spec.containers) {
    const node = findNode(predictor.graph, container.name);
    addLabels(deployment, labelsForRole(predictor, node));
    if (!node || container.name === EXECUTOR || container.name === 'tfserving') continue;
    const service = containerService(sdep, predictor, node, container, deployment);
    desired.services.push(service);
    const own = { http: node.endpoint?.httpPort ?? 0, grpc: node.endpoint?.grpcPort ?? 0 };
    setOwnValue(desired.serviceDetails, service.metadata.name, endpointsOf(sdep, service.metadata.name, own));
    if (bareKey === undefined) continue;
    ports = own;
    addLabels(deployment, { 'seldon-app': bareKey }, true);
    const whole = predictorService(sdep, predictor, bareKey, own);
    whole.metadata.labels = { ...whole.metadata.labels, ...labelsForRole(predictor, node) };
    desired.services.push(whole);
    setOwnValue(desired.serviceDetails, bareKey, endpointsOf(sdep, bareKey, own));
  }
  return ports;
}

/** kedaSpec wins over hpaSpec, and without KEDA nothing comes of it. Source: createKeda, createHpa and createPdb. */
function addAutoscaling(
  sdep: SeldonDeployment,
  { hpaSpec, kedaSpec, pdbSpec }: ComponentSpec,
  name: string,
  { desired, settings }: Making,
): void {
  const labels = { 'seldon-deployment-id': seldonId(sdep) };
  const metadata = { name, namespace: sdep.metadata.namespace ?? 'default', labels };
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  if (kedaSpec && settings.keda) {
    desired.scaledObjects.push({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata,
      spec: { ...kedaSpec, scaleTargetRef },
    });
  }
  if (hpaSpec && !kedaSpec) {
    const { metricsv2, metrics, ...bounds } = hpaSpec;
    const asked = metrics?.map(asAutoscalingV2) ?? metricsv2 ?? [];
    desired.horizontalPodAutoscalers.push({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: {
        ...bounds,
        scaleTargetRef,
        ...(asked.length > 0 && { metrics: asked }),
      },
    });
  }
  if (pdbSpec) {
    // The selector takes in all pods of the SeldonDeployment, not only this Deployment's.
    desired.podDisruptionBudgets.push({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { ...pdbSpec, selector: { matchLabels: labels } },
    });
  }
}

/** hpaSpec.metrics is written as in autoscaling/v2beta1; only Resource metrics, the usual ones, are translated. */
function asAutoscalingV2(metric: unknown): unknown {
  const { resource } = metric as {
    resource?: { name: string; targetAverageUtilization?: number; targetAverageValue?: string };
  };
  if (!resource) return metric;
  const target =
    resource.targetAverageUtilization !== undefined
      ? { type: 'Utilization', averageUtilization: resource.targetAverageUtilization }
      : { type: 'AverageValue', averageValue: resource.targetAverageValue };
  return { type: 'Resource', resource: { name: resource.name, target } };
}

/** The model servers, and what fetches models. Source: operator/controllers/seldondeployment_prepackaged_servers.go. */
function addModels(sdep: SeldonDeployment, predictor: Predictor, { desired, settings }: Making): void {
  for (const node of graphNodes(predictor.graph)) {
    const isServer = isPrepackaged(node);
    if (!isServer && !node.modelUri) continue;
    const implementation = node.implementation ?? '';
    const index = (predictor.componentSpecs ?? []).findIndex((componentSpec) =>
      componentSpec.spec?.containers?.some(({ name }) => name === node.name),
    );
    const componentSpec = predictor.componentSpecs?.[index];
    const name = componentSpec && modelDeploymentName(sdep, predictor, componentSpec, index, settings);
    const deployment = desired.deployments.find(({ metadata }) => metadata.name === name);
    if (!deployment || !findContainer(predictor, node.name)) {
      throw new Error(`Failed to find PodSpec for Prepackaged server PreditiveUnit named ${node.name}`);
    }
    if (!isServer) {
      injectStorageInitializer(deployment, node.name, settings, node);
      continue;
    }
    const pod = deployment.spec.template.spec;
    if (node.serviceAccountName) pod.serviceAccountName = node.serviceAccountName;
    if (!Object.hasOwn(settings.servers, implementation))
      throw new Error(`Failed to get server config for ${implementation}`);
    let server = node.name;
    if (implementation === 'TENSORFLOW_SERVER' && sdep.spec.protocol !== 'tensorflow') {
      server = 'tfserving';
      if (!pod.containers.some((container) => container.name === server)) {
        const image = serverImage(settings, implementation, 'tensorflow');
        const ports = TENSORFLOW_PORTS.map((containerPort) => ({ containerPort, protocol: 'TCP' }));
        pod.containers.push({ name: server, ...(image && { image }), imagePullPolicy: 'IfNotPresent', ports });
      }
    }
    // What the container lacks comes from the prototype of the server (addTFServerContainer in the same file).
    const container = pod.containers.find((one) => one.name === server);
    const image = serverImage(settings, implementation, sdep.spec.protocol);
    if (container && !container.image && image) container.image = image;
    if (container && (isV2(sdep.spec.protocol) || implementation === 'TRITON_SERVER')) {
      const { grpcPort = 0, httpPort = 0 } = node.endpoint ?? {};
      container.ports = [
        { name: 'grpc', containerPort: grpcPort, protocol: 'TCP' },
        { name: 'http', containerPort: httpPort, protocol: 'TCP' },
      ];
    }
    injectStorageInitializer(deployment, server, settings, node);
  }
}

/** gRPC and REST. */
const TENSORFLOW_PORTS = [2000, 2001];

/** Puts the executor beside the graph node that the defaulting marked with localhost. */
function addExecutor(sdep: SeldonDeployment, predictor: Predictor, { desired, settings }: Making): void {
  const node = [...graphNodes(predictor.graph)].find(({ endpoint }) => endpoint?.service_host === 'localhost');
  const nowhere = 'not clear where to inject engine';
  if (!node) throw new Error(`engine not separate and no pu with localhost service - ${nowhere}`);
  // The last Deployment of any predictor with such a container; the names of containers are not unique to a predictor.
  const deployment = desired.deployments.findLast(({ spec }) =>
    spec.template.spec.containers.some((container) => container.name === node.name),
  );
  if (!deployment) throw new Error(`engine not separate and no deployment for pu with localhost service - ${nowhere}`);
  const { containers } = deployment.spec.template.spec;
  if (containers.some((container) => container.name === EXECUTOR)) return;
  containers.push(executorContainer(sdep, predictor, settings));
  deployment.metadata.labels = { ...deployment.metadata.labels, 'seldon-deployment-contains-svcorch': 'true' };
  addLabels(deployment, { 'seldon-app': predictorKey(sdep, predictor) }, true);
}

function predictionUrl(sdep: SeldonDeployment, predictor: Predictor, port: number): string {
  const { protocol } = sdep.spec;
  const model = predictor.graph.name;
  let path = '/api/v1.0/predictions';
  if (protocol === 'tensorflow') path = `/v1/models/${model}:predict`;
  if (isV2(protocol)) path = `/v2/models/${model}/infer`;
  const host = `${predictorKey(sdep, predictor)}.${sdep.metadata.namespace ?? 'default'}.svc.cluster.local`;
  return `http://${host}:${port}${path}`;
}
