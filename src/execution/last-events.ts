import { type Clock, sleep } from '../clock.ts';
import type { Informer } from '../cluster/informer.ts';

/**
 * Controllers write their Events a moment after the fact, and do not wait for each other. What they write last is about
 * the pods, and the deployment outlives its pods by some tenths of a second, so this time has usually passed when it is
 * gone itself.
 */
const QUIET_MS = 250;
const LONGEST_MS = 5_000;

/**
 * Waits until the last Events of a namespace have been handed on: a quiet time for late writers after the last sign of life (in
 * milliseconds since 1970, asked again each time), and then all that the server holds. Answers what went wrong, if
 * anything did.
 */
export async function lastEvents(
  watch: Informer,
  lastSignOfLife: () => number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  const start = clock.now();
  for (;;) {
    const rest = lastSignOfLife() + QUIET_MS - clock.now();
    if (rest <= 0 || clock.now() - start > LONGEST_MS || signal.aborted) break;
    await sleep(clock, rest, signal);
  }
  try {
    if (await watch.allEventsSeen(LONGEST_MS)) return undefined;
    return 'the last events may be missing: the watch did not bring all that the server holds in time';
  } catch (error) {
    return `the last events may be missing: ${error instanceof Error ? error.message : error}`;
  }
}
