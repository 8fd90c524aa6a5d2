import type { Advice } from '../../advice/advice.ts';
import { type Clock, sleep } from '../../clock.ts';
import { duration } from '../../text/age.ts';
import { errorInWords } from '../errors/api-errors.ts';
import type { StepDeps } from '../step.ts';
import type { StepProgress } from '../step-progress.ts';
import { writeTrouble } from './write-trouble.ts';

export interface RetryOptions {
  clock: Clock;
  /** Once it aborts, no other try is made. */
  signal: AbortSignal;
  /** Milliseconds, from the first try on, in which another may begin. */
  withinMs: number;
  /** Told when it is tried again for the first time, and when that has helped. */
  tell(level: 'info' | 'warning', message: Advice): void;
}

/** Repeats a write as long as a step of a deployment may take. */
export function inStep(steps: StepProgress, { clock, signal, timeoutMs, deadline }: StepTime): RetryOptions {
  const withinMs = Math.min(timeoutMs, Math.max(0, deadline - clock.now()));
  return { clock, signal, withinMs, tell: (level, message) => steps.tell(level, message) };
}

type StepTime = Pick<StepDeps, 'clock' | 'signal' | 'timeoutMs' | 'deadline'>;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Sends a write that is safe to send again, until the server has answered it. `send` is told whether an earlier try may
 * have been carried out, of which no answer came: it has to look first where a repetition would not be the same. `tried`
 * completes "cannot …". Throws the last error when the time is up, or another
 * try would not help; the signal's reason when it aborts in between.
 */
export async function retryWrite<T>(
  tried: string,
  send: (unsure: boolean) => Promise<T>,
  { clock, signal, withinMs, tell }: RetryOptions,
): Promise<T> {
  const start = clock.now();
  let unsure = false;
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await send(unsure);
      if (tries > 1) tell('info', `could ${tried} after ${tries} tries and ${duration(clock.now() - start)}`);
      return result;
    } catch (error) {
      const trouble = writeTrouble(error, tries);
      if (!trouble) throw error;
      unsure ||= trouble.unsure;
      const pauseMs = Math.max(trouble.askedMs, Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS));
      signal.throwIfAborted();
      if (clock.now() - start + pauseMs > withinMs) throw error;
      if (tries === 1) tell('warning', `${errorInWords(error, tried)}; trying again`);
      await sleep(clock, pauseMs, signal);
      signal.throwIfAborted();
    }
  }
}
