import { readFileSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { unsendableInToken } from './header-value.ts';

/**
 * A pod's token is good for an hour at least and is replaced well before; client-go reads it again as often
 * (transport/token_source.go).
 */
const READ_AGAIN_AFTER_MS = 50_000;

/** A token that somebody else replaces in its file from time to time. */
export class TokenFile {
  readonly #file: string;
  readonly #clock: Clock;
  #token = '';
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Throws Error when there is none; one that was read before is kept while the file cannot be read. */
  token(): string {
    return this.#clock.now() - this.#readAt < READ_AGAIN_AFTER_MS ? this.#token : this.readAgain();
  }

  readAgain(): string {
    try {
      const token = readFileSync(this.#file, 'utf8').trim();
      if (token === '') throw new Error(`read empty token from file "${this.#file}"`);
      const problem = unsendableInToken(token);
      if (problem)
        throw new Error(`the token file "${this.#file}" contains ${problem}, which cannot be sent in a header`);
      this.#token = token;
      this.#readAt = this.#clock.now();
    } catch (error) {
      if (this.#token === '') throw error;
    }
    return this.#token;
  }
}
