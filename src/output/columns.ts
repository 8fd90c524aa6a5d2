const SMALLEST_WIDTH = 6;
const PADDING = 3;

/**
 * Lines cells up as kubectl's tables do (tabwriter with minwidth 6, padding 3): a column is as wide as its widest cell
 * so far and never gets narrower, so that rows which arrive later stay under the header. The last cell is not padded.
 */
export class Columns {
  readonly #widths: number[];

  /** With the width of what is to be expected in each column, the first rows stand right already. */
  constructor(expectedWidths: readonly number[] = []) {
    this.#widths = expectedWidths.map((width) => width + PADDING);
  }

  /** One line, without its end. */
  line(cells: readonly string[]): string {
    const padded = cells.map((cell, index) => {
      if (index === cells.length - 1) return cell;
      const width = Math.max(SMALLEST_WIDTH, cell.length + PADDING, this.#widths[index] ?? 0);
      this.#widths[index] = width;
      return cell.padEnd(width);
    });
    return padded.join('');
  }
}
