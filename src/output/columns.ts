import stringWidth from 'string-width';
import type { Output } from '../context.ts';
import { wrap } from '../text/wrap.ts';

const SMALLEST_WIDTH = 6;
const PADDING = 3;

/** A last cell with less room than this begins on the next line, where it has more. */
const LEAST_ROOM = 30;
const INDENT = 4;

/**
 * Lines cells up as kubectl's tables do (tabwriter with minwidth 6, padding 3): a column is as wide as its widest cell
 * so far and never gets narrower, so that rows which arrive later stay under the header. The last cell is not padded.
 * Widths are those on the screen: a Chinese character takes two columns, a colour none.
 *
 * Given the stream that it is written to, the last cell is broken at the width of the terminal and goes on below itself,
 * where kubectl leaves that to the terminal. Nothing is cut off: what matters of a message often stands at its end.
 */
export class Columns {
  readonly #widths: number[];
  readonly #stream: Output | undefined;

  /** With the width of what is to be expected in each column, the first rows stand right already. */
  constructor(expectedWidths: readonly number[] = [], stream?: Output) {
    this.#widths = expectedWidths.map((width) => width + PADDING);
    this.#stream = stream;
  }

  /** One row, without the end of its last line. */
  line(cells: readonly string[]): string {
    const last = cells.at(-1) ?? '';
    const padded = cells.slice(0, -1).map((cell, index) => {
      const columns = stringWidth(cell);
      const width = Math.max(SMALLEST_WIDTH, columns + PADDING, this.#widths[index] ?? 0);
      this.#widths[index] = width;
      return cell + ' '.repeat(width - columns);
    });
    return this.#fitted(padded.join(''), last);
  }

  #fitted(before: string, last: string): string {
    const { isTTY, columns = 0 } = this.#stream ?? {};
    const used = stringWidth(before);
    if (!isTTY || columns === 0 || used + stringWidth(last) <= columns) return before + last;
    const below = columns - used < LEAST_ROOM;
    const indent = below ? INDENT : used;
    const lines = wrap(last, Math.max(LEAST_ROOM, columns - indent)).join(`\n${' '.repeat(indent)}`);
    return below ? `${before.trimEnd()}\n${' '.repeat(indent)}${lines}` : before + lines;
  }
}
