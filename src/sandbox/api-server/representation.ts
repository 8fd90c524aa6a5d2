import { ownValue } from '../../own-values.ts';
import { notAcceptable } from './api-failure.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';
import { customResourceColumns } from './table-columns.ts';

/** How a client wants objects: in full, as rows of a Table, or their metadata alone. */
export type Representation = {
  as: 'object' | 'Table' | 'PartialObjectMetadata';
  version: string;
  includeObject: 'None' | 'Metadata' | 'Object';
};

const acceptable = ['application/json', 'application/yaml'];

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources */
export function representationFor(accept: string | undefined, query: URLSearchParams): Representation {
  const includeObject = (query.get('includeObject') ?? 'Metadata') as Representation['includeObject'];
  const types = (accept ?? '*/*').split(',').map((text) => text.trim());
  for (const text of types) {
    const [mediaType, ...parameters] = text.split(';').map((part) => part.trim());
    if (!['application/json', 'application/*', '*/*'].includes(mediaType ?? '')) continue;
    const parameter = (name: string) => parameters.find((item) => item.startsWith(`${name}=`))?.slice(name.length + 1);
    const as = parameter('as')?.replace(/List$/, '');
    const version = parameter('v') ?? 'v1';
    if (as === undefined) return { as: 'object', version: 'v1', includeObject };
    const isKnown = (as === 'Table' || as === 'PartialObjectMetadata') && (version === 'v1' || version === 'v1beta1');
    if (isKnown) return { as, version, includeObject };
  }
  throw notAcceptable(acceptable);
}

const jsonOf = new WeakMap<KubernetesObject, string>();

/** An object's JSON in its stored version; each stored object is written out once, however many watch it. */
function storedJson(object: KubernetesObject): string {
  let json = jsonOf.get(object);
  if (json === undefined) {
    json = JSON.stringify(object);
    jsonOf.set(object, json);
  }
  return json;
}

function inVersion(type: ResourceType, version: string, object: KubernetesObject): KubernetesObject {
  return version === type.version ? object : { ...object, apiVersion: groupVersion(type.group, version) };
}

/** One object as JSON text. `isFirst` asks a Table for its column definitions, which a watch sends once. */
export function objectJson(
  type: ResourceType,
  version: string,
  object: KubernetesObject,
  { as, version: metaVersion, includeObject }: Representation,
  now: Date,
  isFirst = true,
): string {
  if (as === 'object') return storedJson(inVersion(type, version, object));
  if (as === 'PartialObjectMetadata') return JSON.stringify(metadataOnly(object, metaVersion));
  const { resourceVersion } = object.metadata;
  const rows = [tableRow(type, inVersion(type, version, object), includeObject, metaVersion, now)];
  return JSON.stringify(table(metaVersion, { resourceVersion }, isFirst ? columnDefinitions(type) : undefined, rows));
}

export function listJson(
  type: ResourceType,
  version: string,
  { items, metadata }: { items: KubernetesObject[]; metadata: JsonObject },
  { as, version: metaVersion, includeObject }: Representation,
  now: Date,
): string {
  if (as === 'Table') {
    const rows = items.map((item) => tableRow(type, inVersion(type, version, item), includeObject, metaVersion, now));
    return JSON.stringify(table(metaVersion, metadata, columnDefinitions(type), rows));
  }
  if (as === 'PartialObjectMetadata') {
    return JSON.stringify({
      kind: 'PartialObjectMetadataList',
      apiVersion: `meta.k8s.io/${metaVersion}`,
      metadata,
      items: items.map((item) => metadataOnly(item, metaVersion)),
    });
  }
  const head = { kind: type.listKind, apiVersion: groupVersion(type.group, version), metadata };
  // Typed lists do not repeat the kind in every item; lists of custom resources do.
  const itemJson = (item: KubernetesObject) =>
    type.schema ? storedJson(inVersion(type, version, item)) : JSON.stringify(withoutTypeMeta(item));
  const body = items.map(itemJson).join(',');
  return `${JSON.stringify(head).slice(0, -1)},"items":[${body}]}`;
}

function withoutTypeMeta({ apiVersion: _, kind: __, ...content }: KubernetesObject): JsonObject {
  return content;
}

export function metadataOnly({ metadata }: KubernetesObject, metaVersion: string): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata };
}

function table(version: string, metadata: JsonObject, columnDefinitions: unknown, rows: unknown[]): JsonObject {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: columnDefinitions ?? null,
    rows,
  };
}

const descriptions: Record<string, string> = {
  Name:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow ' +
    'a client to request the generation of an appropriate name automatically.',
};

function columnDefinitions(type: ResourceType): JsonObject[] {
  return (type.columns ?? customResourceColumns).map((column) => ({
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description ?? ownValue(descriptions, column.name) ?? '',
    priority: column.priority ?? 0,
  }));
}

function tableRow(
  type: ResourceType,
  object: KubernetesObject,
  includeObject: 'None' | 'Metadata' | 'Object',
  metaVersion: string,
  now: Date,
): JsonObject {
  const cells = (type.columns ?? customResourceColumns).map(({ cell }) => cell(object, now));
  if (includeObject === 'None') return { cells, object: null };
  if (includeObject === 'Object') return { cells, object };
  const metadata = object.metadata;
  return { cells, object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata } };
}
