import type { HttpLibrary, RequestContext, ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { from } from '@kubernetes/client-node/dist/gen/rxjsStub.js';
import { type Clock, sleep, systemClock } from '../clock.ts';
import { retryAfterSeconds, Unreachable } from './api-failure.ts';
import type { Connection } from './connection.ts';
import { logRequest, type RequestLog } from './request-log.ts';
import { type Outcome, retryDelayMs } from './retry.ts';
import { sendRequest } from './send-request.ts';
import { ServerClock } from './server-clock.ts';
import type { ServerWarnings } from './server-warnings.ts';

/** A request is given up when the server has not answered after this long; a watch, when it has not begun to. */
const REQUEST_TIMEOUT_MS = 60_000;

export interface TransportOptions {
  /** Milliseconds for each request; 0: no limit; 60 s if not said. */
  requestTimeoutMs?: number | undefined;
  log?: RequestLog | undefined;
  /** For the time between two tries. */
  clock?: Clock;
}

/**
 * Between client-node and undici, with what both lack: a limit of time for each try, tries again where that is safe (retry.ts),
 * new credentials after a 401, errors that say which server did not answer and why, the server's warnings, and -v.
 */
export class Transport implements HttpLibrary {
  readonly #connection: Connection;
  readonly #warnings: ServerWarnings;
  readonly #timeoutMs: number;
  readonly #log: RequestLog | undefined;
  readonly #clock: Clock;
  readonly serverClock: ServerClock;

  constructor(connection: Connection, warnings: ServerWarnings, options: TransportOptions = {}) {
    this.#connection = connection;
    this.#warnings = warnings;
    this.#timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    this.#log = options.log;
    this.#clock = options.clock ?? systemClock;
    this.serverClock = new ServerClock(this.#clock);
  }

  /**
   * The time is for the whole answer, its body included: milliseconds, 0 for no limit. A signal that the request has
   * gives it up. Throws Unreachable.
   */
  send(request: RequestContext, timeoutMs = this.#timeoutMs) {
    return from(this.#withRetries(request, (giveUp) => this.#attempt(request, anyOf(giveUp, ...limit(timeoutMs)))));
  }

  /** As `send`, for an answer that goes on: the time is for its beginning. `once`: whoever asks tries again by itself. */
  async open(request: RequestContext, { once }: { once: boolean }): Promise<ResponseContext> {
    const open = async (giveUp: AbortSignal | undefined) => {
      const opening = new AbortController();
      const late = () => opening.abort(new DOMException('no answer', 'TimeoutError'));
      const timer = this.#timeoutMs > 0 ? setTimeout(late, this.#timeoutMs) : undefined;
      try {
        return await this.#attempt(request, anyOf(giveUp, opening.signal));
      } finally {
        clearTimeout(timer);
      }
    };
    return await this.#withRetries(request, open, { once });
  }

  async #withRetries(
    request: RequestContext,
    attempt: (giveUp: AbortSignal | undefined) => Promise<ResponseContext>,
    { once = false } = {},
  ): Promise<ResponseContext> {
    const giveUp = request.getSignal();
    let renewed = false;
    for (let tries = 1; ; tries += 1) {
      const ended = await attempt(giveUp).catch((cause) => {
        // Whoever gave the request up has said why; a time that is up is the server's fault.
        if (giveUp?.aborted && giveUp.reason?.name !== 'TimeoutError') throw giveUp.reason;
        return new Unreachable(this.#connection.server, cause);
      });
      if (!(ended instanceof Unreachable) && ended.httpStatusCode === 401 && !renewed) {
        renewed = await this.#connection.renew(request);
        if (renewed) {
          await this.#connection.applySecurityAuthentication(request);
          await drained(ended);
          continue;
        }
      }
      const delay = once ? undefined : retryDelayMs(String(request.getHttpMethod()), outcomeOf(ended), tries);
      if (delay === undefined) {
        if (ended instanceof Unreachable) throw ended;
        return ended;
      }
      if (!(ended instanceof Unreachable)) await drained(ended);
      await sleep(this.#clock, delay, giveUp);
      giveUp?.throwIfAborted();
    }
  }

  async #attempt(request: RequestContext, signal: AbortSignal | undefined): Promise<ResponseContext> {
    if (signal) request.setSignal(signal);
    const begin = performance.now();
    const log = (result: Parameters<typeof logRequest>[2]) => {
      if (!this.#log) return;
      const sent = { method: String(request.getHttpMethod()), url: request.getUrl(), headers: request.getHeaders() };
      logRequest(this.#log, sent, result, performance.now() - begin);
    };
    try {
      const response = await sendRequest(request);
      log({ status: response.httpStatusCode, headers: response.headers });
      this.#warnings.see(response.headers.warning);
      this.serverClock.see(response.headers.date);
      return response;
    } catch (cause) {
      log(new Unreachable(this.#connection.server, cause).message);
      throw cause;
    }
  }
}

function limit(timeoutMs: number): AbortSignal[] {
  return timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [];
}

function outcomeOf(ended: ResponseContext | Unreachable): Outcome {
  if (ended instanceof Unreachable) return { code: ended.code };
  return { status: ended.httpStatusCode, retryAfterSeconds: retryAfterSeconds(ended.headers['retry-after']) };
}

/** The connection is free for others once an answer has been read. */
async function drained(response: ResponseContext): Promise<void> {
  await response.body.text().catch(() => '');
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}
