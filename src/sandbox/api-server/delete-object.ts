import { copyOf } from '../../json-copy.ts';
import { conflict, invalid } from './api-failure.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';
import type { Store } from './store.ts';
import { timestamp } from './timestamps.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/ */
export type DeleteOptions = {
  propagationPolicy?: string;
  orphanDependents?: boolean;
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
};

export type Deletion = { object: KubernetesObject; isGone: boolean };

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

/**
 * Deletes an object, or marks it as being deleted where finalizers or a grace period hold it.
 * https://github.com/kubernetes/apiserver/blob/master/pkg/registry/generic/registry/store.go (Store.Delete)
 */
export function deleteObject(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions,
): Deletion {
  const live = store.get(type, namespace, name);
  checkPreconditions(type, live, options);
  checkPolicy(options);
  const object = copyOf(live);
  const now = store.now();
  const grace = beginGracefulDeletion(type, object, options, now);
  if (grace === 'pending') return { object: live, isGone: false };

  setPropagationFinalizers(object, options);
  const isHeld = (object.metadata.finalizers ?? []).length > 0;
  if (type.kind === 'Namespace') return deleteNamespace(store, type, live, object, now, options);
  if (grace === 'none' && isHeld) markAsDeleting(object, now);
  if (isHeld || (grace === 'begun' && object.metadata.deletionGracePeriodSeconds)) {
    if (options.dryRun) return { object, isGone: false };
    const isUnchanged = JSON.stringify(object) === JSON.stringify(live);
    return { object: isUnchanged ? live : store.replace(type, object), isGone: false };
  }
  if (options.dryRun) return { object, isGone: true };
  // Gracefully deleted objects are seen with a grace period of 0 for an instant.
  const last = grace === 'begun' ? store.replace(type, object) : live;
  return { object: store.remove(type, last), isGone: true };
}

function checkPreconditions(type: ResourceType, live: KubernetesObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name } = live.metadata;
  // The real server names the kind here where it names the resource elsewhere.
  const named = { ...type, plural: type.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const why =
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). ` +
      'The object might have been deleted and then recreated';
    throw conflict(named, name, why);
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion ` +
      `in record (${resourceVersion}). The object might have been modified`;
    throw conflict(named, name, why);
  }
}

function checkPolicy({ propagationPolicy, orphanDependents }: DeleteOptions): void {
  if (propagationPolicy === undefined) return;
  const problem = (reason: string, detail: string) => ({ reason, field: 'propagationPolicy', detail });
  const options = { group: 'meta.k8s.io', kind: 'DeleteOptions' };
  if (orphanDependents !== undefined) {
    const detail = `${JSON.stringify(propagationPolicy)}: orphanDependents and deletionPropagation cannot be both set`;
    throw invalid(options, '', [problem('FieldValueInvalid', detail)]);
  }
  if (['Foreground', 'Background', 'Orphan'].includes(propagationPolicy)) return;
  const detail = `${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`;
  throw invalid(options, '', [problem('FieldValueNotSupported', detail)]);
}

/** Sets deletionTimestamp and grace period on kinds that end gracefully; a second deletion may only shorten it. */
function beginGracefulDeletion(
  type: ResourceType,
  object: KubernetesObject,
  options: DeleteOptions,
  now: Date,
): 'none' | 'begun' | 'pending' {
  if (!type.gracePeriodSeconds) return 'none';
  const { metadata } = object;
  const asked = options.gracePeriodSeconds === undefined ? undefined : Math.max(options.gracePeriodSeconds, 0);
  if (metadata.deletionTimestamp) {
    const current = metadata.deletionGracePeriodSeconds ?? 0;
    if (current === 0) return 'none';
    if (asked === undefined || asked >= current) return 'pending';
    const moved = Date.parse(metadata.deletionTimestamp) - (current - asked) * 1000;
    metadata.deletionTimestamp = timestamp(new Date(Math.max(moved, now.getTime())));
    metadata.deletionGracePeriodSeconds = asked > 0 && moved < now.getTime() ? 1 : asked;
    return 'begun';
  }
  const natural = type.gracePeriodSeconds(object);
  const seconds = natural === 0 ? 0 : (asked ?? natural);
  metadata.deletionTimestamp = timestamp(new Date(now.getTime() + seconds * 1000));
  metadata.deletionGracePeriodSeconds = seconds;
  if (metadata.generation !== undefined) metadata.generation += 1;
  return 'begun';
}

function setPropagationFinalizers({ metadata }: KubernetesObject, options: DeleteOptions): void {
  const before = metadata.finalizers ?? [];
  const others = before.filter((finalizer) => finalizer !== foregroundFinalizer && finalizer !== orphanFinalizer);
  const { propagationPolicy: policy, orphanDependents } = options;
  const isOrphan = orphanDependents ?? (policy ? policy === 'Orphan' : before.includes(orphanFinalizer));
  const isForeground =
    orphanDependents === undefined && (policy ? policy === 'Foreground' : before.includes(foregroundFinalizer));
  const finalizers = [
    ...others,
    ...(isOrphan ? [orphanFinalizer] : []),
    ...(isForeground ? [foregroundFinalizer] : []),
  ];
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
}

function markAsDeleting({ metadata }: KubernetesObject, now: Date): void {
  if (!metadata.deletionTimestamp && metadata.generation !== undefined) metadata.generation += 1;
  metadata.deletionTimestamp ??= timestamp(now);
  metadata.deletionGracePeriodSeconds = 0;
}

/** A namespace is first emptied: it stays until spec.finalizers is empty (see the finalize subresource). */
function deleteNamespace(
  store: Store,
  type: ResourceType,
  live: KubernetesObject,
  object: KubernetesObject,
  now: Date,
  options: DeleteOptions,
): Deletion {
  const spec = object.spec as { finalizers?: string[] };
  if ((spec.finalizers ?? []).length === 0 && (object.metadata.finalizers ?? []).length === 0) {
    return { object: options.dryRun ? live : store.remove(type, live), isGone: true };
  }
  object.metadata.deletionTimestamp ??= timestamp(now);
  object.status = { ...(object.status as JsonObject), phase: 'Terminating' };
  if (options.dryRun || live.metadata.deletionTimestamp) return { object: live, isGone: false };
  return { object: store.replace(type, object), isGone: false };
}
