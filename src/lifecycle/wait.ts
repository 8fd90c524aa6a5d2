import type { Clock } from '../clock.ts';
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
  signal: AbortSignal;
}

/** Asks the question now and after every change, until it is answered, time is up, or the signal aborts. Never polls. */
export function wait(question: () => Answer, options: WaitOptions): Promise<WaitEnd> {
  const { clock, signal } = options;
  return new Promise((resolve) => {
    let last = { what: '', since: clock.now() };

    const end = (result: WaitEnd) => {
      stopListening();
      cancelTimeout();
      signal.removeEventListener('abort', interrupted);
      resolve(result);
    };
    const unanswered = (state: 'timed-out' | 'interrupted') =>
      end({ state, waitedFor: last.what, sinceMs: clock.now() - last.since });
    const interrupted = () => unanswered('interrupted');
    const ask = () => {
      const answer = question();
      if (answer.state === 'done') return end(answer);
      if (answer.state === 'failed') return end(answer);
      if (answer.for === last.what) return;
      last = { what: answer.for, since: clock.now() };
      options.onWaiting(answer.for);
    };

    const stopListening = options.onChange(ask);
    const cancelTimeout = clock.after(options.timeoutMs, () => unanswered('timed-out'));
    signal.addEventListener('abort', interrupted);
    ask();
    if (signal.aborted) interrupted();
  });
}
