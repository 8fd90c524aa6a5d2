/** All bytes of a stream. Throws what `tooMuch` answers where there are more than `most`. */
export async function gathered(
  stream: AsyncIterable<Uint8Array | string>,
  most: number,
  tooMuch: () => Error,
): Promise<Buffer> {
  const bytes = new GatheredBytes();
  for await (const chunk of stream) {
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (bytes.length + piece.byteLength > most) throw tooMuch();
    bytes.add(piece);
  }
  return bytes.whole();
}

/**
 * Bytes that come in pieces, in one piece of memory: a thousand times as many small pieces take no more of it, which each
 * by itself would.
 */
export class GatheredBytes {
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    const needed = this.#length + piece.byteLength;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = needed;
  }

  whole(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
