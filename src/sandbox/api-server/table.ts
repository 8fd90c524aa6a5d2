import { ownValue } from '../../own-values.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import { customResourceColumns } from './table-columns.ts';

const descriptions: Record<string, string> = {
  Name:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow ' +
    'a client to request the generation of an appropriate name automatically.',
};

export function columnDefinitions(type: ResourceType): JsonObject[] {
  return (type.columns ?? customResourceColumns).map((column) => ({
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description ?? ownValue(descriptions, column.name) ?? '',
    priority: column.priority ?? 0,
  }));
}

export function tableRow(
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
