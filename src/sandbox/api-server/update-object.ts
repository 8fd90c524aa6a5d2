import { isDeepStrictEqual } from 'node:util';
import { copyOf } from '../../json-copy.ts';
import { ownValue, setOwnValue } from '../../own-values.ts';
import { askWebhook } from './admission-webhook.ts';
import { badRequest, conflict, type FieldProblem, invalid, modifiedMeanwhile } from './api-failure.ts';
import { checkFields, checkValues } from './check-object.ts';
import { checkTypeMeta, placeInNamespace } from './create-object.ts';
import { trackScale, trackUpdate } from './managed-fields/track-update.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, type ManagedFieldsEntry, valueAt } from './objects.ts';
import { apiVersionOf, groupVersion, type ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import { trackedWrite, type WriteContext } from './write-context.ts';

/**
 * Replaces an object by what `change` makes of a copy of it, and answers it as stored; nothing is written where
 * nothing changes. Throws 404, 409 or 422 as the API server does.
 */
export function updateObject(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  change: (copy: KubernetesObject) => JsonObject,
  context: WriteContext,
): KubernetesObject {
  const live = store.get(type, namespace, name);
  const copy = copyForChange(live);
  // Clients see the version they asked for, so a patch must not seem to change it.
  copy.apiVersion = groupVersion(type.group, context.version ?? type.version);
  const object = change(copy) as KubernetesObject;
  checkTypeMeta(type, object, context);
  if (!isJsonObject(object.metadata)) object.metadata = {} as KubernetesObject['metadata'];
  object.metadata.name ||= name;
  if (object.metadata.name !== name) {
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`);
  }
  placeInNamespace(type, object, namespace);
  checkFields(type, object, context);
  type.applyDefaults?.(object);
  return writeUpdate(store, type, live, object, managedFieldsAfter(store, type, live, object, context), context);
}

/** managedFields are large and hardly ever written by anybody but the server: the copy shares them. */
function copyForChange(live: KubernetesObject): KubernetesObject {
  const { managedFields, ...metadata } = live.metadata;
  const copy = copyOf({ ...live, metadata }) as KubernetesObject;
  if (managedFields) copy.metadata.managedFields = managedFields;
  return copy;
}

function managedFieldsAfter(
  store: Store,
  type: ResourceType,
  live: KubernetesObject,
  object: KubernetesObject,
  context: WriteContext,
): ManagedFieldsEntry[] | undefined {
  const tracked = trackedWrite(type, context, 'Update', store.now());
  if (context.subresource !== 'scale' || !type.scale) return trackUpdate(tracked, live, object);
  const { specReplicas } = type.scale;
  const isSame = valueAt(live, specReplicas) === valueAt(object, specReplicas);
  const { managedFields } = live.metadata;
  return isSame ? managedFields : trackScale(managedFields, specReplicas, tracked.manager);
}

/**
 * Replaces the status of an object of a built-in kind, as the cluster's own controllers do, whose word is taken for it: all
 * that is stored already is not looked at again. Answers the object as stored. Throws 404.
 */
export function updateStatus(
  store: Store,
  type: ResourceType,
  { metadata: { namespace, name } }: KubernetesObject,
  status: JsonObject,
  manager: string,
): KubernetesObject {
  const live = store.get(type, namespace, name);
  const object: KubernetesObject = { ...live, metadata: { ...live.metadata }, status };
  const context = { manager, subresource: 'status' } as const;
  const managedFields = trackUpdate(trackedWrite(type, context, 'Update', store.now()), live, object);
  keepOptional(object.metadata, 'managedFields', managedFields);
  return isDeepStrictEqual(withoutTimes(live), withoutTimes(object)) ? live : store.replace(type, object);
}

/** The part of an update that server-side apply shares: `object` is ours to change. */
export function writeUpdate(
  store: Store,
  type: ResourceType,
  live: KubernetesObject,
  object: KubernetesObject,
  managedFields: ManagedFieldsEntry[] | undefined,
  context: WriteContext,
): KubernetesObject {
  checkVersions(type, live, object, context.isPatch ?? false);
  keepServerFields(live, object);
  keepOtherSubresources(type, live, object, context);
  checkFinalizers(type, live, object);
  object.apiVersion = apiVersionOf(type);
  const isSpecChanged = !isDeepStrictEqual(specOf(type, live), specOf(type, object));
  if (isSpecChanged && live.metadata.generation !== undefined) {
    object.metadata.generation = live.metadata.generation + 1;
  }
  checkValues(type, object, live);
  askWebhook(store, type, object, context);
  if (managedFields) object.metadata.managedFields = managedFields;
  else delete object.metadata.managedFields;
  dropEmpty(object);
  if (isDeepStrictEqual(withoutTimes(live), withoutTimes(object))) return live;
  if (context.dryRun) return object;
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = object.metadata;
  if (deletionTimestamp && !deletionGracePeriodSeconds && finalizers.length === 0) {
    const isNamespaceAtWork = type.kind === 'Namespace' && ((object.spec as JsonObject).finalizers as [])?.length > 0;
    if (!isNamespaceAtWork) {
      // Watchers see the object as it was last stored, with its finalizer.
      store.remove(type, live);
      return object;
    }
  }
  return store.replace(type, object);
}

function checkVersions(type: ResourceType, live: KubernetesObject, object: KubernetesObject, isPatch: boolean): void {
  const { uid, resourceVersion } = object.metadata;
  const { name } = live.metadata;
  if (uid && uid !== live.metadata.uid) {
    if (isPatch) {
      const detail = `${JSON.stringify(uid)}: field is immutable`;
      throw invalid(type, name, [{ reason: 'FieldValueInvalid', field: 'metadata.uid', detail }]);
    }
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`;
    throw conflict(type, name, why);
  }
  if (resourceVersion === live.metadata.resourceVersion) return;
  if (resourceVersion) throw conflict(type, name, modifiedMeanwhile);
  if (type.allowsUnconditionalUpdate) return;
  const detail = '0: must be specified for an update';
  // The real server names the resource here where it names the kind elsewhere.
  const named = { group: type.group, kind: type.plural };
  throw invalid(named, name, [{ reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', detail }]);
}

function keepServerFields(live: KubernetesObject, object: KubernetesObject): void {
  const { uid, creationTimestamp, resourceVersion, generation, deletionTimestamp, deletionGracePeriodSeconds } =
    live.metadata;
  const { metadata } = object;
  metadata.uid = uid;
  metadata.creationTimestamp = creationTimestamp;
  metadata.resourceVersion = resourceVersion;
  keepOptional(metadata, 'generation', generation);
  keepOptional(metadata, 'deletionTimestamp', deletionTimestamp);
  keepOptional(metadata, 'deletionGracePeriodSeconds', deletionGracePeriodSeconds);
}

function keepOptional(target: object, field: string, value: unknown): void {
  if (value === undefined) delete (target as JsonObject)[field];
  else setOwnValue(target as JsonObject, field, value);
}

function keepOtherSubresources(
  type: ResourceType,
  live: KubernetesObject,
  object: KubernetesObject,
  context: WriteContext,
): void {
  if (!type.hasStatus) return;
  if (context.subresource !== 'status') {
    keepOptional(object, 'status', live.status);
    return;
  }
  if (!type.schema) {
    keepOptional(object, 'spec', live.spec);
    keepOptional(object.metadata, 'labels', live.metadata.labels);
    return;
  }
  // A custom resource's status request changes the status and nothing else.
  const { metadata } = live;
  for (const field of new Set([...Object.keys(live), ...Object.keys(object)])) {
    if (field !== 'status') keepOptional(object, field, ownValue(live, field));
  }
  object.metadata = { ...metadata };
}

function checkFinalizers(type: ResourceType, live: KubernetesObject, object: KubernetesObject): void {
  if (!live.metadata.deletionTimestamp) return;
  const before = live.metadata.finalizers ?? [];
  const added = (object.metadata.finalizers ?? []).filter((finalizer) => !before.includes(finalizer));
  if (added.length === 0) return;
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  const problem: FieldProblem = { reason: 'FieldValueForbidden', field: 'metadata.finalizers', detail };
  throw invalid(type, live.metadata.name, [problem]);
}

function specOf(type: ResourceType, object: KubernetesObject): unknown {
  if (type.generation !== 'all-but-metadata-and-status') return object.spec;
  const { metadata: _, apiVersion: __, status, ...rest } = object;
  return type.hasStatus ? rest : { ...rest, status };
}

/** Typed objects do not keep empty maps and lists in their metadata. */
function dropEmpty(object: KubernetesObject): void {
  const metadata = object.metadata as unknown as JsonObject;
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences', 'managedFields']) {
    const value = ownValue(metadata, field);
    if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) delete metadata[field];
  }
}

/** For telling whether anything changed: new times in managedFields alone are no change. */
function withoutTimes(object: KubernetesObject): KubernetesObject {
  const { managedFields, ...metadata } = object.metadata;
  const entries = managedFields?.map(({ time: _, ...entry }) => entry);
  return {
    ...object,
    metadata: { ...metadata, ...(entries ? { managedFields: entries } : {}) } as typeof object.metadata,
  };
}
