import { randomBytes, randomUUID } from 'node:crypto';
import { copyOf } from '../../json-copy.ts';
import { askWebhook } from './admission-webhook.ts';
import { ApiFailure, badRequest, forbidden, invalid, notFound } from './api-failure.ts';
import { checkFields, checkValues } from './check-object.ts';
import { applyLimitRanges } from './limit-ranges.ts';
import { trackUpdate } from './managed-fields/track-update.ts';
import { checkObjectQuota } from './object-quota.ts';
import { isJsonObject, type JsonObject, type KubernetesObject } from './objects.ts';
import { checkPodSecurity } from './pod-security.ts';
import { apiVersionOf, groupVersion, type ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import { timestamp } from './timestamps.ts';
import { emptyObject, trackedWrite, type WriteContext } from './write-context.ts';

/**
 * Stores a new object and answers it as stored. Throws 400, 403, 404, 409 or 422 as the API server does.
 * `sent` is not changed.
 */
export function createObject(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  sent: JsonObject,
  context: WriteContext,
): KubernetesObject {
  const object = copyOf(sent) as KubernetesObject;
  checkTypeMeta(type, object, context);
  if (!isJsonObject(object.metadata)) object.metadata = {} as KubernetesObject['metadata'];
  if (object.metadata.resourceVersion) {
    throw new ApiFailure(500, '', 'resourceVersion should not be set on objects to be created');
  }
  checkFields(type, object, context);
  placeInNamespace(type, object, namespace);
  type.applyDefaults?.(object);
  const managedFields = trackUpdate(trackedWrite(type, context, 'Update', store.now()), emptyObject(type), object);
  return insertNew(store, type, object, managedFields, context);
}

/** The part of a creation that server-side apply shares: `object` is ours to change. */
export function insertNew(
  store: Store,
  type: ResourceType,
  object: KubernetesObject,
  managedFields: KubernetesObject['metadata']['managedFields'],
  context: WriteContext,
): KubernetesObject {
  const { metadata } = object;
  checkNamespace(store, type, metadata.namespace, metadata.name);
  if (!metadata.name && metadata.generateName) metadata.name = metadata.generateName + randomSuffix();
  type.applyDefaults?.(object);
  if (type.hasStatus && type.schema) delete object.status;
  const {
    resourceVersion: _,
    selfLink: __,
    ...kept
  } = metadata as KubernetesObject['metadata'] & { selfLink?: string };
  object.metadata = {
    ...kept,
    uid: randomUUID(),
    creationTimestamp: timestamp(store.now()),
    resourceVersion: '',
  };
  delete object.metadata.deletionTimestamp;
  delete object.metadata.deletionGracePeriodSeconds;
  if (type.generation !== 'none') object.metadata.generation = 1;
  else delete object.metadata.generation;
  if (managedFields?.length) object.metadata.managedFields = managedFields;
  else delete object.metadata.managedFields;
  if (type.emptyObject.status !== undefined) object.status = copyOf(type.emptyObject.status);
  type.prepareForCreate?.(object);
  if (type.kind === 'Pod' && !type.schema) applyLimitRanges(store, type, object);
  checkValues(type, object);
  askWebhook(store, type, object, context);
  if (!type.schema) checkPodSecurity(store, type, object, context);
  checkObjectQuota(store, type, object);
  object.apiVersion = apiVersionOf(type);
  if (context.dryRun) {
    const existing = store.find(type, object.metadata.namespace, object.metadata.name);
    if (existing) return store.insert(type, object);
    const { resourceVersion: ___, ...unsaved } = object.metadata;
    return { ...object, metadata: unsaved as KubernetesObject['metadata'] };
  }
  return store.insert(type, object);
}

/** The alphabet of generated names has no vowels, so that no words come about. */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function randomSuffix(length = 5): string {
  return [...randomBytes(length)].map((byte) => suffixAlphabet[byte % suffixAlphabet.length]).join('');
}

export function checkTypeMeta(type: ResourceType, object: JsonObject, context: WriteContext): void {
  const expected = groupVersion(type.group, context.version ?? type.version);
  // Typed decoders know what to expect where nothing is said; custom resources have to say it.
  for (const [field, name] of [
    ['kind', 'Kind'],
    ['apiVersion', 'apiVersion'],
  ] as const) {
    if (object[field] || !type.schema) continue;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): Object '${name}' is missing in '${JSON.stringify(object)}'`,
    );
  }
  object.apiVersion ||= expected;
  object.kind ||= type.kind;
  if (object.apiVersion === expected && object.kind === type.kind) return;
  if (!type.schema) {
    const [, version] = /^(?:[^/]*\/)?(.*)$/.exec(String(object.apiVersion)) ?? [];
    throw badRequest(
      `${object.kind} in version "${version}" cannot be handled as a ${type.kind}: ` +
        `no kind "${object.kind}" is registered for version "${object.apiVersion}" in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  if (object.apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  const name = String((object as KubernetesObject).metadata?.name ?? '');
  const detail = `${JSON.stringify(object.kind)}: must be ${type.kind}`;
  throw invalid({ group: type.group, kind: String(object.kind) }, name, [
    { reason: 'FieldValueInvalid', field: 'kind', detail },
  ]);
}

export function placeInNamespace(type: ResourceType, object: KubernetesObject, namespace: string | undefined): void {
  if (!type.namespaced) {
    delete object.metadata.namespace;
    return;
  }
  object.metadata.namespace ||= namespace as string;
  if (namespace !== undefined && object.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

function checkNamespace(store: Store, type: ResourceType, namespace: string | undefined, name: string): void {
  if (!type.namespaced || namespace === undefined) return;
  const namespaces = store.typeOf('', 'namespaces') as ResourceType;
  const found = store.find(namespaces, undefined, namespace);
  if (!found) throw notFound(namespaces, namespace);
  if (!found.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(type, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ]);
}
