import { copyOf } from '../../json-copy.ts';
import { badRequest, conflict, invalid, notFound } from './api-failure.ts';
import { checkFields } from './check-object.ts';
import { checkTypeMeta, insertNew, placeInNamespace } from './create-object.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyObject } from './managed-fields/server-side-apply.ts';
import { applyMergePatch, applyStrategicMergePatch } from './merge-patch.ts';
import { isJsonObject, type JsonObject, type KubernetesObject } from './objects.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import { updateObject, writeUpdate } from './update-object.ts';
import { emptyObject, trackedWrite, type WriteContext } from './write-context.ts';

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export type Patched = { object: KubernetesObject; isNew: boolean };

/** The patch types a kind takes: custom resources know no strategic merge. */
export function acceptedPatchTypes(type: ResourceType): string[] {
  const { json, merge, strategic, apply } = patchTypes;
  return type.schema ? [json, merge, apply] : [json, merge, strategic, apply];
}

export function patchObject(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  mediaType: string,
  patch: unknown,
  context: WriteContext & { force?: boolean },
): Patched {
  if (mediaType === patchTypes.apply) return serverSideApply(store, type, namespace, name, patch, context);
  const change = (object: KubernetesObject) => applyPatch(type, mediaType, object, patch);
  return { object: updateObject(store, type, namespace, name, change, context), isNew: false };
}

/** What a (non-apply) patch makes of an object. */
export function applyPatch(type: ResourceType, mediaType: string, object: JsonObject, patch: unknown): JsonObject {
  if (mediaType === patchTypes.json) return applyJsonPatch(copyOf(object), patch);
  if (!isJsonObject(patch))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
  if (mediaType === patchTypes.merge) return applyMergePatch(object, patch) as JsonObject;
  return applyStrategicMergePatch(type.mergeSchema, object, patch) as JsonObject;
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
function serverSideApply(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  patch: unknown,
  context: WriteContext & { force?: boolean },
): Patched {
  if (!isJsonObject(patch)) throw badRequest('error decoding YAML: the patch must be an object');
  const config = copyOf(patch) as KubernetesObject;
  const metadata = isJsonObject(config.metadata) ? config.metadata : undefined;
  checkApplyTypeMeta(type, config, context);
  if (!metadata?.name) {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (type.namespaced && metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const now = store.now();
  const live = store.find(type, namespace, name);
  const tracked = trackedWrite(type, context, 'Apply', now);
  if (!live && context.subresource) throw notFound(type, name);
  if (!live && metadata.uid) {
    const why = `uid mismatch: the provided object specified uid ${metadata.uid}, and no existing object was found`;
    throw conflict(type, name, why);
  }
  const zeroValue = emptyObject(type);
  const { object: applied, managedFields } = applyObject(
    tracked,
    zeroValue,
    live ?? zeroValue,
    config,
    context.force ?? false,
  );
  const object = copyOf(applied) as KubernetesObject;
  checkTypeMeta(type, object, context);
  placeInNamespace(type, object, namespace);
  checkFields(type, object, context);
  type.applyDefaults?.(object);
  if (live) return { object: writeUpdate(store, type, live, object, managedFields, context), isNew: false };
  return { object: insertNew(store, type, object, managedFields, context), isNew: true };
}

function checkApplyTypeMeta(type: ResourceType, config: JsonObject, context: WriteContext): void {
  const { apiVersion, kind } = config;
  const expected = groupVersion(type.group, context.version ?? type.version);
  if (apiVersion === expected && kind === type.kind) return;
  const group = apiVersion ? (String(apiVersion).includes('/') ? apiVersion : `/${apiVersion}`) : '/';
  throw badRequest(`invalid object type: ${group}, Kind=${kind ?? ''}`);
}

export function requireFieldManager(manager: string | undefined): string {
  if (manager) return manager;
  throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
    { reason: 'FieldValueRequired', field: 'fieldManager', detail: 'is required for apply patch' },
  ]);
}
