import type { MergeSchema } from './managed-fields/merge-schema.ts';
import type { JsonObject, KubernetesObject } from './objects.ts';
import type { StructuralSchema } from './structural-schema.ts';

/** Where the scale subresource finds its numbers, as paths without the leading dot. */
export type ScalePaths = { specReplicas: string[]; statusReplicas: string[]; labelSelector?: string[] };

/** A validating webhook for the creation and the update of one kind, in this process. */
export interface AdmissionWebhook {
  /** As in its configuration: `v1.vseldondeployment.kb.io`. */
  name: string;
  group: string;
  plural: string;
  /** Labels, of the object's namespace or of the object, with one of which nobody is asked. */
  passesBy: readonly string[];
  /** The message and the details of the Status that it refuses an object with; undefined where it lets it pass. */
  refusalOf(object: KubernetesObject): { message: string; details: JsonObject } | undefined;
}

/** A column of a Table answer, and what is in its cells. */
export type TableColumn = {
  name: string;
  type: 'string' | 'integer' | 'date';
  format?: string;
  description?: string;
  /** 0 is always shown, 1 only with `-o wide`. */
  priority?: number;
  cell(object: KubernetesObject, now: Date): string | number;
};

/** One kind of object: its names, and what is particular about writing it. */
export type ResourceType = {
  group: string;
  /** The version objects are stored in. */
  version: string;
  servedVersions: string[];
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  verbs: string[];
  hasStatus: boolean;
  scale?: ScalePaths;
  /** Set for custom resources only: they are pruned, defaulted and validated by it. */
  schema?: StructuralSchema;
  /** Of built-in kinds: what is not in it is unknown. */
  fields?: StructuralSchema;
  mergeSchema: MergeSchema;
  /** What a typed client's zero value of the kind holds; fields in it are never "added" to managedFields. */
  emptyObject: JsonObject;
  /** Fills in what the API server fills in. Called on creation and on updates, never with a stored object. */
  applyDefaults?: (object: KubernetesObject) => void;
  /** Called once, before an object is stored for the first time. */
  prepareForCreate?: (object: KubernetesObject) => void;
  /** The fields whose change raises metadata.generation. */
  generation: 'spec' | 'all-but-metadata-and-status' | 'none';
  /** Whether an update without a resourceVersion is taken as it is. */
  allowsUnconditionalUpdate: boolean;
  /** Seconds between a deletion and the end of the object, where somebody else (a kubelet) ends it. */
  gracePeriodSeconds?: (object: KubernetesObject) => number;
  /** Whether an immediate deletion answers with the object in place of a Status. */
  returnsDeletedObject: boolean;
  columns?: TableColumn[];
  webhook?: AdmissionWebhook;
};

export const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** `apps/v1`, or `v1` for the core group. */
export function groupVersion(group: string, version: string): string {
  return group ? `${group}/${version}` : version;
}

export function apiVersionOf(type: ResourceType): string {
  return groupVersion(type.group, type.version);
}
