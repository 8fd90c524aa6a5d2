import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { BadInput } from '../failures.ts';
import type { Prompt } from '../lifecycle/step.ts';

/** Whether somebody is there to read a question and to answer it. */
export function isInteractive({ stdin, stderr }: Context): boolean {
  return isTerminal(stdin) && stderr.isTTY === true;
}

/** Throws BadInput where nobody could press Enter: it would hold for ever. */
export function refuseWithoutTerminal(program: Context, what: string, instead: string): void {
  if (isInteractive(program)) return;
  throw new BadInput(`${what} waits for Enter, but there is no terminal`, {
    hint: `Set a duration instead: ${instead}`,
  });
}

/** A line of standard input, an empty one too, is the answer of everybody who asks by then. */
export function promptOn(program: Context): Prompt | undefined {
  if (!isInteractive(program)) return undefined;
  const { stdin } = program;
  const readers = new Set<Reader>();
  const onData = (chunk: Buffer | string) => {
    for (const reader of [...readers]) reader.data(String(chunk));
  };
  // A terminal that is gone is an error to read.
  const onEnd = () => {
    for (const reader of [...readers]) reader.end();
  };
  const read = (reader: Reader) => {
    if (readers.size === 0) stdin.on('data', onData).on('end', onEnd).on('error', onEnd).resume();
    readers.add(reader);
    return () => {
      if (!readers.delete(reader) || readers.size > 0) return;
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd).pause();
    };
  };
  return {
    async discardTyped() {
      let quietTurns = 0;
      const stop = read({
        data: () => {
          quietTurns = 0;
        },
        end: () => {},
      });
      for (; quietTurns < QUIET_TURNS; quietTurns += 1) await setImmediate();
      stop();
    },
    onAnswer(listener) {
      const answer = (one: 'enter' | 'ended') => {
        stop();
        listener(one);
      };
      const stop = read({
        data: (text) => {
          if (text.includes('\n')) answer('enter');
        },
        end: () => answer('ended'),
      });
      if (stdin.readableEnded || stdin.destroyed) queueMicrotask(() => answer('ended'));
      return stop;
    },
  };
}

interface Reader {
  data(text: string): void;
  end(): void;
}

/** A turn of the event loop reads what a terminal has: one line of it. Several, since reading may begin in the next one only. */
const QUIET_TURNS = 4;

function isTerminal(stdin: Readable): boolean {
  return 'isTTY' in stdin && stdin.isTTY === true;
}
