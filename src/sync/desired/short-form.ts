import type { FieldPath } from '../../manifests/manifest.ts';
import { isObject, ownValue } from '../../own-values.ts';
import { CLASSES_ANNOTATION, classNames, hostAnnotations } from '../../seldon/model-annotations.ts';

/** The short form as an object of Kubernetes, and the fields of it that cannot be honoured. */
export interface Translated {
  object: Record<string, unknown>;
  unsupported: string[];
}

/** What the fields of the short form are; everything else in it is reported. */
const KNOWN: Readonly<Record<string, readonly string[] | true>> = {
  id: true,
  name: true,
  namespace: true,
  labels: true,
  imagePullSecrets: true,
  deployment: ['image', 'modelUri', 'implementation', 'replicas', 'ports'],
  metrics: ['classes'],
};

/** What the record of a short form says; an object that has a kind is none. Its name is its id where it has no other. */
export function fromShortForm(record: Record<string, unknown>): Translated {
  const part = (key: string): Record<string, unknown> => {
    const value = ownValue(record, key);
    return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)) : {};
  };
  const deployment = part('deployment');
  const { modelUri, implementation, replicas, ports } = deployment;
  const image = deployment.image || undefined;
  const { class: ingressClass, host, tlsSecret } = part('ingress');
  const { classes } = part('metrics');
  const container = {
    name: CONTAINER,
    ...(image !== undefined && { image }),
    ...(Array.isArray(ports) && ports.length > 0 && { ports: ports.map(containerPort) }),
  };
  const secrets = record.imagePullSecrets;
  const podSpec = {
    ...(image !== undefined && { containers: [container] }),
    ...(Array.isArray(secrets) && secrets.length > 0 && { imagePullSecrets: secrets.map(secretReference) }),
  };
  const annotations = {
    ...(!isNothing(host) &&
      hostAnnotations({
        host: String(host),
        ingressClass: textOrNothing(ingressClass),
        tlsSecret: textOrNothing(tlsSecret),
      })),
    ...(!isNothing(classes) && { [CLASSES_ANNOTATION]: classNames(classes) }),
  };
  const object = {
    apiVersion: 'machinelearning.seldon.io/v1',
    kind: 'SeldonDeployment',
    metadata: {
      name: record.name ?? record.id,
      ...(record.namespace !== undefined && record.namespace !== '' && { namespace: record.namespace }),
      ...(isObject(record.labels) && { labels: textValues(record.labels) }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      predictors: [
        {
          name: 'default',
          ...(replicas !== undefined && { replicas }),
          graph: {
            name: CONTAINER,
            type: 'MODEL',
            ...(implementation !== undefined && { implementation }),
            ...(modelUri !== undefined && { modelUri }),
          },
          ...(Object.keys(podSpec).length > 0 && {
            // A prepackaged server has no container of its own, but the list has to be there.
            componentSpecs: [{ spec: { containers: [{ name: CONTAINER }], ...podSpec } }],
          }),
        },
      ],
    },
  };
  return { object, unsupported: unsupportedIn(record) };
}

/** What is wrong with a field of a record. */
interface Problem {
  path: FieldPath;
  says: string;
}

/** What a record of the short form lacks, or has of the wrong kind; undefined: nothing. */
export function problemOfShortForm(record: Record<string, unknown>): Problem | undefined {
  const { deployment } = record;
  if (!isObject(deployment)) {
    return { path: ['deployment'], says: 'deployment: expected an object with image, or implementation and modelUri' };
  }
  const { image, implementation } = deployment;
  if (isNothing(image) && implementation === undefined) {
    return { path: ['deployment'], says: 'deployment: expected image, or implementation and modelUri' };
  }
  const wrong = fields.find(({ path, is }) => {
    const value = path.reduce<unknown>((holder, key) => (isObject(holder) ? ownValue(holder, key) : undefined), record);
    return value !== undefined && value !== null && !is(value);
  });
  return wrong && { path: wrong.path, says: `${wrong.path.join('.')}: expected ${wrong.expected}` };
}

const isText = (value: unknown) => typeof value === 'string';
const isWord = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
const isPort = (port: unknown) => Number.isInteger(port) && (port as number) > 0 && (port as number) < 65_536;
const listOf = (is: (item: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(is);

/** What the fields are that this program itself reads; of the object that comes of them the rest is checked. */
const fields: readonly { path: string[]; is(value: unknown): boolean; expected: string }[] = [
  { path: ['deployment', 'image'], is: isText, expected: 'text' },
  { path: ['deployment', 'ports'], is: listOf(isPort), expected: 'a list of port numbers' },
  { path: ['ingress'], is: isObject, expected: 'an object' },
  { path: ['ingress', 'host'], is: isWord, expected: 'text' },
  { path: ['ingress', 'class'], is: isWord, expected: 'text' },
  { path: ['ingress', 'tlsSecret'], is: isWord, expected: 'text' },
  { path: ['metrics'], is: isObject, expected: 'an object' },
  {
    path: ['metrics', 'classes'],
    is: (value) => isWord(value) || listOf(isWord)(value),
    expected: 'text, or a list of texts',
  },
  {
    path: ['labels'],
    is: (value) => isObject(value) && Object.values(value).every(isWord),
    expected: 'an object of texts',
  },
  {
    path: ['imagePullSecrets'],
    is: listOf((secret) => isText(isObject(secret) ? secret.name : secret)),
    expected: 'a list of names',
  },
];

const CONTAINER = 'model';

/** Seldon's orchestrator speaks to the port that is called http. */
function containerPort(port: unknown, index: number) {
  return { name: index === 0 ? 'http' : `port-${index + 1}`, containerPort: port, protocol: 'TCP' };
}

function secretReference(secret: unknown): unknown {
  return isObject(secret) ? secret : { name: secret };
}

function textValues(labels: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}

function textOrNothing(value: unknown): string | undefined {
  return isNothing(value) ? undefined : String(value);
}

function unsupportedIn(record: Record<string, unknown>): string[] {
  return Object.entries(record).flatMap(([key, value]) => {
    const known = key === 'ingress' ? knownOfIngress(value) : (ownValue(KNOWN, key) ?? []);
    if (known === true || isNothing(value)) return [];
    if (!isObject(value)) return [key];
    const inner = Object.entries(value).filter(([name, one]) => !known.includes(name) && !isNothing(one));
    return inner.map(([name]) => `${key}.${name}`);
  });
}

/** A class without a host leads nowhere, and only a class has a certificate: Istio has its own. */
function knownOfIngress(ingress: unknown): readonly string[] {
  if (!isObject(ingress) || isNothing(ingress.host)) return ['host'];
  return isNothing(ingress.class) ? ['host', 'class'] : ['host', 'class', 'tlsSecret'];
}

/** What says nothing need not be honoured: S4's messages carry every field, empty where it is not set. */
function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every(isNothing);
  return value === undefined || value === null || value === '' || value === false || value === 0;
}
