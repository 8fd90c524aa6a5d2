import { escapeTerminal } from '../text/escape.ts';

/** What is quoted of an input may be a whole file without a space. */
const LONGEST_WORD = 500;

/** A message for standard error: on one line, harmless to a terminal, and short enough to be read. */
export function errorText(message: string): string {
  return escapeTerminal(message).replaceAll(/\S+/g, (word) =>
    word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD / 5)}…${word.slice(-LONGEST_WORD / 10)}` : word,
  );
}
