import { getSystemErrorMap } from 'node:util';
import { type ExitCode, errorLine, exitCodes, Interrupted } from '../failures.ts';
import { errorText } from '../output/error-text.ts';
import { bugInWords, placesOf, unexpectedKind } from './unexpected-error.ts';

/** What the ending needs of the process. */
export interface EndingDeps {
  /** Writes a line to standard error. */
  tell(line: string): void;
  /** What -v says. */
  verbosity: number;
}

/**
 * How the program ends: what stops a command before its time, what is said of that, and the exit code. A command is
 * stopped by its signal and ends in order, since something of it may be in the cluster. What is not of its own doing is
 * told here, once, when it happens; the command says nothing more of it.
 */
export class Ending {
  readonly #stop = new AbortController();
  readonly #deps: EndingDeps;
  /** Of what is not the command's own doing; the first one counts. */
  #exitCode: ExitCode | undefined;

  constructor(deps: EndingDeps) {
    this.#deps = deps;
  }

  /** The command's. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The user wants it to end. False: that was known, and the process is to end at once, which is told. */
  interrupt(exitCode: typeof exitCodes.interrupted | typeof exitCodes.terminated): boolean {
    if (this.signal.aborted) {
      this.#deps.tell(errorLine(AT_ONCE));
      return false;
    }
    this.#stop.abort(new Interrupted(exitCode));
    return true;
  }

  /**
   * Something could not be written. Where whoever read it has gone, as head does, the command ends as if it had been
   * interrupted, and nobody has to be told.
   */
  outputFailed(output: 'standard output' | 'standard error', error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE') this.#end(exitCodes.interrupted, `nobody reads ${output}`);
    else this.#end(exitCodes.failed, `cannot write to ${output}: ${reasonOf(error)}`, { tell: true });
  }

  /** Thrown where nothing expects it. */
  unexpected(error: unknown): void {
    const withStack = this.#deps.verbosity >= STACK_LEVEL;
    const how = withStack ? 'report it with the lines below' : 'run it again with -v=4 to see where, and report it';
    const places = withStack ? placesOf(error) : [];
    this.#end(exitCodes.failed, bugInWords(unexpectedKind(error), how), { tell: true, places });
  }

  /** There is nothing left that the command could be waiting for, and it has not ended. */
  ranDry(): void {
    const what = 'unexpected end: the command waits for something that can no longer happen';
    this.#end(exitCodes.failed, bugInWords(what, 'report it with the output of -v=6'), { tell: true });
  }

  /** Of the whole program. A command that has done what it was to do has not, where something went wrong beside it. */
  exitCode(ofCommand: number): number {
    const isDone = ofCommand === exitCodes.done || ofCommand === exitCodes.different;
    return isDone ? (this.#exitCode ?? ofCommand) : ofCommand;
  }

  #end(exitCode: ExitCode, message: string, { tell = false, places = [] as readonly string[] } = {}): void {
    // What comes after it may come of it.
    if (this.#exitCode !== undefined) return;
    this.#exitCode = exitCode;
    if (tell) for (const line of [errorLine(errorText(message)), ...places]) this.#deps.tell(line);
    this.#stop.abort(new Interrupted(exitCode, message, { told: true }));
  }
}

const AT_ONCE =
  'stopped at once, without waiting and without clean-up: a change may be incomplete, and list shows what is left';

/** The level of -v from which a stack is shown. */
const STACK_LEVEL = 4;

/** In the system's words, without the name of its call. */
function reasonOf({ errno, message }: NodeJS.ErrnoException): string {
  const [, known] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return known ?? message;
}
