import { type Clock, sleep } from '../clock.ts';
import type { DeploymentInformer } from '../lifecycle/deployment-informer.ts';
import type { Outcome } from '../progress/progress.ts';

/**
 * Controllers write their Events a moment after the fact, and do not wait for each other. What they write last is about
 * the pods, and the deployment outlives its pods by some tenths of a second, so this time has usually passed when it is
 * gone itself.
 */
const QUIET_MS = 250;
const LONGEST_MS = 5_000;
/** The same once the time for all of it is up. */
const LATE_MS = 1_000;

/**
 * Whether the last Events of a deployment are waited for. One that has failed and stands has no last one: they come for as
 * long as it does, and what matters of them is in the error. After an interruption nobody looks any more.
 */
export function hasLastEvents(outcome: Outcome, stands: boolean): boolean {
  return outcome === 'succeeded' || (outcome !== 'interrupted' && !stands);
}

/**
 * Waits until the last Events of a namespace have been handed on: a quiet time for late writers after the last sign of life (in
 * milliseconds since 1970, asked again each time), and then all that the server holds. Answers what went wrong, if
 * anything did.
 */
export async function lastEvents(
  informer: DeploymentInformer,
  lastSignOfLife: () => number,
  deadline: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  const start = clock.now();
  const longestMs = start < deadline ? LONGEST_MS : LATE_MS;
  for (;;) {
    const rest = lastSignOfLife() + QUIET_MS - clock.now();
    if (rest <= 0 || clock.now() - start > longestMs || signal.aborted) break;
    await sleep(clock, rest, signal);
  }
  try {
    if (await informer.allEventsSeen(longestMs)) return undefined;
    return 'the last events may be missing: the watch did not deliver them in time';
  } catch (error) {
    return `the last events may be missing: ${error instanceof Error ? error.message : error}`;
  }
}
