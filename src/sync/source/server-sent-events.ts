import { inMebibytes, inputLimits } from '../../manifests/input-limits.ts';

/** One event of a text/event-stream. */
export interface ServerSentEvent {
  data: string;
  /** The last id that the stream has said so far. */
  lastEventId: string | undefined;
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

  /** The event that ends with this line, if one does. Throws Error where one does not end. */
  line(text: string): ServerSentEvent | undefined {
    const line = this.#first ? text.replace(/^\uFEFF/, '') : text;
    this.#first = false;
    if (line === '') return this.#dispatch();
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') {
      this.#data.push(value);
      this.#length += value.length;
      if (this.#length > inputLimits.bytes) {
        throw new Error(`an event of more than ${inMebibytes(inputLimits.bytes)}, which is the most that is read`);
      }
    }
    if (field === 'id' && !value.includes('\0')) this.#lastEventId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #dispatch(): ServerSentEvent | undefined {
    const data = this.#data.join('\n');
    this.#data = [];
    this.#length = 0;
    return data === '' ? undefined : { data, lastEventId: this.#lastEventId };
  }
}
