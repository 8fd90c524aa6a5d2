/** Where the sandbox takes its time and timers from, so that tests can move time by hand and never really wait. */
export type Clock = {
  now(): Date;
  /** Runs `task` once after `milliseconds`; the answer is only good for {@link Clock.clearTimeout}. */
  setTimeout(task: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
};

export const systemClock: Clock = {
  now: () => new Date(),
  setTimeout: (task, milliseconds) => setTimeout(task, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** RFC 3339 in whole seconds, the precision of `metav1.Time`: `2026-01-02T03:04:05Z`. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with microseconds, the precision of `metav1.MicroTime` (Events' eventTime). */
export function microTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 23)}000Z`;
}
