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
    this.reason = answer?.reason ?? '';
    this.kind = answer?.details?.kind;
    this.objectName = answer?.details?.name;
    this.causes = answer?.details?.causes ?? [];
    const seconds = Number(retryAfter);
    this.retryAfterSeconds = Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  }
}

/** No answer at all: name not found, refused, reset, TLS, timed out. The original error is the `cause`. */
export class Unreachable extends Error {
  readonly server: string;

  constructor(server: string, cause: unknown) {
    super(deepestMessage(cause), { cause });
    this.server = server;
  }
}

interface StatusAnswer {
  message?: string;
  reason?: string;
  details?: { kind?: string; name?: string; causes?: Cause[] };
}

function parseStatus(text: string): StatusAnswer | undefined {
  try {
    const answer = JSON.parse(text);
    return answer?.kind === 'Status' ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** fetch says only "fetch failed"; what happened stands in the innermost cause. */
function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return deepestMessage(error.errors[0]);
  return error.cause ? deepestMessage(error.cause) : error.message || error.name;
}
