import Table from 'cli-table3';
import type { Output } from '../context.ts';
import { type Concession, cellsFor, layoutFor } from './fit.ts';
import { screenWidth } from './screen-width.ts';

/**
 * The lines of a table that is printed at once, as kubectl draws it: no lines between the cells, and the last one is not
 * padded. The first row is its header; on a terminal it fits that by its concessions. For short tables: the time that
 * cli-table3 takes grows with the square of the rows, so those of a whole cluster are Columns.
 */
export function table(
  rows: readonly (readonly string[])[],
  { stdout, concessions }: { stdout?: Output | undefined; concessions?: readonly Concession[] } = {},
): string[] {
  const [header = []] = rows;
  const widest = header.map((_, index) => Math.max(...rows.map((row) => screenWidth(row[index] ?? ''))));
  const room = stdout?.isTTY && stdout.columns ? stdout.columns : Number.POSITIVE_INFINITY;
  const layout = layoutFor(header, widest, room, concessions);
  const fitted = rows.map((row) => cellsFor(row, header, layout, concessions));
  const padded = new Table({
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': layout.padding },
  });
  padded.push(...fitted.map((row) => row.slice(0, -1)));
  return padded
    .toString()
    .split('\n')
    .map((line, index) => line + fitted[index]?.at(-1));
}

const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((place) => [place, '']),
);
