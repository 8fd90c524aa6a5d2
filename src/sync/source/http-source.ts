import { type Clock, sleep } from '../../clock.ts';
import { asHeader } from '../../cluster/header-value.ts';
import { BadInput, exitCodes, Failure } from '../../failures.ts';
import { linkedSignal } from '../../linked-signal.ts';
import { inMebibytes, inputLimits, TooMuchInput } from '../../reading/input-limits.ts';
import { backoffMs } from '../backoff.ts';
import { parseList } from '../desired/list-text.ts';
import { spoken } from './address.ts';
import { MalformedMessage, parseMessage, type SourceMessage, type SourceReader } from './message.ts';
import { isRefusal } from './refused.ts';
import { EventStreamParser } from './server-sent-events.ts';
import { type SourceAnswer, type SourceConnection, SourceTrouble, troubleInWords } from './source-connection.ts';
import { sourceLines } from './source-lines.ts';

export interface HttpSourceOptions {
  url: URL;
  connection: SourceConnection;
  /** Between two looks at a plain list. */
  intervalMs: number;
  /** Ends with the first whole state. */
  once: boolean;
  clock: Clock;
  signal: AbortSignal;
  /** From 0 to 1. */
  random(): number;
}

const LIST_TYPES = 'application/json, application/yaml;q=0.9, text/yaml;q=0.8, */*;q=0.1';
const ANY_TYPES = `text/event-stream, application/x-ndjson, ${LIST_TYPES}`;

/** Who wants one answer does not try for ever: with the waits between, this is about a quarter of a minute. */
const TRIES_OF_ONCE = 5;
/** Nor does it wait for ever for one that drips: so long for all tries, in milliseconds. */
const TIME_OF_ONCE_MS = 60_000;

/**
 * Reads a source over HTTP in whatever form it answers: a list, which is asked for again and again, or a stream, which is
 * opened again when it ends. Resolves when `once` is done or the signal aborts. Throws Failure where it refuses the token,
 * and with `once` when it cannot be read; BadInput with `once` when it says more than is read.
 */
export async function readHttpSource(options: HttpSourceOptions, reader: SourceReader): Promise<void> {
  const { once, clock, signal, url } = options;
  if (!once) return await new HttpSource(options, reader).read();
  const late = new AbortController();
  const cancel = clock.after(TIME_OF_ONCE_MS, () => late.abort());
  const { signal: both, release } = linkedSignal(signal, late.signal);
  try {
    await new HttpSource({ ...options, signal: both }, reader).read();
  } finally {
    cancel();
    release();
  }
  if (!late.signal.aborted || signal.aborted) return;
  const seconds = TIME_OF_ONCE_MS / 1_000;
  throw new Failure(exitCodes.failed, `cannot read the source ${spoken(url)}: no complete state after ${seconds}s`);
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
        if (isRefusal(error)) throw error;
        // Half of a change may have been missed: only everything makes up for it.
        if (error instanceof MalformedMessage || isTooMuch(error)) this.#lastEventId = undefined;
        this.#failures += 1;
        const [name, words] = [spoken(this.#options.url), troubleInWords(error)];
        const problem = words.startsWith(`${name}:`) ? words : `${name}: ${words}`;
        if (once && isTooMuch(error)) throw new BadInput(`cannot read the source ${problem}`, { cause: error });
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
    const { signal } = this.#options;
    const opened = new AbortController();
    try {
      const response = await this.#fetch(ANY_TYPES, linkedSignal(signal, opened.signal).signal, true);
      if (response.status === 304) {
        this.#heard();
        this.#reader.message({ type: 'unchanged' });
        return 'complete';
      }
      const type = response.header('content-type') ?? '';
      if (type.startsWith('text/event-stream')) return await this.#events(response);
      if (type.startsWith('application/x-ndjson')) return await this.#jsonLines(response);
      this.#message(await this.#list(response));
      return 'complete';
    } finally {
      // Of a stream that nobody reads on.
      opened.abort();
    }
  }

  async #fetch(accept: string, signal: AbortSignal, resuming: boolean): Promise<SourceAnswer> {
    const { url, connection } = this.#options;
    const headers = {
      accept,
      ...(resuming && this.#etag !== undefined && { 'if-none-match': this.#etag }),
      ...(resuming && this.#lastEventId !== undefined && { 'last-event-id': asHeader(this.#lastEventId) }),
    };
    const response = await connection.request({ method: 'GET', url, headers, signal });
    const { status } = response;
    // What it takes for unchanged has to be something that we have.
    const isKnown = status === 304 && 'if-none-match' in headers;
    if (status !== 200 && !isKnown) throw new SourceTrouble(`it answered ${status}`);
    return response;
  }

  /** Throws where the body is cut off or cannot be read: then nothing is known to be gone. */
  async #list(response: SourceAnswer): Promise<SourceMessage> {
    const text = await response.text();
    const { records, revision, closesItself } = parseList(text, spoken(this.#options.url));
    const isDelimited = response.header('content-length') ?? response.header('transfer-encoding');
    if (!closesItself && isDelimited === undefined) {
      throw new SourceTrouble('its answer needs a Content-Length, so that a cut-off answer is noticed');
    }
    // Nothing at all is rather what somebody between has made of it.
    if (!closesItself && records.length === 0) {
      throw new SourceTrouble('its answer is empty: a source without deployments must answer {"items": []}');
    }
    const etag = response.header('etag');
    this.#etag = etag;
    return { type: 'snapshot', revision: revision ?? etag, records };
  }

  async #events(response: SourceAnswer): Promise<'complete' | 'ended'> {
    const parser = new EventStreamParser(this.#lastEventId);
    const stream = new Stream(this, this.#lastEventId !== undefined);
    let count = 0;
    const idle = new IdleLines();
    for await (const { line, ended } of sourceLines(response.body)) {
      count += 1;
      idle.add(line);
      const event = ended ? parser.line(line) : undefined;
      this.#retryMs = parser.retryMs ?? this.#retryMs;
      if (!event) continue;
      idle.end();
      await stream.take(parseMessage(event.data, spoken(this.#options.url), count - event.data.split('\n').length));
      // Only now: what could not be read is asked for again.
      this.#lastEventId = event.lastEventId;
      if (stream.isDone(this.#options.once)) return 'complete';
    }
    return 'ended';
  }

  async #jsonLines(response: SourceAnswer): Promise<'complete' | 'ended'> {
    const stream = new Stream(this, false);
    let count = 0;
    const idle = new IdleLines();
    for await (const { line } of sourceLines(response.body)) {
      count += 1;
      idle.add(line);
      if (line.trim() === '') continue;
      idle.end();
      await stream.take(parseMessage(line, spoken(this.#options.url), count));
      if (stream.isDone(this.#options.once)) return 'complete';
    }
    return 'ended';
  }

  /** The whole state, asked for beside a stream that does not begin with one. */
  async listBeside(): Promise<void> {
    const asked = new AbortController();
    try {
      await this.#listBeside(linkedSignal(this.#options.signal, asked.signal).signal);
    } finally {
      asked.abort();
    }
  }

  async #listBeside(signal: AbortSignal): Promise<void> {
    const response = await this.#fetch(LIST_TYPES, signal, false);
    const type = response.header('content-type') ?? '';
    // A stream again, which is not read; its own snapshot may still come.
    if (/^(text\/event-stream|application\/x-ndjson)/.test(type)) return;
    const etag = this.#etag;
    this.#message(await this.#list(response));
    this.#etag = etag;
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

/** What a line takes besides its letters. */
const LINE_COST = 32;

/**
 * Lines between two messages, as comments that keep a connection alive: one a second for days is fine, a flood of them is a
 * source that says nothing and keeps us busy with it.
 */
class IdleLines {
  #letters = 0;

  /** Throws TooMuchInput. */
  add(line: string): void {
    this.#letters += line.length + LINE_COST;
    // One message may be as long as all that is read of a file.
    if (this.#letters <= 2 * inputLimits.bytes) return;
    throw new TooMuchInput(`more than ${inMebibytes(2 * inputLimits.bytes)} of lines without a message in them`);
  }

  end(): void {
    this.#letters = 0;
  }
}

function isTooMuch(error: unknown): boolean {
  return error instanceof TooMuchInput || (error instanceof BadInput && error.cause instanceof TooMuchInput);
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
