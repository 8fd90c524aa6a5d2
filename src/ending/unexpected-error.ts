import { issues, version } from '../version.ts';

/** What is said of a bug, in one line: what has happened, and how to report it. */
export function bugInWords(what: string, how: string): string {
  return `${what}: this is a bug in kubectl-seldon-lifecycle ${version}; ${how}: ${issues}`;
}

/**
 * What kind of error it is, by its class and its code. Its own message may quote what it stumbled over, a token or the
 * data of a Secret: only those are repeated of which it is known that they do not.
 */
export function unexpectedKind(error: unknown): string {
  if (!(error instanceof Error)) return 'unexpected error';
  const { name, message } = error;
  const { code } = error as NodeJS.ErrnoException;
  const [harmless] = HARMLESS.exec(message) ?? [];
  const more = [CODE.test(`${code}`) ? code : undefined, harmless].filter((part) => part !== undefined);
  const kind = NAME.test(name) ? name : 'error';
  return `unexpected ${kind}${more.length > 0 ? ` (${more.join(': ')})` : ''}`;
}

const NAME = /^[A-Z]\w{0,40}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,40}$/;
/** V8's messages that hold nothing but words of the program's own source. */
const HARMLESS =
  /^Cannot (read|set) properties of (undefined|null)|^[\w$.]{1,80} is not (a function|iterable|a constructor|defined)$|^Maximum call stack size exceeded$|^Invalid (string|array) length$/;

/** Of the stack only the places: before them stands the message, which may have lines that look like some. */
export function placesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { stack = '', message } = error;
  const begin = stack.indexOf(message);
  // What was thrown with another message than it has now is not shown.
  if (begin < 0) return [];
  return stack
    .slice(begin + message.length)
    .split('\n')
    .filter((line) => PLACE.test(line));
}

const PLACE = /^ {4}at \S/;
