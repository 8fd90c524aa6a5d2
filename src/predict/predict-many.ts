import { type Clock, sleep } from '../clock.ts';
import { Unreachable } from '../cluster/api-failure.ts';
import { exitCodes, Failure } from '../failures.ts';
import { NoSuccess, type Prediction } from './predict.ts';

export interface Asking {
  /** Maximum number of requests in parallel. */
  atATime: number;
  /** How many are asked a second at most; undefined: as many as there can be. */
  aSecond?: number | undefined;
  /** How often one is asked again where nobody was there to answer. */
  retries: number;
  clock: Clock;
  signal: AbortSignal;
}

/** How one of many ended. */
export interface Outcome {
  /** Undefined: it failed. */
  prediction: Prediction | undefined;
  failure: Failure | undefined;
  /** From 1. */
  attempts: number;
  /** Milliseconds that the last attempt took. */
  durationMs: number;
}

/** What came of all of them. Of each answer no more is kept than how long it took. */
export interface Asked {
  /** Those that were begun; one that was interrupted has neither an answer nor failed. */
  asked: number;
  /** Milliseconds of each answer. */
  durations: number[];
  failed: number;
  /** The first that the model did not answer, or not in time, or that is no input. */
  firstFailure: Failure | undefined;
  /** How many answers each pod has given, as far as they say. */
  pods: Map<string, number>;
  /** What ended it before its time. */
  error: unknown;
}

/**
 * Asks for each of `items`, so many at a time, and takes the next one only when one is answered. A model that answers one with
 * an error is asked on; anything else that goes wrong ends it. `tell` is told each outcome as it comes. Never rejects.
 */
export async function predictMany<T>(
  items: AsyncIterator<T>,
  { atATime, aSecond, retries, clock, signal }: Asking,
  ask: (item: T) => Promise<Prediction>,
  tell: (item: T, outcome: Outcome) => void,
): Promise<Asked> {
  const all: Asked = { asked: 0, durations: [], failed: 0, firstFailure: undefined, pods: new Map(), error: undefined };
  const pause = paced(aSecond, clock, signal);
  const oneAfterTheOther = async () => {
    try {
      while (all.error === undefined) {
        const { value, done } = await items.next();
        if (done || all.error !== undefined) return;
        await pause();
        signal.throwIfAborted();
        all.asked += 1;
        const outcome = await outcomeOf(() => ask(value), { retries, clock, signal });
        count(outcome, all);
        tell(value, outcome);
      }
    } catch (error) {
      // What is read ends with the signal too, with an error of its own.
      all.error ??= signal.aborted ? signal.reason : error;
    }
  };
  await Promise.all(Array.from({ length: atATime }, oneAfterTheOther));
  return all;
}

function count({ prediction, failure, durationMs }: Outcome, all: Asked): void {
  if (failure) {
    all.failed += 1;
    all.firstFailure ??= failure;
    return;
  }
  all.durations.push(durationMs);
  const pod = prediction?.pod;
  if (pod !== undefined) all.pods.set(pod, (all.pods.get(pod) ?? 0) + 1);
}

/** Begins come no closer to each other than the rate allows; what was late is not made up for. */
function paced(aSecond: number | undefined, clock: Clock, signal: AbortSignal): () => Promise<void> {
  if (aSecond === undefined) return async () => {};
  let next = clock.now();
  return async () => {
    const wait = next - clock.now();
    next = Math.max(next, clock.now()) + 1_000 / aSecond;
    if (wait > 0) await sleep(clock, wait, signal);
  };
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/** Throws what is not the model's to answer for. */
async function outcomeOf(
  ask: () => Promise<Prediction>,
  { retries, clock, signal }: Pick<Asking, 'retries' | 'clock' | 'signal'>,
): Promise<Outcome> {
  for (let attempts = 1; ; attempts += 1) {
    const begun = clock.now();
    try {
      const prediction = await ask();
      return { prediction, failure: undefined, attempts, durationMs: clock.now() - begun };
    } catch (error) {
      const durationMs = clock.now() - begun;
      if (attempts <= retries && isPassing(error) && !signal.aborted) {
        await sleep(clock, Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS), signal);
        signal.throwIfAborted();
      } else if (isOfOne(error)) return { prediction: undefined, failure: error, attempts, durationMs };
      else throw error;
    }
  }
}

/** Nobody there, or too busy: a model that answers with an error of its own would do so again. */
function isPassing(error: unknown): boolean {
  if (error instanceof NoSuccess) return [429, 502, 503, 504].includes(error.status);
  return error instanceof Failure && (error.exitCode === exitCodes.timedOut || error.cause instanceof Unreachable);
}

/** The others may be answered all the same. */
function isOfOne(error: unknown): error is Failure {
  const codes: readonly number[] = [exitCodes.deploymentFailed, exitCodes.timedOut, exitCodes.badInput];
  return error instanceof Failure && codes.includes(error.exitCode);
}

export interface Latencies {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** Of at least one duration, by the nearest rank: each is a duration that was really measured. */
export function latencies(durations: readonly number[]): Latencies {
  const sorted = Float64Array.from(durations).sort();
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99), max: rank(1) };
}
