import type { ApiFailure, Cause } from '../../cluster/api-failure.ts';
import { fieldWriter } from '../../kubernetes/field-managers.ts';

/** A field that we want to set and somebody else owns. */
export interface FieldConflict {
  /** spec.predictors */
  field: string;
  manager: string;
  /** How it came by the field. */
  operation: 'Apply' | 'Update';
  subresource: string | undefined;
  /** As the server says it. */
  cause: Cause;
}

/**
 * The fields that a server-side apply would have taken from others; none where it failed because of something else.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
 */
export function fieldConflicts({ status, causes }: ApiFailure): FieldConflict[] {
  if (status !== 409) return [];
  return causes.flatMap((cause) => {
    const { reason, field = '', message = '' } = cause;
    // conflict with "name" with subresource "scale" using group/version at time; of an apply without its version.
    // https://github.com/kubernetes/apimachinery/blob/master/pkg/util/managedfields/internal/conflict.go
    const [, manager, subresource, using] =
      /^conflict with "((?:[^"\\]|\\.)*)"(?: with subresource "((?:[^"\\]|\\.)*)")?( using )?/.exec(message) ?? [];
    if (reason !== 'FieldManagerConflict' || manager === undefined) return [];
    const operation = using === undefined ? ('Apply' as const) : ('Update' as const);
    return [{ field: field.replace(/^\./, ''), manager, operation, subresource, cause }];
  });
}

/** For people: spec.predictors is managed by Argo CD (field manager "argocd-controller") */
export function conflictsInWords(conflicts: readonly FieldConflict[]): string {
  return conflicts.map((one) => `${one.field} is managed by ${ownerInWords(one)}`).join(', ');
}

function ownerInWords(conflict: FieldConflict): string {
  const writer = fieldWriter(conflict);
  return writer ? `${writer.name} (field manager "${conflict.manager}")` : `"${conflict.manager}"`;
}

/** What can be done about them, each way once. */
export function waysOut(conflicts: readonly FieldConflict[]): string {
  const ways = [...new Set(conflicts.map((one) => wayBackTo(one) ?? wayOver(conflicts)))];
  return ways.map((way, index) => (index === 0 ? way : `${way.slice(0, 1).toLowerCase()}${way.slice(1)}`)).join('; ');
}

/** Of a field that a tool would write back. */
function wayBackTo(conflict: FieldConflict): string | undefined {
  const writer = fieldWriter(conflict);
  if (!writer?.back) return undefined;
  const change = writer.where ? `Change it ${writer.where}` : 'Leave it out of the file';
  return `${change}: --force-conflicts takes it over only until ${writer.back}`;
}

/** Of fields that stay taken. */
function wayOver(conflicts: readonly FieldConflict[]): string {
  const others = conflicts.filter((one) => !wayBackTo(one));
  const managers = new Set(others.map(({ manager }) => manager));
  const [{ manager = '', operation }] = [others[0] ?? { operation: 'Update' }];
  const ways = ['take it over with --force-conflicts', "give it the cluster's value in the file"];
  // The API server takes no SeldonDeployment without them.
  if (others.every(({ field }) => field !== 'spec.predictors')) ways.push('leave it out of the file');
  // An apply in the name of an Update is another manager, and in the same conflict.
  if (managers.size === 1 && operation === 'Apply') ways.push(`apply as --field-manager=${quoted(manager)}`);
  const last = ways.pop();
  const text = `${ways.join(', ')}, or ${last}`;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function quoted(manager: string): string {
  return /^[\w.@:-]+$/.test(manager) ? manager : `"${manager}"`;
}
