import { type Clock, sleep } from '../../clock.ts';
import { BadInput, exitCodes, Failure } from '../../failures.ts';
import { backoffMs } from '../backoff.ts';
import { parseList } from '../desired/list-text.ts';
import { type ReadToken, spoken } from './address.ts';
import { linesOf } from './lines.ts';
import { MalformedMessage, parseMessage, type SourceMessage, type SourceReader } from './message.ts';
import { authenticationFailed } from './refused.ts';
import { refusalInWords, request, textOf } from './request.ts';
import { EventStreamParser } from './server-sent-events.ts';

export interface HttpSourceOptions {
  url: URL;
  token: ReadToken;
  /** Between two looks at a plain list. */
  intervalMs: number;
  /** Ends with the first whole state. */
  once: boolean;
  userAgent: string;
  clock: Clock;
  signal: AbortSignal;
  /** From 0 to 1. */
  random(): number;
}

const LIST_TYPES = 'application/json, application/yaml;q=0.9, text/yaml;q=0.8, */*;q=0.1';
const ANY_TYPES = `text/event-stream, application/x-ndjson, ${LIST_TYPES}`;

/** How long an answer may take to begin, and a list to be there. */
const ANSWER_MS = 60_000;

/** Who wants one answer does not try for ever: with the waits between, this is about a quarter of a minute. */
const TRIES_OF_ONCE = 5;

/** A source that answers with something else than a state. */
class SourceTrouble extends Error {}

/**
 * Reads a source over HTTP in whatever form it answers: a list, which is asked for again and again, or a stream, which is
 * opened again when it ends. Resolves when `once` is done or the signal aborts. Throws Failure where it refuses the token,
 * and with `once` when it cannot be read.
 */
export async function readHttpSource(options: HttpSourceOptions, reader: SourceReader): Promise<void> {
  const source = new HttpSource(options, reader);
  await source.read();
}

class HttpSource {
  readonly #options: HttpSourceOptions;
  readonly #reader: SourceReader;
  #etag: string | undefined;
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  /** How many tries have failed since something was heard. */
  #failures = 0;

  constructor(options: HttpSourceOptions, reader: SourceReader) {
    this.#options = options;
    this.#reader = reader;
  }

  async read(): Promise<void> {
    const { signal, once, clock, intervalMs, random } = this.#options;
    while (!signal.aborted) {
      let waitMs: number;
      try {
        const ended = await this.#open();
        if (ended === 'complete' && once) return;
        if (ended === 'complete') waitMs = intervalMs;
        else throw new SourceTrouble(once ? 'the stream ended before a snapshot' : 'the stream has ended');
      } catch (error) {
        if (signal.aborted) return;
        // What it sends is its fault, not our user's: it may be whole next time.
        if (error instanceof Failure && !(error instanceof BadInput)) throw error;
        // Half of a change may have been missed: only everything makes up for it.
        if (error instanceof MalformedMessage) this.#lastEventId = undefined;
        this.#failures += 1;
        const problem = `${spoken(this.#options.url)}: ${inWords(error)}`;
        if (once && this.#failures >= TRIES_OF_ONCE) {
          throw new Failure(exitCodes.failed, `cannot read the source ${problem}`, { cause: error });
        }
        waitMs = Math.max(backoffMs(this.#failures, random()), this.#failures === 1 ? (this.#retryMs ?? 0) : 0);
        this.#reader.trouble(problem, waitMs);
      }
      await sleep(clock, waitMs, signal);
    }
  }

  async #open(): Promise<'complete' | 'ended'> {
    const opened = new AbortController();
    const late = this.#lateAfter(ANSWER_MS, opened);
    try {
      const response = await this.#fetch(ANY_TYPES, opened.signal, true);
      if (response.status === 304) {
        this.#heard();
        this.#reader.message({ type: 'unchanged' });
        return 'complete';
      }
      const type = response.headers.get('content-type') ?? '';
      if (isStream(response)) {
        late.cancel();
        return type.startsWith('text/event-stream') ? await this.#events(response) : await this.#jsonLines(response);
      }
      this.#message(await this.#list(response));
      return 'complete';
    } catch (error) {
      throw opened.signal.aborted ? opened.signal.reason : error;
    } finally {
      late.cancel();
      // Of a stream that nobody reads on.
      opened.abort();
    }
  }

  #lateAfter(milliseconds: number, request: AbortController): { cancel(): void } {
    const { clock } = this.#options;
    const late = new SourceTrouble(`no whole answer within ${milliseconds / 1_000}s`);
    return { cancel: clock.after(milliseconds, () => request.abort(late)) };
  }

  async #fetch(accept: string, signal: AbortSignal, resuming: boolean): Promise<Response> {
    const { url, token, userAgent, signal: stop } = this.#options;
    const secret = token();
    const headers = {
      accept,
      'user-agent': userAgent,
      ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
      ...(resuming && this.#etag !== undefined && { 'if-none-match': this.#etag }),
      ...(resuming && this.#lastEventId !== undefined && { 'last-event-id': this.#lastEventId }),
    };
    const response = await request(url, { headers, signal: AbortSignal.any([stop, signal]) });
    const { status } = response;
    if (status === 401 || status === 403) throw authenticationFailed(status, spoken(url));
    if (!response.ok && status !== 304) throw new SourceTrouble(refusalInWords(response, url));
    return response;
  }

  /** Throws where the body is cut off or cannot be read: then nothing is known to be gone. */
  async #list(response: Response): Promise<SourceMessage> {
    const name = spoken(this.#options.url);
    const { records, revision, closesItself } = parseList(await textOf(response, name), name);
    const { headers } = response;
    const isDelimited = headers.has('content-length') || headers.has('transfer-encoding');
    if (!closesItself && !isDelimited) {
      throw new SourceTrouble('nothing shows that its answer is whole: it needs a Content-Length');
    }
    const etag = headers.get('etag') ?? undefined;
    this.#etag = etag;
    return { type: 'snapshot', revision: revision ?? etag, records };
  }

  async #events(response: Response): Promise<'complete' | 'ended'> {
    const parser = new EventStreamParser(this.#lastEventId);
    const stream = new Stream(this, this.#lastEventId !== undefined);
    let count = 0;
    for await (const { line, ended } of linesOf(bodyOf(response))) {
      count += 1;
      const event = ended ? parser.line(line) : undefined;
      this.#retryMs = parser.retryMs ?? this.#retryMs;
      if (!event) continue;
      await stream.take(parseMessage(event.data, spoken(this.#options.url), count - event.data.split('\n').length));
      // Only now: what could not be read is asked for again.
      this.#lastEventId = event.lastEventId;
      if (stream.isDone(this.#options.once)) return 'complete';
    }
    return 'ended';
  }

  async #jsonLines(response: Response): Promise<'complete' | 'ended'> {
    const stream = new Stream(this, false);
    let count = 0;
    for await (const { line } of linesOf(bodyOf(response))) {
      count += 1;
      if (line.trim() === '') continue;
      await stream.take(parseMessage(line, spoken(this.#options.url), count));
      if (stream.isDone(this.#options.once)) return 'complete';
    }
    return 'ended';
  }

  /** The whole state, asked for beside a stream that does not begin with one. */
  async listBeside(): Promise<void> {
    const asked = new AbortController();
    const late = this.#lateAfter(ANSWER_MS, asked);
    try {
      const response = await this.#fetch(LIST_TYPES, asked.signal, false);
      if (isStream(response)) return await response.body?.cancel();
      const etag = this.#etag;
      this.#message(await this.#list(response));
      this.#etag = etag;
    } catch (error) {
      throw asked.signal.aborted ? asked.signal.reason : error;
    } finally {
      late.cancel();
    }
  }

  pass(message: SourceMessage): void {
    this.#message(message);
  }

  #message(message: SourceMessage): void {
    this.#heard();
    this.#reader.message(message);
  }

  #heard(): void {
    this.#failures = 0;
    this.#reader.connected();
  }
}

/** One connection of a stream: a snapshot has to come first, or the list is read. */
class Stream {
  readonly #source: HttpSource;
  #begun: boolean;
  #hasSnapshot = false;

  /** `resumed`: it goes on where the last one ended. */
  constructor(source: HttpSource, resumed: boolean) {
    this.#source = source;
    this.#begun = resumed;
  }

  async take(message: SourceMessage): Promise<void> {
    if (!this.#begun && (message.type === 'upsert' || message.type === 'delete')) await this.#source.listBeside();
    if (message.type !== 'heartbeat') this.#begun = true;
    if (message.type === 'snapshot') this.#hasSnapshot = true;
    this.#source.pass(message);
  }

  isDone(once: boolean): boolean {
    return once && this.#hasSnapshot;
  }
}

function isStream({ headers }: Response): boolean {
  return /^(text\/event-stream|application\/x-ndjson)/.test(headers.get('content-type') ?? '');
}

async function* bodyOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body) yield* body;
}

/** fetch says only that it failed, or that the answer was terminated; why stands in the innermost cause. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  let deepest = error;
  while (deepest.cause instanceof Error) deepest = deepest.cause;
  if (error.message === 'terminated') return 'the connection was lost in the middle of an answer';
  const [first] = deepest instanceof AggregateError ? deepest.errors : [];
  return (first instanceof Error ? first.message : deepest.message) || error.message;
}
