import { BadInput } from '../failures.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';
import { CLASSES_ANNOTATION, classNames, hostAnnotations } from '../seldon/model-annotations.ts';
import { isHostName, isObjectName } from './valid-names.ts';

export interface ManifestFlags {
  name: string;
  /** Undefined: it is left out. */
  namespace: string | undefined;
  image: string | undefined;
  implementation: string | undefined;
  modelUri: string | undefined;
  replicas: number;
  /** KEY=VALUE */
  env: readonly string[];
  /** KEY=VALUE */
  labels: readonly string[];
  serviceAccountName: string | undefined;
  imagePullSecrets: readonly string[];
  /** Where it is to be reached from outside. */
  host: string | undefined;
  /** Of the Ingress that leads there; undefined: Seldon's Istio routing does. */
  ingressClass: string | undefined;
  /** With the certificate of the host. */
  ingressTlsSecret: string | undefined;
  /** What the model tells apart, also in base64. */
  classes: string | undefined;
}

/** What the model is called in its graph, and so its container. */
const MODEL = 'classifier';

/**
 * A SeldonDeployment with one predictor of one model, in an image of its own or in one of Seldon's servers. Throws
 * BadInput for what does not go together.
 */
export function manifestFromFlags(flags: ManifestFlags): KubernetesObject & { spec: object } {
  const { name, namespace, image, implementation, modelUri, replicas, serviceAccountName } = flags;
  if (!isObjectName(name)) throw new BadInput(`"${name}" is not a valid name: lower case letters, digits, - and .`);
  if ((image === undefined) === (implementation === undefined)) {
    throw new BadInput('exactly one of --image and --implementation is needed', {
      hint: 'For example: --image=registry/model:1.0, or --implementation=SKLEARN_SERVER --model-uri=gs://bucket/model',
    });
  }
  if (implementation !== undefined && modelUri === undefined) {
    throw new BadInput('--implementation needs --model-uri, the location of the trained model');
  }
  checkIngress(flags);
  const env = Object.entries(pairs('--env', flags.env)).map(([key, value]) => ({ name: key, value }));
  const labels = pairs('--label', flags.labels);
  const container = { name: MODEL, ...(image !== undefined && { image }), ...(env.length > 0 && { env }) };
  const pod = {
    ...(image !== undefined && serviceAccountName !== undefined && { serviceAccountName }),
    ...(flags.imagePullSecrets.length > 0 && {
      imagePullSecrets: flags.imagePullSecrets.map((secret) => ({ name: secret })),
    }),
    containers: [container],
  };
  const annotations = {
    ...(flags.host && hostAnnotations({ ...flags, host: flags.host, tlsSecret: flags.ingressTlsSecret })),
    ...(flags.classes && { [CLASSES_ANNOTATION]: classNames(flags.classes) }),
  };
  const isBare = Object.keys(pod).length === 1 && Object.keys(container).length === 1;
  const graph = {
    name: MODEL,
    ...(implementation === undefined ? { type: 'MODEL' } : { implementation }),
    ...(modelUri !== undefined && { modelUri }),
    // It is the loading of the model that needs the account, and Seldon takes it from here.
    ...(implementation !== undefined && serviceAccountName !== undefined && { serviceAccountName }),
  };
  return {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      predictors: [{ name: 'default', replicas, graph, ...(!isBare && { componentSpecs: [{ spec: pod }] }) }],
    },
  };
}

function checkIngress({ host, ingressClass, ingressTlsSecret }: ManifestFlags): void {
  if (ingressClass !== undefined && !host) {
    throw new BadInput('--ingress-class needs --host, the host name of the model');
  }
  if (ingressTlsSecret !== undefined && ingressClass === undefined) {
    throw new BadInput('--ingress-tls-secret needs --ingress-class', {
      hint: "Without a class, --host is for Seldon's Istio routing, whose certificates are in the Gateway",
    });
  }
  if (ingressClass === undefined) return;
  if (host && !isHostName(host))
    throw new BadInput(`--host "${host}" is not a valid host name, such as iris.example.com`);
  for (const [flag, name] of Object.entries({
    'ingress-class': ingressClass,
    'ingress-tls-secret': ingressTlsSecret,
  })) {
    if (name !== undefined && !isObjectName(name)) {
      throw new BadInput(`--${flag} "${name}" is not a valid name: lower case letters, digits, - and .`);
    }
  }
}

function pairs(flag: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (key === undefined || value === undefined) {
        throw new BadInput(`invalid argument "${text}" for "${flag}": expected KEY=VALUE`);
      }
      return [key, value];
    }),
  );
}

/**
 * What a deployment is called that nobody has named: as its model, which is the last part of its image or of where it is
 * stored. Undefined where nothing of that can be a name.
 */
export function nameOfModel({ image, modelUri }: { image: string | undefined; modelUri: string | undefined }) {
  // A tag or digest is not part of it, and a registry's port is no tag.
  const path = (image ?? modelUri ?? '').replace(/@.*$/, '').replace(/\/+$/, '');
  const last = path.split('/').at(-1) ?? '';
  const name = (image === undefined ? last : last.replace(/:.*$/, ''))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? undefined : name;
}
