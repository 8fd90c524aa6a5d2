/**
 * The fields of a SeldonDeployment, so that an API server prunes, validates and refuses as it does with Seldon's own
 * CRD. Field names are those of operator/apis/machinelearning.seldon.io/v1 (seldondeployment_types.go,
 * seldon_deployment_status.go) at v1.18.2. Lists have no keys there, so each is one field to server-side apply.
 * Pods and their parts are not spelt out: unknown fields in them are kept, where the original prunes them.
 */
export interface Schema {
  type?: string;
  format?: string;
  default?: unknown;
  nullable?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  'x-kubernetes-preserve-unknown-fields'?: true;
  'x-kubernetes-int-or-string'?: true;
}

/** Children of graph nodes; a schema cannot refer to itself, so the original is unrolled too. */
const GRAPH_DEPTH = 10;

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

/** An object whose other fields are somebody else's. */
const open = (properties: Record<string, Schema> = {}, ...required: string[]): Schema => ({
  ...object(properties, ...required),
  'x-kubernetes-preserve-unknown-fields': true,
});

const port = open({ protocol: { type: 'string', default: 'TCP' }, containerPort: int32 }, 'containerPort');
const container = open({ name: string, ports: list(port) }, 'name');

const resources = object({
  limits: { type: 'object', additionalProperties: intOrString },
  requests: { type: 'object', additionalProperties: intOrString },
});

const objectMeta = object({
  annotations: stringMap,
  clusterName: string,
  creationTimestamp: { ...time, nullable: true },
  deletionGracePeriodSeconds: int64,
  deletionTimestamp: time,
  finalizers: list(string),
  generateName: string,
  generation: int64,
  labels: stringMap,
  name: string,
  namespace: string,
  ownerReferences: list(
    object(
      { apiVersion: string, blockOwnerDeletion: boolean, controller: boolean, kind: string, name: string, uid: string },
      ...['apiVersion', 'kind', 'name', 'uid'],
    ),
  ),
  resourceVersion: string,
  selfLink: string,
  uid: string,
});

const componentSpec = object({
  hpaSpec: object(
    { maxReplicas: int32, metrics: list(open()), metricsv2: list(open()), minReplicas: int32 },
    'maxReplicas',
  ),
  kedaSpec: object(
    {
      advanced: open(),
      cooldownPeriod: int32,
      maxReplicaCount: int32,
      minReplicaCount: int32,
      pollingInterval: int32,
      triggers: list(open({ metadata: stringMap, type: string }, 'metadata', 'type')),
    },
    'triggers',
  ),
  metadata: objectMeta,
  pdbSpec: object({ maxUnavailable: intOrString, minAvailable: intOrString }),
  replicas: int32,
  spec: open({ containers: list(container) }, 'containers'),
});

/** The schema of the graph knows no service_port, although the operator fills one in (in memory only). */
const graphEndpoint = object({ grpcPort: int32, httpPort: int32, service_host: string, type: string });

const explainer = object({
  config: stringMap,
  containerSpec: container,
  endpoint: object({ ...graphEndpoint.properties, service_port: int32 }),
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
      endpoint: graphEndpoint,
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
    engineResources: resources,
    explainer,
    graph: graph(GRAPH_DEPTH),
    labels: stringMap,
    name: string,
    progressDeadlineSeconds: int32,
    replicas: int32,
    shadow: boolean,
    ssl: object({ certSecretName: string }),
    svcOrchSpec: object({ env: list(open({ name: string, value: string }, 'name')), replicas: int32, resources }),
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
