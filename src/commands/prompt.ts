import type { Readable } from 'node:stream';
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
  throw new BadInput(`${what} waits for Enter, and there is no terminal to press it on`, {
    hint: `Say for how long instead: ${instead}`,
  });
}

/** Each line of standard input, an empty one too, and its end, let everybody go on who waits by then. */
export function promptOn(program: Context): Prompt | undefined {
  if (!isInteractive(program)) return undefined;
  const { stdin } = program;
  const waiting = new Set<() => void>();
  const goOn = () => {
    for (const one of [...waiting]) one();
  };
  const onData = (chunk: Buffer | string) => {
    if (String(chunk).includes('\n')) goOn();
  };
  return (listener) => {
    if (waiting.size === 0) stdin.on('data', onData).on('end', goOn).resume();
    waiting.add(listener);
    return () => {
      waiting.delete(listener);
      if (waiting.size === 0) stdin.off('data', onData).off('end', goOn).pause();
    };
  };
}

function isTerminal(stdin: Readable): boolean {
  return 'isTTY' in stdin && stdin.isTTY === true;
}
