import type { Advice } from '../advice/advice.ts';
import { PLAIN_INVOCATION } from '../advice/invocation.ts';
import { writtenAdvice } from '../advice/written-advice.ts';
import type { Context } from '../context.ts';
import { errorText } from '../output/error-text.ts';
import { wrapped } from '../output/wrapped.ts';

/** Writes a line to standard error: standard output is for what was asked for. */
export function say({ stderr }: Pick<Context, 'stderr'>, line: string): void {
  stderr.write(`${wrapped(errorText(line), stderr)}\n`);
}

export function warn(program: Context, text: Advice): void {
  say(program, `Warning: ${written(program, text)}`);
}

/** For the user to read, with commands that act where this one does. */
export function written({ invocation = PLAIN_INVOCATION }: Context, advice: Advice): string {
  return writtenAdvice(advice, invocation);
}
