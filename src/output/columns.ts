import type { Output } from '../context.ts';
import { type Concession, cellsFor, type Layout, layoutFor, PADDING, padded } from './fit.ts';
import { screenWidth } from './screen-width.ts';

/** A last cell with less room than this begins on the next line, where it has more. */
const LEAST_ROOM = 30;
const INDENT = 4;

/** How a table fits a terminal: by the names of its columns, and what they give up where it is narrow. */
export interface Fit {
  header: readonly string[];
  concessions: readonly Concession[];
}

/**
 * Lines cells up as kubectl's tables do (tabwriter with minwidth 6, padding 3): a column is as wide as its widest cell
 * so far and never gets narrower, so that rows which arrive later stay under the header. The last cell is not padded.
 * Widths are those on the screen: a Chinese character takes two columns, a colour none.
 *
 * Given the stream that it is written to, and a fit, the table fits that terminal: columns are shortened or left out. The
 * last cell, where it is not one of these, is broken at the width of the terminal and goes on below itself: what matters of
 * a message often stands at its end. Where it is no terminal, nothing is cut off.
 */
export class Columns {
  readonly #widths: number[];
  /** With expected widths, the terminal decides from the first row on how wide what is shortened may be. */
  readonly #expected: readonly number[];
  readonly #stream: Output | undefined;
  readonly #fit: Fit;

  /** With the width of what is to be expected in each column, the first rows stand right already. */
  constructor(expectedWidths: readonly number[] = [], stream?: Output, fit: Fit = { header: [], concessions: [] }) {
    this.#expected = expectedWidths;
    this.#widths = [...expectedWidths];
    this.#stream = stream;
    this.#fit = fit;
  }

  /** One row, without the end of its last line. */
  line(cells: readonly string[]): string {
    this.#widen(cells);
    return this.#drawn(cells, this.#layout(undefined));
  }

  /** Rows that are there at once: every column is as wide as its widest cell from the first line on. */
  lines(rows: readonly (readonly string[])[]): string[] {
    for (const row of rows) this.#widen(row);
    const last = Math.max(0, ...rows.map((row) => screenWidth(row.at(-1) ?? '')));
    const layout = this.#layout(last);
    return rows.map((row) => this.#drawn(row, layout));
  }

  #widen(cells: readonly string[]): void {
    for (const [index, cell] of cells.slice(0, -1).entries()) {
      const mayGrow = this.#room === undefined || this.#expected[index] === undefined || !this.#isShortened(index);
      if (mayGrow) this.#widths[index] = Math.max(screenWidth(cell), this.#widths[index] ?? 0);
    }
  }

  #isShortened(index: number): boolean {
    return this.#fit.concessions.some(({ column }) => column === this.#fit.header[index]);
  }

  /** Of the terminal; undefined where it is none, or has no size. */
  get #room(): number | undefined {
    const { isTTY, columns = 0 } = this.#stream ?? {};
    return isTTY && columns > 0 ? columns : undefined;
  }

  #layout(widestLast: number | undefined): Layout {
    const room = this.#room;
    const { header, concessions } = this.#fit;
    const asItIs = { widths: [...this.#widths, Number.POSITIVE_INFINITY], padding: PADDING };
    if (room === undefined || concessions.length === 0) return asItIs;
    const last = this.#isShortened(header.length - 1)
      ? (widestLast ?? LEAST_ROOM)
      : Math.min(LEAST_ROOM, widestLast ?? LEAST_ROOM);
    const beside = layoutFor(header, [...this.#widths, last], room, concessions);
    if (beside.fits || this.#isShortened(header.length - 1)) return beside;
    // The last cells go below.
    const below = layoutFor(header.slice(0, -1), this.#widths, room, concessions);
    return { ...below, widths: [...below.widths, last] };
  }

  #drawn(cells: readonly string[], layout: Layout): string {
    const { header, concessions } = this.#fit;
    const isLastCut = this.#isShortened(header.length - 1);
    const shown = cellsFor(isLastCut ? cells : cells.slice(0, -1), header, layout, concessions);
    const last = isLastCut ? (shown.pop() ?? '') : (cells.at(-1) ?? '');
    const widths = layout.widths.filter((width) => width !== undefined);
    const before = shown.map((cell, index) => {
      const width = padded(Math.max(widths[index] ?? 0, screenWidth(cell)), layout.padding);
      return cell + ' '.repeat(width - screenWidth(cell));
    });
    return isLastCut ? before.join('') + last : this.#fitted(before.join(''), last);
  }

  #fitted(before: string, last: string): string {
    const room = this.#room;
    const used = screenWidth(before);
    if (room === undefined || used + screenWidth(last) <= room) return before + last;
    const below = room - used < LEAST_ROOM;
    const indent = below ? INDENT : used;
    const lines = wrap(last, Math.max(LEAST_ROOM, room - indent)).join(`\n${' '.repeat(indent)}`);
    return below ? `${before.trimEnd()}\n${' '.repeat(indent)}${lines}` : before + lines;
  }
}

/** Breaks a text into lines of at most so many columns of the screen: between words where it can. */
function wrap(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (screenWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else {
      const pieces = broken(word, columns);
      if (line === '') lines.pop();
      lines.push(...pieces);
    }
  }
  return lines;
}

/** One word, which may be longer than a line. */
function broken(word: string, columns: number): string[] {
  const pieces = [''];
  for (const character of word) {
    const piece = (pieces.at(-1) ?? '') + character;
    if (screenWidth(piece) <= columns) pieces[pieces.length - 1] = piece;
    else pieces.push(character);
  }
  return pieces;
}
