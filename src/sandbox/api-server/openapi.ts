import { setOwnValue } from '../../own-values.ts';
import { objectMetaFields } from './declared-fields.ts';
import type { JsonObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';

/**
 * OpenAPI v3, no more of it than kubectl needs: per group version, which kinds take the fieldValidation parameter,
 * and the schemas of custom resources (kubectl explain).
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition
 */
export function openApiDocument(store: Store, path: string): JsonObject | undefined {
  const documents = new Map<string, ResourceType[]>();
  for (const type of store.types) {
    for (const version of type.servedVersions) {
      const key = type.group ? `apis/${type.group}/${version}` : `api/${version}`;
      documents.set(key, [...(documents.get(key) ?? []), type]);
    }
  }
  if (path === '/openapi/v3' || path === '/openapi/v3/') {
    const paths = [...documents.keys()].map((key) => [key, { serverRelativeURL: `/openapi/v3/${key}?hash=sandbox` }]);
    return { paths: Object.fromEntries(paths) };
  }
  const key = path.slice('/openapi/v3/'.length);
  const types = documents.get(key);
  return types && groupVersionDocument(key, types);
}

function groupVersionDocument(key: string, types: ResourceType[]): JsonObject {
  const version = key.split('/').at(-1) as string;
  const paths: JsonObject = {};
  const schemas: JsonObject = {};
  for (const type of types) {
    const scope = type.namespaced ? '/namespaces/{namespace}' : '';
    const collection = `/${key}${scope}/${type.plural}`;
    setOwnValue(paths, collection, { post: operation(type, version, 'post') });
    setOwnValue(paths, `${collection}/{name}`, {
      put: operation(type, version, 'put'),
      patch: operation(type, version, 'patch'),
    });
    setOwnValue(schemas, schemaName(type, version), schemaOf(type, version));
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.36.3' }, paths, components: { schemas } };
}

function kindOf(type: ResourceType, version: string): JsonObject {
  return { group: type.group, version, kind: type.kind };
}

function operation(type: ResourceType, version: string, action: string): JsonObject {
  const query = (name: string) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } });
  return {
    operationId: `${action}${type.kind}`,
    parameters: [query('dryRun'), query('fieldManager'), query('fieldValidation'), query('force')],
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kindOf(type, version),
  };
}

function schemaName(type: ResourceType, version: string): string {
  const reversed = type.group.split('.').reverse().join('.');
  return [reversed || 'io.k8s.api.core', version, type.kind].filter(Boolean).join('.');
}

function schemaOf(type: ResourceType, version: string): JsonObject {
  const schema = type.schema
    ? { ...type.schema, properties: { ...type.schema.properties, metadata: objectMetaFields } }
    : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return { ...schema, 'x-kubernetes-group-version-kind': [kindOf(type, version)] };
}
