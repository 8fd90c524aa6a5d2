import type { Advice } from '../advice/advice.ts';
import { age } from '../text/age.ts';
import { innermostError, innermostMessage } from './innermost-error.ts';
import { LONGEST_ASKED_MS } from './retry.ts';

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

  /** `masked`: what of its words may be told. */
  constructor(status: number, text: string, retryAfter?: string, masked = (words: string) => words) {
    const answer = parseStatus(text, (words) => shortened(masked(words), MOST_WORDS));
    const asked = retryAfterSeconds(retryAfter);
    const words = answer?.message ?? `${status} ${masked(text.trim().slice(0, MOST_PAGE)).slice(0, 500)}`.trim();
    const isTooLong = asked !== undefined && asked * 1_000 > LONGEST_ASKED_MS;
    super(isTooLong ? `${words} (the server asks to wait ${age(asked * 1_000)} before another try)` : words);
    this.status = status;
    this.isStatus = answer !== undefined;
    this.reason = answer?.reason ?? '';
    this.kind = answer?.details?.kind;
    this.objectName = answer?.details?.name;
    this.causes = answer?.details?.causes ?? [];
    this.retryAfterSeconds = asked;
  }
}

/** Whether the server does not let it be read, or does not have it. */
export function isWithheld(error: unknown): error is ApiFailure {
  return error instanceof ApiFailure && (error.status === 403 || error.status === 404);
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
    super(innermostMessage(cause), { cause });
    this.server = server;
    this.code = codeOf(innermostError(cause));
  }
}

/** `code` of an Unreachable whose request the time of --total-timeout has ended. */
export const TOTAL_TIMEOUT = 'TOTAL_TIMEOUT';

/** Something answered, and it is no API server of Kubernetes: a proxy, a login page, another program. */
export class NotKubernetes extends Unreachable {
  /** `code` is NOT_JSON where it may be whole the next time. */
  constructor(server: string, found: string, code = 'NOT_KUBERNETES') {
    super(server, Object.assign(new Error(found), { code }));
    this.message = `the server at ${server} does not answer as a Kubernetes API server: ${found}`;
  }
}

/** A list holds more than anybody can look at, or a server never ends it. */
export class ListTooLarge extends Unreachable {
  /** `what`: 'pods in all namespaces'; `most`: bytes. */
  constructor(server: string, what: string, most: number) {
    super(server, Object.assign(new Error(`there are too many ${what}`), { code: 'LIST_TOO_LARGE' }));
    this.message = `there are too many ${what}: they take more than ${most / 1024 / 1024} MiB, the maximum for a list`;
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
function parseStatus(text: string, told: (words: string) => string): StatusAnswer | undefined {
  try {
    const answer = JSON.parse(text);
    if (answer?.kind !== 'Status') return undefined;
    const { message, reason, details } = answer;
    const causes: unknown[] = Array.isArray(details?.causes) ? details.causes : [];
    return {
      ...textsIn({ message, reason }, told),
      details: {
        ...textsIn({ kind: details?.kind, name: details?.name }, told),
        causes: causes
          .slice(0, MOST_CAUSES)
          .flatMap((cause) => (typeof cause === 'object' && cause !== null ? [textsIn(cause, told)] : [])),
      },
    };
  } catch {
    return undefined;
  }
}

function textsIn(holder: object, told: (words: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(holder).flatMap(([key, value]) => (typeof value === 'string' ? [[key, told(value)]] : [])),
  );
}

/** Letters of what a server says, for which nobody has read more; the API server's longest have some thousand. */
const MOST_WORDS = 65_536;
/** Of an answer that is no Status, in which a secret might begin. */
const MOST_PAGE = 8_192;
/** A wrong manifest has a few, and each is told on a line of its own. */
const MOST_CAUSES = 1_000;

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.name === 'TimeoutError' ? 'TimeoutError' : '';
}
