/**
 * What an answer of the API server may hold, so that no server, nor anything that stands before one, takes all memory.
 * An object in etcd is at most a few MiB, and of lists 500 objects are asked for at a time.
 */
export const answerLimits = {
  /** Bytes of an answer that is read as a whole, unpacked. */
  bytes: 256 * 1024 * 1024,
  /** Values of JSON in one: an empty object takes twenty times the memory that its two letters do. */
  values: 10_000_000,
  /** Bytes of memory for what is kept of a list, of all its chunks together. */
  list: 512 * 1024 * 1024,
  /** Letters of a line of a watch, which is one object. */
  watchLine: 32 * 1024 * 1024,
  /** Letters of a line of a log: what is longer comes in pieces. */
  logLine: 1024 * 1024,
} as const;

/** An answer, or a line of one, that is larger than anybody needs. */
export class TooLarge extends Error {
  readonly code = 'TOO_LARGE';

  constructor(what: string, most: number) {
    super(`${what} is larger than ${most / 1024 / 1024} MiB, the maximum`);
  }
}
