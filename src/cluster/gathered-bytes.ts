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
