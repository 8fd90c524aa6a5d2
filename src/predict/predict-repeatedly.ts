import { exitCodes, Failure } from '../failures.ts';
import type { Prediction } from './predict.ts';

export interface Repeated {
  answered: Prediction[];
  /** Those that the model did not answer, or not in time. */
  failed: Failure[];
  /** What ended it before its time. */
  error: unknown;
}

/**
 * Asks so many times, so many at a time. A model that answers one with an error is asked on; anything else that goes
 * wrong ends it. `tell` is told each answer as it comes. Never rejects.
 */
export async function predictRepeatedly(
  times: number,
  atATime: number,
  ask: () => Promise<Prediction>,
  tell: (prediction: Prediction) => void,
): Promise<Repeated> {
  const repeated: Repeated = { answered: [], failed: [], error: undefined };
  let asked = 0;
  const oneAfterTheOther = async () => {
    while (asked < times && repeated.error === undefined) {
      asked += 1;
      try {
        const prediction = await ask();
        repeated.answered.push(prediction);
        tell(prediction);
      } catch (error) {
        if (isOfTheModel(error)) repeated.failed.push(error);
        else repeated.error ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, times) }, oneAfterTheOther));
  return repeated;
}

function isOfTheModel(error: unknown): error is Failure {
  const codes: readonly number[] = [exitCodes.deploymentFailed, exitCodes.timedOut];
  return error instanceof Failure && codes.includes(error.exitCode);
}

export interface Latencies {
  min: number;
  median: number;
  p99: number;
}

/** Of at least one duration, by the nearest rank: each is a duration that was really measured. */
export function latencies(durations: readonly number[]): Latencies {
  const sorted = [...durations].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { min: rank(0), median: rank(0.5), p99: rank(0.99) };
}
