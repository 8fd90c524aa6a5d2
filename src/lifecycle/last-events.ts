import { type Clock, sleep } from '../clock.ts';
import type { NamespaceWatch } from '../cluster/namespace-watch.ts';

/**
 * Controllers write their Events a moment after the fact, and do not wait for each other: after the last object is
 * gone, or the last Event came, this long has to pass without another.
 */
const QUIET_MS = 100;
const LONGEST_MS = 5_000;

/**
 * Waits until the last Events have been handed on: all that the server holds, and then a quiet time for late writers.
 * `lastEventAt` answers when the newest came, in milliseconds since 1970. Answers what went wrong, if anything did.
 */
export async function lastEvents(
  watch: NamespaceWatch,
  lastEventAt: () => number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  const start = clock.now();
  const quiet = async () => {
    for (;;) {
      const rest = Math.max(start, lastEventAt()) + QUIET_MS - clock.now();
      if (rest <= 0 || clock.now() - start > LONGEST_MS || signal.aborted) return;
      await sleep(clock, rest, signal);
    }
  };
  await quiet();
  try {
    if (await watch.allEventsSeen(LONGEST_MS)) return undefined;
    return 'the last events may be missing: the watch did not bring all that the server holds in time';
  } catch (error) {
    return `the last events may be missing: ${error instanceof Error ? error.message : error}`;
  }
}
