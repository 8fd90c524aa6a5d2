import type { Advice } from './advice/advice.ts';

/** What the exit code of a command tells a script. The same table stands in the README and in --help. */
export const exitCodes = {
  done: 0,
  failed: 1,
  badInput: 2,
  clusterNotReady: 3,
  timedOut: 4,
  deploymentFailed: 5,
  sourceRefused: 6,
  different: 7,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * Something that can be expected to go wrong, told to a person: what was tried, on which object, what to do next.
 * Anything else that is thrown is a bug: see Ending.
 */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  /** What to do next, if there is something to say. */
  readonly hint: Advice | undefined;
  /** What else is known of it, a line each: an event, the end of a log. */
  readonly details: readonly Advice[];

  constructor(
    exitCode: ExitCode,
    message: string,
    options: { hint?: Advice | undefined; details?: readonly Advice[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = exitCode;
    this.hint = options.hint;
    this.details = options.details ?? [];
  }

  /**
   * What is said below the message: the details, and what to do next. A name that is quoted there may have ends of lines in it:
   * what follows them is indented, so that it looks like no line of ours.
   */
  get furtherLines(): Advice[] {
    const { hint = '' } = this;
    if (typeof hint !== 'string') return [...this.details, hint];
    const next = hint.split('\n').filter((line) => line !== '');
    return [...this.details, ...next.map((line, index) => (index === 0 ? line : `  ${line}`))];
  }
}

/** How an error is written: as kubectl does, which puts 'error: ' only before what does not say so itself. */
export function errorLine(message: string): string {
  return AS_IT_IS.test(message) ? message : `error: ${message}`;
}

const AS_IT_IS =
  /^(error: |Error from server|Unable to connect to the server|The connection to the server |The \S+ "[^"]*" is invalid)/;

/** Wrong usage or bad input: nothing was changed in the cluster. */
export class BadInput extends Failure {
  constructor(
    message: string,
    options: { hint?: Advice | undefined; details?: readonly Advice[]; cause?: unknown } = {},
  ) {
    super(exitCodes.badInput, message, options);
  }
}

/** The cluster cannot be used for this: unreachable, not allowed, or without Seldon Core. */
export class ClusterNotReady extends Failure {
  constructor(
    message: string,
    options: { hint?: Advice | undefined; details?: readonly Advice[]; cause?: unknown } = {},
  ) {
    super(exitCodes.clusterNotReady, message, options);
  }
}

/**
 * The command has to end before its time: the reason that the signal is aborted with. The user wants it, nobody reads
 * what it writes, or something went wrong that is not of its own doing.
 */
export class Interrupted extends Failure {
  /** Whether the user knows of it already: then nobody says it again. */
  readonly told: boolean;

  constructor(exitCode: ExitCode, message = 'interrupted', { told = false } = {}) {
    super(exitCode, message);
    this.told = told;
  }

  /** The same interruption, where it is known what it interrupts. */
  during(message: string): Interrupted {
    const { exitCode, told } = this;
    return new Interrupted(exitCode, told ? `${message}: ${this.message}` : message, { told });
  }
}

/** Whether it is an interruption that the user knows of already. */
export function isTold(error: unknown): boolean {
  return error instanceof Interrupted && error.told;
}

/** Ended because of another one that failed, where they are to end together. */
export class StoppedTogether extends Failure {}
