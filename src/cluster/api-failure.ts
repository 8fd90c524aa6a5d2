import type { Advice } from '../advice/advice.ts';

export interface Cause {
  /** CamelCase, for example FieldManagerConflict. */
  reason?: string;
  /** As the server writes paths: '.spec.predictors' in conflicts, 'spec.predictors' in refusals. */
  field?: string;
  message?: string;
}

/** What the API server answered instead of success, in its own words. */
export class ApiFailure extends Error {
  /** HTTP status code. */
  readonly status: number;
  /** Whether the answer was a Status object, as an API server writes it. */
  readonly isStatus: boolean;
  /** CamelCase reason of the Status object, for example NotFound, Conflict, Invalid; empty when the answer had none. */
  readonly reason: string;
  /** Of the object that it is about, where the server said so: Status.details. */
  readonly kind: string | undefined;
  readonly objectName: string | undefined;
  /** One entry for each thing wrong, as in Status.details.causes. */
  readonly causes: readonly Cause[];
  /** Seconds to wait before another try, where the server said so (Retry-After). */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, text: string, retryAfter?: string) {
    const answer = parseStatus(text);
    super(answer?.message ?? `${status} ${text.trim().slice(0, 500)}`.trim());
    this.status = status;
    this.isStatus = answer !== undefined;
    this.reason = answer?.reason ?? '';
    this.kind = answer?.details?.kind;
    this.objectName = answer?.details?.name;
    this.causes = answer?.details?.causes ?? [];
    this.retryAfterSeconds = retryAfterSeconds(retryAfter);
  }
}

/** Of a Retry-After header; undefined when it is none, or a date, which the API server never sends. */
export function retryAfterSeconds(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** No answer at all: name not found, refused, reset, TLS, timed out. The original error is the `cause`. */
export class Unreachable extends Error {
  readonly server: string;
  /** Node's code for what happened, for example ECONNREFUSED; TimeoutError when the time for a request was up; or ''. */
  readonly code: string;

  constructor(server: string, cause: unknown) {
    const deepest = deepestOf(cause);
    super(deepest instanceof Error ? deepest.message || deepest.name : String(deepest), { cause });
    this.server = server;
    this.code = codeOf(deepest);
  }
}

/** Something answered, and it is no API server of Kubernetes: a proxy, a login page, another program. */
export class NotKubernetes extends Unreachable {
  /** `code` is NOT_JSON where it may be whole the next time. */
  constructor(server: string, found: string, code = 'NOT_KUBERNETES') {
    super(server, Object.assign(new Error(found), { code }));
    this.message = `the server at ${server} does not answer as a Kubernetes API server: ${found}`;
  }
}

/** There is nothing to say who we are by: a credential plugin failed, a token file is not there. Nothing was sent. */
export class CredentialsMissing extends Unreachable {
  /** What to do about it, where somebody has said so. */
  readonly hint: Advice | undefined;

  constructor(server: string, cause: unknown, hint?: Advice) {
    super(server, cause);
    this.hint = hint;
  }
}

interface StatusAnswer {
  message?: string;
  reason?: string;
  details?: { kind?: string; name?: string; causes?: Cause[] };
}

/** Only what is of the kind that it should be: who answers in the place of a server may say anything. */
function parseStatus(text: string): StatusAnswer | undefined {
  try {
    const answer = JSON.parse(text);
    if (answer?.kind !== 'Status') return undefined;
    const { message, reason, details } = answer;
    const causes: unknown[] = Array.isArray(details?.causes) ? details.causes : [];
    return {
      ...textsIn({ message, reason }),
      details: {
        ...textsIn({ kind: details?.kind, name: details?.name }),
        causes: causes.flatMap((cause) => (typeof cause === 'object' && cause !== null ? [textsIn(cause)] : [])),
      },
    };
  } catch {
    return undefined;
  }
}

function textsIn(holder: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(holder).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** What happened stands in the innermost cause. */
function deepestOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof AggregateError && error.errors.length > 0) return deepestOf(error.errors[0]);
  return error.cause ? deepestOf(error.cause) : error;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name === 'TimeoutError' ? 'TimeoutError' : '';
}
