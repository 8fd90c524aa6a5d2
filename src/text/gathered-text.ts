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
