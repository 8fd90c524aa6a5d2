export interface LineOptions {
  /** So many letters a line may have. */
  most: number;
  /** What is thrown for a longer one; without it, the rest of one comes as another line. */
  tooLong?: () => Error;
  /** Whether a carriage return ends a line too, alone or before a line feed, as in server-sent events. */
  carriageReturns?: boolean;
}

/** The lines of a stream, each when its end has come, without the ends; what has none at the end of the stream is the last. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array | string>,
  { most, tooLong, carriageReturns = false }: LineOptions,
): AsyncGenerator<{ line: string; ended: boolean }> {
  const decoder = new TextDecoder();
  const ends = carriageReturns ? /\r\n|\n|\r/ : '\n';
  const line = new GatheredText();
  let afterCr = false;
  for await (const chunk of stream) {
    let text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    // The CR has ended its line; the LF that may follow it is of the same end.
    if (afterCr && text.startsWith('\n')) text = text.slice(1);
    afterCr = carriageReturns && text.endsWith('\r');
    const [first = '', ...more] = text.split(ends);
    line.add(first);
    for (const next of more) {
      yield { line: line.take(), ended: true };
      line.add(next);
    }
    if (line.length <= most) continue;
    if (tooLong) throw tooLong();
    yield { line: line.take(), ended: true };
  }
  if (line.length > 0) yield { line: line.take(), ended: false };
}

/** So many pieces become one: each by itself takes more memory than a few letters. */
const MANY_PIECES = 4_096;

/** Text that comes in pieces, which are put together once: a long one is not copied with every piece of it. */
export class GatheredText {
  #pieces: string[] = [];
  #blocks: string[] = [];
  #length = 0;

  /** How many letters there are. */
  get length(): number {
    return this.#length;
  }

  add(piece: string): void {
    this.#length += piece.length;
    this.#pieces.push(piece);
    if (this.#pieces.length < MANY_PIECES) return;
    this.#blocks.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  /** All of it; what is added from then on is another text. */
  take(): string {
    const whole = [...this.#blocks, ...this.#pieces].join('');
    this.#pieces = [];
    this.#blocks = [];
    this.#length = 0;
    return whole;
  }
}
