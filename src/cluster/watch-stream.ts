import type { Clock } from '../clock.ts';
import { linesOf } from '../text/lines.ts';
import { answerLimits, TooLarge } from './answer-limits.ts';
import type { Api, ApiRequest } from './api.ts';
import { NotKubernetes } from './api-failure.ts';
import type { Form } from './form.ts';
import { type WatchMessage, watchMessage } from './watch-message.ts';

/** One request of a watch, from its opening to its end, which comes from the server, from silence, or from whoever has it. */
export class WatchStream<T> {
  readonly #clock: Clock;
  readonly #silenceMs: number | undefined;
  readonly #form: Form;
  #server = '';
  #letters = 0;
  readonly #ended = new AbortController();
  #cancelSilence: (() => void) | undefined;
  #lines: AsyncGenerator<{ line: string; ended: boolean }> | undefined;

  /** `form` is that of the objects; `silenceMs`: see WatchOptions. */
  constructor(form: Form, clock: Clock, silenceMs: number | undefined) {
    this.#form = form;
    this.#clock = clock;
    this.#silenceMs = silenceMs;
  }

  /** Whether it was ended here, and not by the server. */
  get isEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** With which it was ended here; the error of an opening that was given up for it. */
  get endReason(): unknown {
    return this.#ended.signal.reason;
  }

  /** Of the last message. */
  get letters(): number {
    return this.#letters;
  }

  /** Throws ApiFailure, Unreachable, or `endReason`. */
  async open(api: Api, request: Pick<ApiRequest, 'path' | 'query' | 'accept' | 'evenAfterStop'>): Promise<void> {
    this.#server = api.server;
    try {
      const stream = await api.stream({ method: 'GET', ...request, signal: this.#ended.signal });
      const tooLong = () => new TooLarge('a line', answerLimits.watchLine);
      this.#lines = linesOf(stream, { most: answerLimits.watchLine, tooLong });
    } catch (error) {
      this.#cancelSilence?.();
      throw error;
    }
  }

  /** From now on it has its time to say something. */
  listen(): void {
    this.#cancelSilence?.();
    if (this.#silenceMs === undefined) return;
    this.#cancelSilence = this.#clock.after(this.#silenceMs, () => {
      this.end(new DOMException('no sign of life', 'TimeoutError'));
    });
  }

  /** Throws TooLarge and NotKubernetes. Undefined at the end, also when it breaks off in the middle of a line: resume from the last whole one. */
  async next(): Promise<WatchMessage<T> | undefined> {
    try {
      for (;;) {
        const next = await this.#lines?.next();
        if (!next || next.done || !next.value.ended) return undefined;
        this.#letters = next.value.line.length;
        if (next.value.line !== '') return watchMessage<T>(next.value.line, this.#form, this.#server);
      }
    } catch (error) {
      if (error instanceof TooLarge || error instanceof NotKubernetes) throw error;
      return undefined;
    }
  }

  end(reason: unknown): void {
    this.#cancelSilence?.();
    this.#ended.abort(reason);
  }

  /** After its end: an error may be the last message, and the server leave it open. */
  async close(): Promise<void> {
    this.#cancelSilence?.();
    await this.#lines?.return(undefined).catch(() => {});
  }
}
