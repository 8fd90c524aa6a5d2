import type { Readable } from 'node:stream';
import type { Invocation } from './advice/invocation.ts';
import type { Clock } from './clock.ts';

/** A stream to write to; `isTTY` is set when a person looks at it. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  /** Of the terminal; 0 where it is one that nobody has given a size. */
  columns?: number;
  rows?: number;
}

export const colourChoices = ['auto', 'always', 'never'] as const;
/** What --color says. */
export type ColourChoice = (typeof colourChoices)[number];

/** All that a command may use of the world outside. Standard input may be opened only when it is asked for. */
export interface Context {
  stdin: Readable;
  stdout: Output;
  stderr: Output;
  env: Readonly<Record<string, string | undefined>>;
  /** What --color says; 'auto' if it says nothing. */
  color?: ColourChoice;
  /** What the command line says of the connection; nothing, if it is not said. */
  invocation?: Invocation;
  clock: Clock;
  /** When the command began, in milliseconds since 1970; now, if it is not given. */
  begun?: number;
  /** Aborted, with an Interrupted as the reason, when the program is to end. */
  signal: AbortSignal;
  /** Names the program, its version and platform to the API server. */
  userAgent: string;
}

/** The same with more in it, and without asking for anything that nobody has asked for yet. */
export function withMore(context: Context, more: Partial<Context>): Context {
  const descriptors = { ...Object.getOwnPropertyDescriptors(context), ...Object.getOwnPropertyDescriptors(more) };
  return Object.defineProperties({}, descriptors) as Context;
}
