import { ApiFailure, CredentialsMissing, Unreachable } from '../../cluster/api-failure.ts';
import { LONGEST_ASKED_MS } from '../../cluster/retry.ts';
import { webhookTrouble } from '../errors/webhook-trouble.ts';

/** Why a write failed, where another try may go better. */
export interface WriteTrouble {
  /** Whether the server may have carried it out all the same, so that only looking tells. */
  unsure: boolean;
  /** Milliseconds that the server asks to wait before another try. */
  askedMs: number;
}

/** Node's and undici's codes for a request that never left, or that nobody took. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The same for an answer that did not come, or not whole, or from a proxy that has lost its server. The first two are our own: see answer.ts. */
const ANSWER_LOST = new Set([
  'CUT_SHORT',
  'NOT_JSON',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'UND_ERR_SOCKET',
  'UND_ERR_INFO',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
]);
/** A 500 may be a fault of the server that time does not mend: then it is to be heard of soon. */
const MOST_INTERNAL_ERRORS = 5;

/**
 * What to make of the failure of try number `tries` (from 1); undefined: another one would fail in the same way.
 * A 500 is also how the API server tells of its database, which may have written by then; what a webhook did is told by
 * others (webhook-trouble.ts). 429 is said before anything is done.
 */
export function writeTrouble(error: unknown, tries: number): WriteTrouble | undefined {
  if (error instanceof CredentialsMissing) return undefined;
  if (error instanceof Unreachable) {
    if (NEVER_SENT.has(error.code)) return { unsure: false, askedMs: 0 };
    return ANSWER_LOST.has(error.code) ? { unsure: true, askedMs: 0 } : undefined;
  }
  if (!(error instanceof ApiFailure) || webhookTrouble(error)) return undefined;
  // The API server answers 500 to an object that does not fit its schema, too.
  if (error.message.startsWith('failed to create typed patch object')) return undefined;
  const { status, retryAfterSeconds = 0 } = error;
  const askedMs = retryAfterSeconds * 1_000;
  // Its message says so.
  if (askedMs > LONGEST_ASKED_MS) return undefined;
  if (status === 429) return { unsure: false, askedMs };
  if (status === 500) return tries < MOST_INTERNAL_ERRORS ? { unsure: true, askedMs } : undefined;
  return status === 502 || status === 503 || status === 504 ? { unsure: true, askedMs } : undefined;
}
