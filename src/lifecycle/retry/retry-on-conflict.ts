import { sleep } from '../../clock.ts';
import { ApiFailure } from '../../cluster/api-failure.ts';
import type { RetryOptions } from './retry-write.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** By then it is more than chance: somebody writes all the time. */
const TRIES_UNTOLD = 5;

/**
 * Another try after each conflict of versions, with pauses that grow to five seconds, until the time is up: who writes at
 * the same moment is done soon. A conflict of owners (which has causes) would only come back. `tried` completes "cannot …";
 * `mayPass` says which errors are such conflicts.
 */
export async function retryOnConflict<T>(
  tried: string,
  send: () => Promise<T>,
  { clock, signal, withinMs, tell }: RetryOptions,
  mayPass: (error: unknown) => boolean | Promise<boolean> = isConflictOfVersions,
): Promise<T> {
  const start = clock.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(await mayPass(error))) throw error;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
      if (clock.now() - start + pauseMs > withinMs) throw error;
      if (tries === TRIES_UNTOLD) {
        tell('warning', `cannot ${tried} yet: somebody else keeps changing the object (${tries} times so far)`);
      }
      await sleep(clock, pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}

export function isConflict(error: unknown): error is ApiFailure {
  return error instanceof ApiFailure && error.status === 409;
}

/** The object has changed since it was read: https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
export function isConflictOfVersions(error: unknown): error is ApiFailure {
  return isConflict(error) && error.causes.length === 0;
}
