import type { Advice } from '../src/advice/advice.ts';
import { PLAIN_INVOCATION } from '../src/advice/invocation.ts';
import { writtenAdvice } from '../src/advice/written-advice.ts';

/** As after a command line without flags of the connection. */
export function written(advice: Advice): string {
  return writtenAdvice(advice, PLAIN_INVOCATION);
}

/** Throws the error with its hint as a person reads it. */
export function throwWritten(error: { hint?: Advice | undefined }): never {
  throw Object.assign(error, { hint: error.hint && written(error.hint) });
}
