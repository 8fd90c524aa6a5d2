import { type Schema, typeSchemas } from '../kubernetes-types.ts';

/*
 * The fields of a SeldonDeployment, so that an API server prunes, validates and refuses as it does with Seldon's own
 * CRD. Field names are those of operator/apis/machinelearning.seldon.io/v1 (seldondeployment_types.go,
 * seldon_deployment_status.go) at v1.18.2. Lists have no keys there, so each is one field to server-side apply; but those of
 * pods are checked for doubles.
 */

/** Nodes of a graph, one below the other; a schema cannot refer to itself, so the original is unrolled too. */
const GRAPH_DEPTH = 11;

const string: Schema = { type: 'string' };
const boolean: Schema = { type: 'boolean' };
const int32: Schema = { type: 'integer', format: 'int32' };
const int64: Schema = { type: 'integer', format: 'int64' };
const intOrString: Schema = { 'x-kubernetes-int-or-string': true };
const time: Schema = { type: 'string', format: 'date-time' };
const stringMap: Schema = { type: 'object', additionalProperties: string };

const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
const list = (items: Schema): Schema => ({ type: 'array', items });

/** Of a list whose items must differ in these keys. */
const keyed = (items: Schema, ...keys: string[]): Schema => ({
  ...list(items),
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
});

const today = typeSchemas();
const port: Schema = object(
  { ...today('ContainerPort').properties, protocol: { ...string, default: 'TCP' } },
  'containerPort',
);
const newInContainers = { resizePolicy: undefined, restartPolicy: undefined, restartPolicyRules: undefined };
const ports = keyed(port, 'containerPort', 'protocol');

/** The original was made for Kubernetes 1.24: it prunes what pods have got since then. */
const pods = typeSchemas({
  Container: { ...newInContainers, ports },
  EphemeralContainer: { ...newInContainers, ports },
  EnvVarSource: { fileKeyRef: undefined },
  HostAlias: { ip: string },
  Lifecycle: { stopSignal: undefined },
  LifecycleHandler: { sleep: undefined },
  ObjectMeta: { clusterName: string, deletionTimestamp: time, managedFields: undefined },
  PersistentVolumeClaimSpec: { volumeAttributesClassName: undefined },
  PersistentVolumeClaimTemplate: { metadata: object({}) },
  PodAffinityTerm: { matchLabelKeys: undefined, mismatchLabelKeys: undefined },
  PodSecurityContext: {
    appArmorProfile: undefined,
    seLinuxChangePolicy: undefined,
    supplementalGroupsPolicy: undefined,
  },
  PodSpec: {
    hostUsers: undefined,
    hostnameOverride: undefined,
    resourceClaims: undefined,
    resources: undefined,
    schedulingGates: undefined,
    schedulingGroup: undefined,
    topologySpreadConstraints: keyed(
      object(
        {
          labelSelector: today('LabelSelector'),
          maxSkew: int32,
          minDomains: int32,
          topologyKey: string,
          whenUnsatisfiable: string,
        },
        ...['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
      ),
      ...['topologyKey', 'whenUnsatisfiable'],
    ),
  },
  ResourceRequirements: { claims: undefined },
  SecurityContext: { appArmorProfile: undefined },
  TypedObjectReference: { namespace: undefined },
  Volume: { image: undefined },
  VolumeMount: { recursiveReadOnly: undefined },
  VolumeProjection: { clusterTrustBundle: undefined, podCertificate: undefined },
});

const quantity = pods('quantity');
const selector = pods('LabelSelector');

/** A metric of autoscaling/v2beta1, which Kubernetes serves no more. */
const oldMetric = object(
  {
    containerResource: object(
      { container: string, name: string, targetAverageUtilization: int32, targetAverageValue: quantity },
      ...['container', 'name'],
    ),
    external: object(
      { metricName: string, metricSelector: selector, targetAverageValue: quantity, targetValue: quantity },
      'metricName',
    ),
    object: object(
      {
        averageValue: quantity,
        metricName: string,
        selector,
        target: pods('CrossVersionObjectReference'),
        targetValue: quantity,
      },
      ...['metricName', 'target', 'targetValue'],
    ),
    pods: object({ metricName: string, selector, targetAverageValue: quantity }, 'metricName', 'targetAverageValue'),
    resource: object({ name: string, targetAverageUtilization: int32, targetAverageValue: quantity }, 'name'),
    type: string,
  },
  'type',
);

const scalingPolicy = object({ periodSeconds: int32, type: string, value: int32 }, 'periodSeconds', 'type', 'value');
const scalingRules = object({
  policies: list(scalingPolicy),
  selectPolicy: string,
  stabilizationWindowSeconds: int32,
});
const trigger = object(
  {
    authenticationRef: object({ kind: string, name: string }, 'name'),
    metadata: stringMap,
    metricType: string,
    name: string,
    type: string,
  },
  ...['metadata', 'type'],
);

const componentSpec = object({
  hpaSpec: object(
    { maxReplicas: int32, metrics: list(oldMetric), metricsv2: list(pods('MetricSpec')), minReplicas: int32 },
    'maxReplicas',
  ),
  kedaSpec: object(
    {
      advanced: object({
        horizontalPodAutoscalerConfig: object({
          behavior: object({ scaleDown: scalingRules, scaleUp: scalingRules }),
        }),
        restoreToOriginalReplicaCount: boolean,
      }),
      cooldownPeriod: int32,
      fallback: object({ failureThreshold: int32, replicas: int32 }, 'failureThreshold', 'replicas'),
      idleReplicaCount: int32,
      maxReplicaCount: int32,
      minReplicaCount: int32,
      pollingInterval: int32,
      triggers: list(trigger),
    },
    'triggers',
  ),
  metadata: pods('ObjectMeta'),
  pdbSpec: object({ maxUnavailable: intOrString, minAvailable: intOrString }),
  replicas: int32,
  spec: pods('PodSpec'),
});

const endpoint = object({ grpcPort: int32, httpPort: int32, service_host: string, service_port: int32, type: string });

const explainer = object({
  config: stringMap,
  containerSpec: pods('Container'),
  endpoint,
  envSecretRefName: string,
  initParameters: string,
  modelUri: string,
  replicas: int32,
  serviceAccountName: string,
  storageInitializerImage: string,
  type: string,
});

function graph(depth: number): Schema {
  return object(
    {
      ...(depth > 1 && { children: list(graph(depth - 1)) }),
      endpoint,
      envSecretRefName: string,
      implementation: string,
      logger: object({ mode: string, url: string }),
      methods: list(string),
      modelUri: string,
      name: string,
      parameters: list(object({ name: string, type: string, value: string }, 'name', 'type', 'value')),
      serviceAccountName: string,
      storageInitializerImage: string,
      type: string,
    },
    'name',
  );
}

const predictor = object(
  {
    annotations: stringMap,
    componentSpecs: list(componentSpec),
    engineResources: pods('ResourceRequirements'),
    explainer,
    graph: graph(GRAPH_DEPTH),
    labels: stringMap,
    name: string,
    progressDeadlineSeconds: int32,
    replicas: int32,
    shadow: boolean,
    ssl: object({ certSecretName: string }),
    svcOrchSpec: object({
      env: list(pods('EnvVar')),
      replicas: int32,
      resources: pods('ResourceRequirements'),
    }),
    traffic: int32,
  },
  ...['graph', 'name'],
);

const status = object({
  address: object({ url: string }),
  annotations: stringMap,
  conditions: list(
    object(
      { lastTransitionTime: string, message: string, reason: string, severity: string, status: string, type: string },
      ...['status', 'type'],
    ),
  ),
  deploymentStatus: {
    type: 'object',
    additionalProperties: object({
      availableReplicas: int32,
      description: string,
      explainerFor: string,
      name: string,
      replicas: int32,
      status: string,
    }),
  },
  description: string,
  observedGeneration: int64,
  replicas: int32,
  serviceStatus: {
    type: 'object',
    additionalProperties: object({
      explainerFor: string,
      grpcEndpoint: string,
      httpEndpoint: string,
      svcName: string,
    }),
  },
  state: string,
});

export const seldonDeploymentSchema: Schema = object({
  apiVersion: string,
  kind: string,
  metadata: { type: 'object' },
  spec: object(
    {
      annotations: stringMap,
      name: string,
      oauth_key: string,
      oauth_secret: string,
      predictors: list(predictor),
      protocol: string,
      replicas: int32,
      serverType: string,
      transport: string,
    },
    'predictors',
  ),
  status,
});

/** v1 is stored; nothing is converted between the versions but apiVersion itself. */
const versions = ['v1', 'v1alpha2', 'v1alpha3'].map((name) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: { openAPIV3Schema: seldonDeploymentSchema },
  subresources: {
    status: {},
    // No labelSelectorPath: https://github.com/SeldonIO/seldon-core/issues/2485
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
  },
}));

/** Our own CustomResourceDefinition of SeldonDeployments. Source: helm-charts/seldon-core-operator at v1.18.2. */
export const seldonDeploymentCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'seldondeployments.machinelearning.seldon.io' },
  spec: {
    group: 'machinelearning.seldon.io',
    names: {
      kind: 'SeldonDeployment',
      listKind: 'SeldonDeploymentList',
      plural: 'seldondeployments',
      singular: 'seldondeployment',
      shortNames: ['sdep'],
    },
    scope: 'Namespaced',
    versions,
  },
};
