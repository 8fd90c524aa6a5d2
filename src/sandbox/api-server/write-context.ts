import type { WritableFields } from './managed-fields/changed-fields.ts';
import type { Manager } from './managed-fields/managers.ts';
import type { TrackedWrite } from './managed-fields/track-update.ts';
import type { JsonObject } from './objects.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';

/** Who writes, through what, and how strictly. */
export type WriteContext = {
  /** The field manager's name in metadata.managedFields. */
  manager: string;
  subresource?: 'status' | 'scale' | 'finalize';
  /** The API version of the request; the stored one unless told. */
  version?: string;
  /** Whether the object comes from a patch: some refusals are worded differently then. */
  isPatch?: boolean;
  dryRun?: boolean;
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** Takes the texts for `Warning` headers. */
  warn?: (text: string) => void;
};

/** Which fields a write counts for: status belongs to the status subresource alone, and the other way round. */
export function writableFields(type: ResourceType, subresource: WriteContext['subresource']): WritableFields {
  if (!type.hasStatus) return () => true;
  if (subresource === 'status') return (field) => (type.schema ? field === 'status' : field !== 'spec');
  return (field) => field !== 'status';
}

export function trackedWrite(
  type: ResourceType,
  context: WriteContext,
  operation: Manager['operation'],
  now: Date,
): TrackedWrite {
  const apiVersion = groupVersion(type.group, context.version ?? type.version);
  const { manager, subresource } = context;
  return {
    schema: type.mergeSchema,
    writable: writableFields(type, subresource),
    manager: { manager, operation, apiVersion, ...(subresource ? { subresource } : {}) },
    now,
  };
}

/** The zero value of a type, that a new object is compared with. */
export function emptyObject(type: ResourceType): JsonObject {
  return { apiVersion: groupVersion(type.group, type.version), kind: type.kind, ...type.emptyObject };
}
