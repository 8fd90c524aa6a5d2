import { inMebibytes, inputLimits } from './input-limits.ts';

/** What is counted, and how much of it may be read. */
export type Counted = 'bytes' | 'letters' | 'values' | 'yamlTokens';

/**
 * What may be read in all by one command, or in one round of a sync, of however many files. What a text means is counted
 * while it is unfolded, and each alias for all that it stands for: a short text can mean more than any memory holds.
 */
export class ReadingBudget {
  readonly #limits: Readonly<Record<Counted, number>>;
  readonly #taken: Record<Counted, number> = { bytes: 0, letters: 0, values: 0, yamlTokens: 0 };

  constructor(limits: Partial<Record<Counted, number>> = {}) {
    this.#limits = { ...inputLimits, ...limits };
  }

  /** How many more there may be. */
  left(counted: Counted): number {
    return this.#limits[counted] - this.#taken[counted];
  }

  /** Counts so many more; what it is too much of, in words; undefined where it is not. */
  take(counted: Counted, amount: number): string | undefined {
    this.#taken[counted] += amount;
    return this.left(counted) < 0 ? tooMuch(counted, this.#limits[counted]) : undefined;
  }
}

function tooMuch(counted: Counted, limit: number): string {
  switch (counted) {
    case 'bytes':
      return `larger than ${inMebibytes(limit)}`;
    case 'letters':
      return `more than ${inMebibytes(limit)} of text up to here`;
    case 'values':
      return `more than ${limit} values up to here`;
    case 'yamlTokens':
      return `more than ${limit} tokens up to here`;
  }
}
