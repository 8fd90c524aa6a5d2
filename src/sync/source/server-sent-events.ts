import { inMebibytes, inputLimits, TooMuchInput } from '../../reading/input-limits.ts';

/** What a line takes besides its letters, in letters. */
const LINE_COST = 32;
/** What a server may want us to wait at most, in milliseconds. */
const LONGEST_RETRY_MS = 300_000;

/** One event of a text/event-stream. */
export interface ServerSentEvent {
  data: string;
  /** The last id that the stream has said so far. */
  lastEventId: string | undefined;
}

/** In a header. What cannot be there is as if it had not been said: then more than is needed comes again. */
function canBeSentBack(id: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  return id.length <= inputLimits.nameLetters && !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(id);
}

/**
 * Puts lines together to events: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 * What is not ended by an empty line is none: a stream that is cut off in the middle says nothing half.
 */
export class EventStreamParser {
  /** Milliseconds to wait before the next connection, where the server has said so. */
  retryMs: number | undefined;
  #lastEventId: string | undefined;
  #data: string[] = [];
  #length = 0;
  #first = true;

  constructor(lastEventId?: string) {
    this.#lastEventId = lastEventId;
  }

  /** The event that ends with this line, if one does. Throws TooMuchInput where one does not end. */
  line(text: string): ServerSentEvent | undefined {
    const line = this.#first ? text.replace(/^\uFEFF/, '') : text;
    this.#first = false;
    if (line === '') return this.#dispatch();
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') {
      this.#data.push(value);
      // There may be millions that say nothing.
      this.#length += value.length + LINE_COST;
      if (this.#length > inputLimits.bytes) {
        throw new TooMuchInput(`an event of more than ${inMebibytes(inputLimits.bytes)}, the maximum`);
      }
    }
    if (field === 'id' && canBeSentBack(value)) this.#lastEventId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Math.min(Number(value), LONGEST_RETRY_MS);
    return undefined;
  }

  #dispatch(): ServerSentEvent | undefined {
    const data = this.#data.join('\n');
    this.#data = [];
    this.#length = 0;
    return data === '' ? undefined : { data, lastEventId: this.#lastEventId };
  }
}
