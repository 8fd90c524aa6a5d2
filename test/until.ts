import { setImmediate } from 'node:timers/promises';

/** Lets the event loop turn until something that is under way has happened; fails if it does not. */
export async function until(happened: () => boolean, deadlineMs = 10_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!happened()) {
    if (performance.now() > end) throw new Error(`did not happen in ${deadlineMs} ms: ${happened}`);
    await setImmediate();
  }
}
