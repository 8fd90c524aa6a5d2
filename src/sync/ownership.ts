import { createHash } from 'node:crypto';
import path from 'node:path';
import type { KubernetesObject } from '../cluster/objects.ts';
import { BadInput } from '../failures.ts';

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

/**
 * An owner for who has given none: from where the source is, never from a token or a query, so that the same source is
 * the same owner after every start. Throws BadInput for standard input, which is nowhere.
 */
export function derivedOwner(sources: readonly string[]): string {
  if (sources.includes('-')) {
    throw new BadInput('standard input has no address to derive an owner from', {
      hint: 'Name the owner with --owner, for example --owner=team-vision',
    });
  }
  const addresses = sources.map((source) => {
    if (!isUrl(source)) return path.resolve(source);
    const { origin, pathname } = new URL(source);
    return origin + pathname;
  });
  const [first = ''] = addresses;
  const readable = (isUrl(first) ? new URL(first).hostname : path.basename(first))
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return [readable, sha256(addresses.sort().join('\n')).slice(0, 8)].filter(Boolean).join('-');
}

export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
