import type { Clock } from '../../clock.ts';
import { duration } from '../../text/age.ts';
import type { Answer } from './answer.ts';

export type WaitEnd =
  | { state: 'done' }
  | { state: 'failed'; why: string }
  /** `waitedFor` is the last answer, and `sinceMs` how long it had been the same. */
  | { state: 'timed-out' | 'interrupted'; waitedFor: string; sinceMs: number };

export interface WaitOptions {
  /** Calls back whenever the answer may have changed; its answer ends that. */
  onChange(listener: () => void): () => void;
  /** Told each time what it waits for becomes something else. */
  onWaiting(what: string): void;
  clock: Clock;
  timeoutMs: number;
  /**
   * How long, in milliseconds, the answer has to stay 'done' before it is believed: for what may look done before a
   * controller has begun. None by default.
   */
  settleMs?: number;
  signal: AbortSignal;
}

/** Asks the question now and after every change, until it is answered, time is up, or the signal aborts. Never polls. */
export function wait(question: () => Answer, options: WaitOptions): Promise<WaitEnd> {
  const { clock, signal, settleMs = 0 } = options;
  return new Promise((resolve) => {
    let last = { what: '', since: clock.now() };
    let cancelSettling: (() => void) | undefined;

    const end = (result: WaitEnd) => {
      stopListening();
      cancelTimeout();
      cancelSettling?.();
      signal.removeEventListener('abort', interrupted);
      resolve(result);
    };
    const unanswered = (state: 'timed-out' | 'interrupted') =>
      end({ state, waitedFor: last.what, sinceMs: clock.now() - last.since });
    const interrupted = () => unanswered('interrupted');
    const waitFor = (what: string) => {
      if (what === last.what) return;
      last = { what, since: clock.now() };
      options.onWaiting(what);
    };
    const settle = () => {
      if (cancelSettling) return;
      waitFor(`nothing to change for ${duration(settleMs)}`);
      cancelSettling = clock.after(settleMs, () => ask(true));
    };
    const ask = (settled = settleMs <= 0) => {
      const answer = question();
      if (answer.state === 'done' && !settled) return settle();
      if (answer.state !== 'waiting') return end(answer);
      cancelSettling?.();
      cancelSettling = undefined;
      waitFor(answer.for);
    };

    const stopListening = options.onChange(() => ask());
    const cancelTimeout = clock.after(options.timeoutMs, () => unanswered('timed-out'));
    signal.addEventListener('abort', interrupted);
    ask();
    if (signal.aborted) interrupted();
  });
}
