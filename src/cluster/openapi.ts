import { isObject, ownValue } from '../own-values.ts';
import type { Api } from './api.ts';
import { object } from './form.ts';
import type { DiscoveredKind } from './resource-kinds.ts';
import { groupOf } from './resource-kinds.ts';

/** A schema of OpenAPI v3, as far as it says what an object may hold. */
export interface OpenApiSchema {
  $ref?: string;
  allOf?: readonly OpenApiSchema[];
  type?: string;
  properties?: Readonly<Record<string, OpenApiSchema>>;
  additionalProperties?: OpenApiSchema | boolean;
  items?: OpenApiSchema;
  required?: readonly string[];
  default?: unknown;
  enum?: readonly unknown[];
  format?: string;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
}

/** The schema of a kind, and those that it refers to, by name. */
export interface KindSchema {
  root: OpenApiSchema;
  schemas: Readonly<Record<string, OpenApiSchema>>;
}

/** It is asked for only where something is wrong already, which has to be told soon. */
const TIMEOUT_MS = 5_000;

/**
 * What the server publishes of a kind (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3), a megabyte
 * or two for a SeldonDeployment; undefined where it publishes none. Throws ApiFailure, Unreachable.
 */
export async function kindSchema(
  api: Pick<Api, 'call'>,
  { apiVersion, kind }: Pick<DiscoveredKind, 'apiVersion' | 'kind'>,
): Promise<KindSchema | undefined> {
  const path = `/openapi/v3/${groupOf(apiVersion) ? 'apis' : 'api'}/${apiVersion}`;
  const form = object({ components: object({ schemas: object({}) }) });
  const { body } = await api.call<{ components?: { schemas?: KindSchema['schemas'] } }>(
    { method: 'GET', path, timeoutMs: TIMEOUT_MS },
    form,
  );
  const schemas = body.components?.schemas ?? {};
  const root = Object.values(schemas).find((schema) => isOfKind(schema, kind));
  return root && { root, schemas };
}

function isOfKind(schema: unknown, kind: string): boolean {
  const names = isObject(schema) ? ownValue(schema, 'x-kubernetes-group-version-kind') : undefined;
  return Array.isArray(names) && names.some((name) => isObject(name) && name.kind === kind);
}
