import { copyOf } from '../../json-copy.ts';
import { ownValue } from '../../own-values.ts';
import { internalError, invalid } from './api-failure.ts';
import { isJsonObject, type JsonObject, type KubernetesObject, setValueAt, valueAt } from './objects.ts';
import { applyPatch } from './patch-object.ts';
import type { ResourceType, ScalePaths } from './resource-type.ts';
import type { Store } from './store.ts';
import { updateObject } from './update-object.ts';
import type { WriteContext } from './write-context.ts';

/** The autoscaling/v1 Scale of an object; 500 for a custom resource without a replica count, as the real server. */
export function scaleOf(type: ResourceType, object: KubernetesObject): JsonObject {
  const paths = type.scale as ScalePaths;
  const replicas = valueAt(object, paths.specReplicas);
  if (replicas === undefined && type.schema) {
    throw internalError(`the spec replicas field ".${paths.specReplicas.join('.')}" does not exist`);
  }
  return scaleObject(type, object, Number(replicas ?? 0));
}

function scaleObject(type: ResourceType, object: KubernetesObject, replicas: number | undefined): JsonObject {
  const paths = type.scale as ScalePaths;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.labelSelector ? selectorText(valueAt(object, paths.labelSelector)) : undefined;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: {
      replicas: Number(valueAt(object, paths.statusReplicas) ?? 0),
      ...(selector ? { selector } : {}),
    },
  };
}

function selectorText(selector: unknown): string | undefined {
  if (typeof selector === 'string') return selector;
  const labels = isJsonObject(selector) && isJsonObject(selector.matchLabels) ? selector.matchLabels : {};
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${ownValue(labels, key)}`)
    .join(',');
}

/** Writes the replica count that a Scale, or a patch of one, asks for. */
export function updateScale(
  store: Store,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  change: { scale: JsonObject } | { patch: unknown; mediaType: string },
  context: WriteContext,
): JsonObject {
  const paths = type.scale as ScalePaths;
  const object = updateObject(
    store,
    type,
    namespace,
    name,
    (copy) => {
      // Patches work on what there is, also where there is no replica count yet.
      const current = scaleObject(type, copy, Number(valueAt(copy, paths.specReplicas) ?? 0));
      const wanted =
        'scale' in change ? change.scale : applyPatch(type, change.mediaType, copyOf(current), change.patch);
      const replicas = valueAt(wanted, ['spec', 'replicas']) ?? 0;
      if (typeof replicas !== 'number') throw unreadableScale(wanted);
      checkReplicas(type, name, replicas);
      setValueAt(copy, paths.specReplicas, replicas);
      const resourceVersion = valueAt(wanted, ['metadata', 'resourceVersion']);
      if (typeof resourceVersion === 'string') copy.metadata.resourceVersion = resourceVersion;
      return copy;
    },
    context,
  );
  return scaleOf(type, object);
}

function unreadableScale(scale: JsonObject): Error {
  const kind = typeof valueAt(scale, ['spec', 'replicas']);
  const why = `json: cannot unmarshal ${kind} into Go struct field ScaleSpec.spec.replicas of type int32`;
  const detail = `${JSON.stringify(JSON.stringify(scale))}: ${why}`;
  return invalid({ group: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', field: 'patch', detail }]);
}

function checkReplicas(type: ResourceType, name: string, replicas: number): void {
  if (replicas >= 0) return;
  const path = (type.scale as ScalePaths).specReplicas.join('.');
  const [field, rule] = type.schema
    ? [`.${path}`, 'should be a non-negative integer']
    : [path, 'must be greater than or equal to 0'];
  throw invalid(type.schema ? type : { group: 'autoscaling', kind: 'Scale' }, name, [
    { reason: 'FieldValueInvalid', field, detail: `${replicas}: ${rule}` },
  ]);
}
