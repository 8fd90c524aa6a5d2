import type { ApiFailure } from '../../cluster/api-failure.ts';

/** A field that we want to set and somebody else owns. */
export interface FieldConflict {
  /** spec.predictors */
  field: string;
  manager: string;
}

/**
 * The fields that a server-side apply would have taken from others; none where it failed because of something else.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 */
export function fieldConflicts({ status, causes }: ApiFailure): FieldConflict[] {
  if (status !== 409) return [];
  return causes.flatMap(({ reason, field = '', message = '' }) => {
    // conflict with "name" using group/version at time
    const [, manager] = /^conflict with "((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
    return reason === 'FieldManagerConflict' && manager !== undefined
      ? [{ field: field.replace(/^\./, ''), manager }]
      : [];
  });
}

/** For people: spec.predictors is managed by "kubectl" */
export function conflictsInWords(conflicts: readonly FieldConflict[]): string {
  return conflicts.map(({ field, manager }) => `${field} is managed by "${manager}"`).join(', ');
}

export function waysOut([first]: readonly FieldConflict[]): string {
  const manager = first?.manager ?? '';
  const quoted = /^[\w.@:-]+$/.test(manager) ? manager : `"${manager}"`;
  return `Take over with --force-conflicts, leave it out of the file, or share it by applying as --field-manager=${quoted}`;
}
