import { type RequestContext, ResponseContext } from '@kubernetes/client-node/dist/gen/http/http.js';
import { type Clock, sleep, systemClock } from '../clock.ts';
import { duration } from '../text/age.ts';
import { retryAfterSeconds, TOTAL_TIMEOUT, Unreachable } from './api-failure.ts';
import type { Connection } from './connection.ts';
import { logRequest, type MaskingLog, type RequestLog, withLoggedBody } from './request-log.ts';
import { type Outcome, retryDelayMs } from './retry.ts';
import { sendRequest } from './send-request.ts';
import { ServerClock } from './server-clock.ts';
import type { ServerWarnings } from './server-warnings.ts';

/** A request is given up when the server has not answered after this long; a watch, when it has not begun to. */
const REQUEST_TIMEOUT_MS = 60_000;

const LATE_MS = 5_000;
/** A wait for the server that is longer is told. */
const UNTOLD_MS = 2_000;

export interface TransportOptions {
  /** Milliseconds for each request; 0 means no limit; 60 s by default. */
  requestTimeoutMs?: number | undefined;
  /**
   * When all of the command is to have ended, in milliseconds since 1970: requests under way are given up then, but for those that
   * are to clean up or to tell what was wrong, which begin later and have LATE_MS.
   */
  deadline?: number | undefined;
  log?: RequestLog | undefined;
  /** Told why a wait is so long that somebody would wonder. */
  notice?: ((text: string) => void) | undefined;
  /** For the time between two tries. */
  clock?: Clock;
}

/**
 * Between client-node and undici, with what both lack: a limit of time for each try, tries again where that is safe (retry.ts),
 * new credentials after a 401, errors that say which server did not answer and why, the server's warnings, and -v.
 */
export class Transport {
  readonly #connection: Connection;
  readonly #warnings: ServerWarnings;
  readonly #timeoutMs: number;
  readonly #deadline: number | undefined;
  /** Aborts at the deadline. */
  readonly #total: AbortSignal | undefined;
  readonly #notice: TransportOptions['notice'];
  readonly #log: MaskingLog | undefined;
  readonly #clock: Clock;
  readonly serverClock: ServerClock;

  constructor(connection: Connection, warnings: ServerWarnings, options: TransportOptions = {}) {
    this.#connection = connection;
    this.#warnings = warnings;
    this.#timeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    const { log } = options;
    const masked = (text: string, url: string) => connection.secrets.masked(text, url);
    this.#log = log && { level: log.level, write: (text) => log.write(text), masked };
    this.#clock = options.clock ?? systemClock;
    this.#notice = options.notice;
    this.#deadline = options.deadline;
    this.#total = this.#deadline === undefined ? undefined : abortedIn(this.#deadline - this.#clock.now());
    this.serverClock = new ServerClock(this.#clock);
  }

  /**
   * The time is for the whole answer, its body included: milliseconds, 0 for no limit. A signal that the request has
   * gives it up. Throws Unreachable.
   */
  async send(request: RequestContext, timeoutMs = this.#timeoutMs): Promise<ResponseContext> {
    return await this.#withRetries(request, (giveUp) => {
      const [limitMs, total] = this.#isLate() ? [atMost(timeoutMs, LATE_MS), undefined] : [timeoutMs, this.#total];
      return this.#attempt(request, anyOf(giveUp, total, ...limit(limitMs)));
    });
  }

  /** As `send`, for an answer that goes on: the time is for its beginning. `once`: whoever asks tries again by itself. */
  async open(request: RequestContext, { once }: { once: boolean }): Promise<ResponseContext> {
    const open = async (giveUp: AbortSignal | undefined) => {
      const opening = new AbortController();
      const late = () => opening.abort(new DOMException('no answer', 'TimeoutError'));
      const timer = this.#timeoutMs > 0 ? setTimeout(late, this.#timeoutMs) : undefined;
      const timeIsUp = () => opening.abort(this.#total?.reason);
      // What goes on after the deadline tells how things end.
      if (!once && !this.#isLate()) this.#total?.addEventListener('abort', timeIsUp);
      try {
        const response = await this.#attempt(request, anyOf(giveUp, opening.signal));
        // The words of a refusal may have no end.
        return response.httpStatusCode === 200 ? response : await whole(response);
      } finally {
        clearTimeout(timer);
        this.#total?.removeEventListener('abort', timeIsUp);
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
          await this.#connection.authorize(request);
          await drained(ended);
          continue;
        }
      }
      const delay = once ? undefined : retryDelayMs(String(request.getHttpMethod()), outcomeOf(ended), tries);
      if (delay === undefined || !this.#mayWait(delay)) {
        if (ended instanceof Unreachable) throw ended;
        return ended;
      }
      if (!(ended instanceof Unreachable)) await drained(ended);
      if (delay > UNTOLD_MS) {
        const why = ended instanceof Unreachable ? '' : ` (${ended.httpStatusCode})`;
        this.#notice?.(
          `the server is too busy to answer${why}; trying again in ${duration(delay)}, as the server asks`,
        );
      }
      await sleep(this.#clock, delay, giveUp);
      giveUp?.throwIfAborted();
    }
  }

  #isLate(): boolean {
    return this.#total?.aborted ?? false;
  }

  #mayWait(delayMs: number): boolean {
    return this.#deadline === undefined || this.#clock.now() + delayMs < this.#deadline;
  }

  async #attempt(request: RequestContext, signal: AbortSignal | undefined): Promise<ResponseContext> {
    if (signal) request.setSignal(signal);
    // Nobody waits for Node to load its clock, in 1 ms, who is not told what it says.
    const begin = this.#log && this.#log.level > 0 ? performance.now() : 0;
    const sent = {
      method: String(request.getHttpMethod()),
      url: request.getUrl(),
      headers: request.getHeaders(),
      body: request.getBody() as string | undefined,
    };
    const log = (result: Parameters<typeof logRequest>[2]) => {
      if (this.#log && this.#log.level > 0) logRequest(this.#log, sent, result, performance.now() - begin);
    };
    try {
      const response = await sendRequest(request);
      log({ status: response.httpStatusCode, headers: response.headers });
      this.#warnings.see(response.headers.warning);
      this.serverClock.see(response.headers.date);
      return this.#log ? withLoggedBody(this.#log, sent, response) : response;
    } catch (cause) {
      log(new Unreachable(this.#connection.server, cause).message);
      throw cause;
    }
  }
}

/** With the cause of an Unreachable whose time was up; holds nobody up. */
function abortedIn(milliseconds: number): AbortSignal {
  const up = new AbortController();
  const abort = () => up.abort(Object.assign(new Error('the time of --total-timeout is up'), { code: TOTAL_TIMEOUT }));
  if (milliseconds <= 0) abort();
  else AbortSignal.timeout(Math.ceil(milliseconds)).addEventListener('abort', abort);
  return up.signal;
}

/** Of a limit of which 0 means none. */
function atMost(timeoutMs: number, most: number): number {
  return timeoutMs > 0 ? Math.min(timeoutMs, most) : most;
}

function limit(timeoutMs: number): AbortSignal[] {
  return timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [];
}

function outcomeOf(ended: ResponseContext | Unreachable): Outcome {
  if (ended instanceof Unreachable) return { code: ended.code };
  return { status: ended.httpStatusCode, retryAfterSeconds: retryAfterSeconds(ended.headers['retry-after']) };
}

/** The same answer, whose body has come, or as much of it as nothing: that it is no success is known anyway. */
async function whole({ httpStatusCode, headers, body }: ResponseContext): Promise<ResponseContext> {
  const text = await body.text().catch(() => '');
  return new ResponseContext(httpStatusCode, headers, {
    text: async () => text,
    binary: () => body.binary(),
    stream: () => body.stream(),
  });
}

/** The connection is free for others once an answer has been read. */
async function drained(response: ResponseContext): Promise<void> {
  await response.body.text().catch(() => '');
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}
