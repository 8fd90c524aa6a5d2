/** How an attempt ended: with an answer of the server, or without one. */
export type Outcome =
  | { status: number; retryAfterSeconds: number | undefined }
  | { /** Node's code for what went wrong, for example ECONNRESET. */ code: string };

/** As client-go. */
const LONGEST_TRY = 10;
const AFTER_RESET_MS = 1_000;
/** Milliseconds that a server may ask for with Retry-After: nobody waits an hour, or a year, for one that says so. */
export const LONGEST_ASKED_MS = 60_000;
/** Node's and undici's codes for a connection that was lost; UND_ERR_INFO is that of HTTP/2. */
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_INFO', 'ERR_HTTP2_STREAM_ERROR']);

/**
 * How many milliseconds (LONGEST_ASKED_MS at most) to wait before request number `attempt` (from 1), which ended so, is sent again; undefined: it is
 * not. What the server did not take up (429 with Retry-After) may always be; what only reads may be after a lost
 * connection too, and when the server says it is not well but will be.
 */
export function retryDelayMs(method: string, outcome: Outcome, attempt: number): number | undefined {
  if (attempt > LONGEST_TRY) return undefined;
  if ('code' in outcome) return method === 'GET' && RESET.has(outcome.code) ? AFTER_RESET_MS : undefined;
  const { status, retryAfterSeconds } = outcome;
  const willing = status === 429 || (method === 'GET' && status >= 500);
  if (!willing || retryAfterSeconds === undefined || retryAfterSeconds * 1_000 > LONGEST_ASKED_MS) return undefined;
  return retryAfterSeconds * 1_000;
}
