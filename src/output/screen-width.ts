import stringWidth from 'string-width';

/** What nearly all cells are made of, and the lines of a tree: each takes one column. */
const NARROW = /^[\x20-\x7e\u2500-\u257f]*$/;

/**
 * How many columns of a terminal a text takes: a Chinese character takes two, a colour none. The library compiles its pattern
 * of all emoji at the first text, which takes 1 ms of a command, and once more for a tree.
 */
export function screenWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}
