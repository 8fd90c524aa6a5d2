const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * Milliseconds to wait after so many failures in a row (from 1): 1 s, doubled to at most 30 s, of which chance takes up to
 * half, so that many who lost the same server do not all come back at once. `random` is from 0 to 1.
 */
export function backoffMs(failures: number, random: number): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), LONGEST_MS);
  return Math.round(whole * (1 - random / 2));
}

/**
 * How long the end of a deletion is waited for: of what has a name that is wanted, and of what the source is told. Pods have
 * 30 s to end, if nobody says otherwise.
 */
export const ENDING_MS = 120_000;
