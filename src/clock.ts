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
  clock: Pick<Clock, 'after'>,
  calls: readonly (readonly [milliseconds: number, callback: () => void])[],
): () => void {
  let cancel: () => void = () => {};
  const take = (index: number, before: number) => {
    const [milliseconds, callback] = calls[index] ?? [];
    if (milliseconds === undefined) return;
    cancel = clock.after(milliseconds - before, () => {
      take(index + 1, milliseconds);
      callback?.();
    });
  };
  take(0, 0);
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
