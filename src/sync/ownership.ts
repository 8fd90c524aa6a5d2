import { BadInput, exitCodes, Failure } from '../failures.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';

/** How an object says whose it is. Only what bears the owner's label is ever changed or deleted by a sync. */
export const OWNER_LABEL = 'seldon-lifecycle.io/owner';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const MANAGED_BY = 'kubectl-seldon-lifecycle';
/** The source's own name for it. */
export const ID_ANNOTATION = 'seldon-lifecycle.io/id';
/** The revision of the source that it was last changed for. */
export const REVISION_ANNOTATION = 'seldon-lifecycle.io/revision';
/** A hash of what was applied, so that a later sync, of another process too, knows without a write whether anything differs. */
export const APPLIED_ANNOTATION = 'seldon-lifecycle.io/applied';

/**
 * In whose name a sync owns fields. Not that of apply and scale: an apply of a file by hand would silently take the
 * owner's label away, and is now told of a conflict instead.
 */
export const SYNC_FIELD_MANAGER = 'kubectl-seldon-lifecycle-sync';

export function ownerOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.labels?.[OWNER_LABEL];
}

export function idOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.annotations?.[ID_ANNOTATION];
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_VALUE = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** An owner that was given. Throws BadInput for what can be no label. */
export function givenOwner(text: string): string {
  if (!LABEL_VALUE.test(text)) {
    throw new BadInput(`invalid argument "${text}" for "--owner": expected at most 63 letters, digits, -, _ and .`);
  }
  return text;
}

/** A label selector that also asks for the owner. Throws BadInput. */
export function withOwner(selector: string | undefined, owner: string): string {
  return [...(selector ? [selector] : []), `${OWNER_LABEL}=${givenOwner(owner)}`].join(',');
}

/**
 * Which of what an owner has are meant, by their names, their uids or the source's ids. Throws Failure for one that is not the
 * owner's, before anything is done about the others.
 */
export function namedAmong<T extends KubernetesObject>(
  found: readonly T[],
  names: readonly string[],
  owner: string,
): T[] {
  const meant = names.map((name) =>
    found.filter((one) => [one.metadata.name, one.metadata.uid, idOf(one)].includes(name)),
  );
  const missing = names.find((_, index) => meant[index]?.length === 0);
  if (missing !== undefined) {
    throw new Failure(exitCodes.failed, `"${missing}" does not belong to the owner "${owner}", or does not exist`);
  }
  return [...new Set(meant.flat())];
}
