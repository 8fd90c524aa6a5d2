/** Time as everything here sees it, so that a test can turn it by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after `milliseconds`; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * Calls back each of these after its milliseconds, of which none has fewer than the one before; the answer cancels those that
 * are left. It takes one timer at a time: where a thousand deployments are waited for, all of them at once take 2 MB.
 */
export function afterEach(
  clock: Clock,
  calls: readonly (readonly [milliseconds: number, callback: () => void])[],
): () => void {
  const start = clock.now();
  let cancel: () => void = () => {};
  const take = (index: number) => {
    const [milliseconds, callback] = calls[index] ?? [];
    if (milliseconds === undefined) return;
    // From the start: where the machine is busy each is late, and not later for those before it.
    cancel = clock.after(Math.max(0, start + milliseconds - clock.now()), () => {
      take(index + 1);
      callback?.();
    });
  };
  take(0);
  return () => cancel();
}

/** Resolves after `milliseconds`, or at once when `signal` aborts: look at the signal afterwards. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(milliseconds, end);
    signal?.addEventListener('abort', end);
  });
}
