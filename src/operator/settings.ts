import { isObject, ownValue, setOwnValue } from '../own-values.ts';

/**
 * What whoever installs the operator decides of the objects that it makes: its environment, and the ConfigMap
 * seldon-config.
 */
export interface OperatorSettings {
  executor: {
    /** EXECUTOR_CONTAINER_IMAGE_AND_VERSION, or RELATED_IMAGE_EXECUTOR */
    image: string;
    /** EXECUTOR_CONTAINER_USER: undefined leaves the container without a securityContext. */
    user: number | undefined;
    /** EXECUTOR_CONTAINER_SERVICE_ACCOUNT_NAME: of a separate orchestrator. */
    serviceAccount: string;
    /** EXECUTOR_DEFAULT_CPU_REQUEST and so on. */
    resources: Resources;
  };
  /** DEFAULT_USER_ID: runAsUser of the pods that say nothing of their security. */
  defaultUser: number | undefined;
  /** PREDICTIVE_UNIT_DEFAULT_ENV_SECRET_REF_NAME; '' for none. */
  envSecretName: string;
  /** KEDA_ENABLED: without it nothing comes of a kedaSpec. */
  keda: boolean;
  /** DEPLOYMENT_NAME_AS_PREFIX: long names keep that of their SeldonDeployment. */
  nameAsPrefix: boolean;
  /** Of the init container that fetches a model. */
  storageInitializer: { image: string; resources: Resources };
  explainer: { image: string; imageV2: string };
  /** The images of the model servers that a graph node names by `implementation`, by protocol. */
  servers: Readonly<Record<string, ServerImages>>;
}

export interface Resources {
  requests: Record<string, string>;
  limits: Record<string, string>;
}

export type ServerImages = Readonly<Partial<Record<'seldon' | 'tensorflow' | 'v2', string>>>;

/**
 * Those of an installation by the Helm chart that changes nothing.
 * Source: helm-charts/seldon-core-operator/values.yaml at v1.18.2.
 */
export const chartSettings: OperatorSettings = {
  executor: {
    image: 'docker.io/seldonio/seldon-core-executor:1.18.2',
    user: 8888,
    serviceAccount: 'default',
    resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '500m', memory: '512Mi' } },
  },
  defaultUser: 8888,
  envSecretName: '',
  keda: false,
  nameAsPrefix: false,
  storageInitializer: {
    image: 'seldonio/rclone-storage-initializer:1.18.2',
    resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '100Mi' } },
  },
  explainer: { image: 'seldonio/alibiexplainer:1.18.2', imageV2: 'seldonio/mlserver:1.3.5-alibi-explain' },
  servers: {
    HUGGINGFACE_SERVER: { v2: 'seldonio/mlserver:1.3.5-huggingface' },
    MLFLOW_SERVER: { seldon: 'seldonio/mlflowserver:1.18.2', v2: 'seldonio/mlserver:1.3.5-mlflow' },
    SKLEARN_SERVER: { seldon: 'seldonio/sklearnserver:1.18.2', v2: 'seldonio/mlserver:1.3.5-sklearn' },
    TEMPO_SERVER: { v2: 'seldonio/mlserver:1.3.5-slim' },
    TENSORFLOW_SERVER: { seldon: 'seldonio/tfserving-proxy:1.18.2', tensorflow: 'tensorflow/serving:2.1.0' },
    TRITON_SERVER: { v2: 'nvcr.io/nvidia/tritonserver:21.08-py3' },
    XGBOOST_SERVER: { seldon: 'seldonio/xgboostserver:1.18.2', v2: 'seldonio/mlserver:1.3.5-xgboost' },
  },
};

/** The protocols of each server whose image the environment can say: operator/apis/machinelearning.seldon.io/v1/prepack.go. */
const RELATED_IMAGES: readonly (readonly [server: string, protocol: keyof ServerImages, variable: string])[] = [
  ['SKLEARN_SERVER', 'seldon', 'RELATED_IMAGE_SKLEARNSERVER'],
  ['SKLEARN_SERVER', 'v2', 'RELATED_IMAGE_SKLEARNSERVER_V2'],
  ['XGBOOST_SERVER', 'seldon', 'RELATED_IMAGE_XGBOOSTSERVER'],
  ['XGBOOST_SERVER', 'v2', 'RELATED_IMAGE_XGBOOSTSERVER_V2'],
  ['MLFLOW_SERVER', 'seldon', 'RELATED_IMAGE_MLFLOWSERVER'],
  ['MLFLOW_SERVER', 'v2', 'RELATED_IMAGE_MLFLOWSERVER_V2'],
];

/**
 * The settings of an operator, by its environment and the data of its seldon-config; what they do not say is as the chart
 * has it. Values that are of another form say nothing.
 */
export function settingsOf(
  env: Readonly<Record<string, string>>,
  config: Readonly<Record<string, string>> | undefined,
): OperatorSettings {
  const said = (...names: string[]) => names.map((name) => ownValue(env, name)).find(Boolean);
  const user = (name: string) => (/^\d+$/.test(said(name) ?? '') ? Number(said(name)) : undefined);
  const { executor, storageInitializer, explainer, servers } = chartSettings;
  const storage = inConfig(config, 'storageInitializer');
  const explaining = inConfig(config, 'explainer');
  return {
    executor: {
      image: said('RELATED_IMAGE_EXECUTOR', 'EXECUTOR_CONTAINER_IMAGE_AND_VERSION') ?? executor.image,
      user: user('EXECUTOR_CONTAINER_USER'),
      serviceAccount: said('EXECUTOR_CONTAINER_SERVICE_ACCOUNT_NAME') ?? executor.serviceAccount,
      resources: {
        requests: {
          cpu: said('EXECUTOR_DEFAULT_CPU_REQUEST') ?? '500m',
          memory: said('EXECUTOR_DEFAULT_MEMORY_REQUEST') ?? '512Mi',
        },
        limits: {
          cpu: said('EXECUTOR_DEFAULT_CPU_LIMIT') ?? '500m',
          memory: said('EXECUTOR_DEFAULT_MEMORY_LIMIT') ?? '512Mi',
        },
      },
    },
    defaultUser: user('DEFAULT_USER_ID'),
    envSecretName: said('PREDICTIVE_UNIT_DEFAULT_ENV_SECRET_REF_NAME') ?? '',
    keda: said('KEDA_ENABLED') === 'true',
    nameAsPrefix: said('DEPLOYMENT_NAME_AS_PREFIX') === 'true',
    storageInitializer: {
      image: said('RELATED_IMAGE_STORAGE_INITIALIZER') ?? textIn(storage, 'image') ?? storageInitializer.image,
      resources: {
        requests: amounts(storage, 'cpuRequest', 'memoryRequest', storageInitializer.resources.requests),
        limits: amounts(storage, 'cpuLimit', 'memoryLimit', storageInitializer.resources.limits),
      },
    },
    explainer: {
      image: said('RELATED_IMAGE_EXPLAINER') ?? textIn(explaining, 'image') ?? explainer.image,
      imageV2: said('RELATED_IMAGE_EXPLAINER_V2') ?? textIn(explaining, 'image_v2') ?? explainer.imageV2,
    },
    servers: withRelated(serversIn(inConfig(config, 'predictor_servers')) ?? servers, said),
  };
}

function withRelated(
  servers: Readonly<Record<string, ServerImages>>,
  said: (name: string) => string | undefined,
): Record<string, ServerImages> {
  const all = { ...servers };
  for (const [server, protocol, variable] of RELATED_IMAGES) {
    const image = said(variable);
    if (image) setOwnValue(all, server, { ...ownValue(all, server), [protocol]: image });
  }
  return all;
}

/** What a key of seldon-config holds: JSON. */
function inConfig(config: Readonly<Record<string, string>> | undefined, key: string): Record<string, unknown> {
  try {
    const value = JSON.parse(ownValue(config, key) ?? '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** {"SKLEARN_SERVER": {"protocols": {"v2": {"image": …, "defaultImageVersion": …}}}} */
function serversIn(config: Record<string, unknown>): Record<string, ServerImages> | undefined {
  const found: Record<string, ServerImages> = {};
  for (const [server, value] of Object.entries(config)) {
    const protocols = isObject(value) && isObject(value.protocols) ? value.protocols : {};
    const imageFor = (protocol: string) => {
      const said = ownValue(protocols, protocol);
      const image = isObject(said) ? textIn(said, 'image') : undefined;
      const version = isObject(said) ? textIn(said, 'defaultImageVersion') : undefined;
      return image && (version ? `${image}:${version}` : image);
    };
    const images = {
      seldon: imageFor('seldon'),
      tensorflow: imageFor('tensorflow'),
      v2: imageFor('v2') ?? imageFor('kfserving'),
    };
    setOwnValue(found, server, Object.fromEntries(Object.entries(images).filter(([, image]) => image)));
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

function amounts(said: object, cpu: string, memory: string, otherwise: Record<string, string>): Record<string, string> {
  const amount = (name: string, resource: string) => textIn(said, name) ?? ownValue(otherwise, resource) ?? '0';
  return { cpu: amount(cpu, 'cpu'), memory: amount(memory, 'memory') };
}

function textIn(object: object, key: string): string | undefined {
  const value: unknown = ownValue(object as Record<string, unknown>, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
