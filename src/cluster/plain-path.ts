import { exitCodes, Failure } from '../failures.ts';

/**
 * A path below the server's address whose parts stay what they are. Names in it may come from an annotation or an answer:
 * with .. or a ? in one of them a request would reach something else than what was meant, with the rights of the user.
 * Throws Failure.
 */
export function plainPath(path: string): string {
  const strange = path
    .split('/')
    .slice(1)
    .find((part) => !PART.test(part) || part === '.' || part === '..');
  if (strange === undefined) return path;
  throw new Failure(exitCodes.badInput, `"${strange}" is not a valid name: no object on the server can have it`);
}

/** What stands in a path as it is (RFC 3986, pchar), and escapes but for those of . / and \, which could be undone. */
const PART = /^(?:[\w.~:@!$&'()*+,;=-]|%(?!2e|2f|5c)[\da-f]{2})+$/i;
