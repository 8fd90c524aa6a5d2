import { ownValue } from '../../own-values.ts';
import type { JsonObject } from './objects.ts';
import type { ResourceType } from './resource-type.ts';

export type StatusCause = { reason?: string; message?: string; field?: string };

export type StatusDetails = {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
};

/** One problem with one field, as apimachinery's `field.Error`. */
export type FieldProblem = { reason: string; field: string; detail: string };

/**
 * A request that the API server answers with a Status object.
 * Wording: https://github.com/kubernetes/apimachinery/blob/master/pkg/api/errors/errors.go
 */
export class ApiFailure extends Error {
  override name = 'ApiFailure';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason ? { reason: this.reason } : {}),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

/** `deployments.apps`, or `pods` for the core group. */
export function qualifiedResource(type: Pick<ResourceType, 'group' | 'plural'>): string {
  return type.group ? `${type.plural}.${type.group}` : type.plural;
}

function detailsOf(type: ResourceType, name: string): StatusDetails {
  return { name, ...(type.group ? { group: type.group } : {}), kind: type.plural };
}

export function notFound(type: ResourceType, name: string): ApiFailure {
  return new ApiFailure(404, 'NotFound', `${qualifiedResource(type)} "${name}" not found`, detailsOf(type, name));
}

export function alreadyExists(type: ResourceType, name: string, isBeingDeleted: boolean): ApiFailure {
  const prefix = isBeingDeleted ? 'object is being deleted: ' : '';
  const message = `${prefix}${qualifiedResource(type)} "${name}" already exists`;
  return new ApiFailure(409, 'AlreadyExists', message, detailsOf(type, name));
}

export function conflict(type: ResourceType, name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(type)} "${name}": ${why}`;
  return new ApiFailure(409, 'Conflict', message, detailsOf(type, name));
}

export const modifiedMeanwhile =
  'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(type: ResourceType, name: string, why: string, causes?: StatusCause[]): ApiFailure {
  const message = `${qualifiedResource(type)} "${name}" is forbidden: ${why}`;
  return new ApiFailure(403, 'Forbidden', message, { ...detailsOf(type, name), ...(causes ? { causes } : {}) });
}

const problemPrefix: Record<string, string> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueTypeInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
};

/** `Required value: why`; the problem's detail may bring its own value, as in `Invalid value: -1: why`. */
function problemMessage({ reason, detail }: FieldProblem): string {
  const prefix = ownValue(problemPrefix, reason) ?? reason;
  return detail ? `${prefix}: ${detail}` : prefix;
}

export function invalid(kind: { group: string; kind: string }, name: string, problems: FieldProblem[]): ApiFailure {
  const texts = problems.map((problem) => `${problem.field}: ${problemMessage(problem)}`);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualifiedKind = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return new ApiFailure(422, 'Invalid', `${qualifiedKind} ${JSON.stringify(name)} is invalid: ${all}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes: problems.map((problem) => ({
      reason: problem.reason,
      message: problemMessage(problem),
      field: problem.field,
    })),
  });
}

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

export function internalError(message: string): ApiFailure {
  return new ApiFailure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export function methodNotAllowed(): ApiFailure {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiFailure(405, 'MethodNotAllowed', message, {});
}

export function unsupportedMediaType(accepted: readonly string[]): ApiFailure {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiFailure(415, 'UnsupportedMediaType', message);
}

export function notAcceptable(accepted: readonly string[]): ApiFailure {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return new ApiFailure(406, 'NotAcceptable', message);
}

/** A watch or a list that starts before what is still remembered. */
export function expired(requested: number | string, oldest: number): ApiFailure {
  return new ApiFailure(410, 'Expired', `too old resource version: ${requested} (${oldest})`);
}
