import { anyKind } from './answer-forms.ts';
import { anything, type Form, listOf, mapOf, number, object, text, trueOrFalse } from './form.ts';

const container = object(
  {
    name: text,
    image: text,
    args: listOf(text),
    ports: listOf(object({ name: text, containerPort: number, protocol: text, hostPort: number }, 'containerPort')),
    env: listOf(object({ name: text, value: text }, 'name')),
    volumeMounts: listOf(object({ name: text, mountPath: text }, 'name')),
    resources: object({ limits: mapOf(anything), requests: mapOf(anything) }),
    restartPolicy: text,
  },
  'name',
);

const podSpec = object({
  containers: listOf(container),
  initContainers: listOf(container),
  volumes: listOf(object({ name: text }, 'name')),
  serviceAccountName: text,
});

const texts = { labels: mapOf(text), annotations: mapOf(text) };

const endpoint = object({ type: text, service_host: text, service_port: number, httpPort: number, grpcPort: number });

const graphNode = object(
  {
    name: text,
    type: text,
    implementation: text,
    methods: listOf(text),
    modelUri: text,
    serviceAccountName: text,
    envSecretRefName: text,
    storageInitializerImage: text,
    parameters: listOf(object({})),
    endpoint,
    get children(): Form {
      return listOf(graphNode);
    },
  },
  'name',
);

const predictor = object(
  {
    name: text,
    graph: graphNode,
    replicas: number,
    traffic: number,
    shadow: trueOrFalse,
    ...texts,
    progressDeadlineSeconds: number,
    componentSpecs: listOf(
      object({
        metadata: object({ name: text, ...texts }),
        spec: podSpec,
        replicas: number,
        hpaSpec: object({
          minReplicas: number,
          maxReplicas: number,
          metrics: listOf(object({ resource: object({ name: text }) })),
          metricsv2: listOf(anything),
        }),
        kedaSpec: object({ minReplicaCount: number, maxReplicaCount: number }),
        pdbSpec: object({}),
      }),
    ),
    svcOrchSpec: object({
      replicas: number,
      env: listOf(object({ name: text }, 'name')),
      resources: object({ limits: mapOf(anything), requests: mapOf(anything) }),
    }),
    explainer: object({
      type: text,
      modelUri: text,
      serviceAccountName: text,
      containerSpec: object(container.fields),
      config: mapOf(text),
      endpoint,
      envSecretRefName: text,
      storageInitializerImage: text,
      replicas: number,
    }),
    ssl: object({ certSecretName: text }),
  },
  'name',
  'graph',
);

/**
 * How a SeldonDeployment has to look for what the operator makes of it to be told: src/operator/seldon-deployment.ts.
 * Quantities and ports are numbers or texts, and all else of a pod is passed on as it is.
 */
export const operatorsDeployment: Form = object(
  {
    ...anyKind.fields,
    spec: object(
      {
        annotations: mapOf(text),
        protocol: text,
        transport: text,
        serverType: text,
        replicas: number,
        predictors: listOf(predictor),
      },
      'predictors',
    ),
  },
  'metadata',
  'spec',
);
