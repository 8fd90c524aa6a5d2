import type { KubernetesObject } from './objects.ts';

/** The server's times are whole seconds, and so is its Date header. */
const RESOLUTION_MS = 1_000;

interface ManagedFieldsEntry {
  manager?: string;
  subresource?: string;
}

/**
 * Whether a write of ours without an answer has made this object: it was not there before `since` (milliseconds since 1970 by the
 * server's clock, when the write was first sent), and we are among those who have written it.
 */
export function isCreatedBy({ metadata }: KubernetesObject, fieldManager: string, since: number): boolean {
  const entries = (metadata.managedFields ?? []) as ManagedFieldsEntry[];
  const ours = entries.some(({ manager, subresource }) => manager === fieldManager && !subresource);
  return ours && Date.parse(metadata.creationTimestamp ?? '') > since - 2 * RESOLUTION_MS;
}
