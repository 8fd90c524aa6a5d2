import { screenWidth } from './screen-width.ts';

/**
 * What a table gives up where it is wider than the terminal: a column gets narrower, as little as it takes and down to
 * `to` columns of the screen, or it goes. `by` is how its cells are shortened: a name in its middle, if it is not given.
 */
export type Concession =
  | { column: string; to: number; by?: (cell: string, width: number) => string }
  | { column: string; leaveOut: true };

/** The widths of the columns, undefined of one that is left out, and of the blanks between them. */
export interface Layout {
  widths: readonly (number | undefined)[];
  padding: number;
}

/** As kubectl's tables have it, and where room is scarce. */
export const PADDING = 3;
const LEAST_PADDING = 2;
/** tabwriter's minwidth, of a column with its padding. */
const SMALLEST_WIDTH = 6;

/**
 * How the columns are laid out on a terminal of `room` columns, by their widest cells; as they are, where all of it fits.
 * No more concessions are made than it takes, in their order: where a column is left out, those beside it have its room.
 * `fits`: whether all of them are enough.
 */
export function layoutFor(
  header: readonly string[],
  widest: readonly number[],
  room: number,
  concessions: readonly Concession[] = [],
): Layout & { fits: boolean } {
  const asItIs = { widths: widest, padding: PADDING };
  if (total(asItIs) <= room) return { ...asItIs, fits: true };
  for (let made = 0; ; made++) {
    const layout = conceded(header, widest, room, concessions.slice(0, made));
    const fits = total(layout) <= room;
    if (fits || made === concessions.length) return { ...layout, fits };
  }
}

function conceded(
  header: readonly string[],
  widest: readonly number[],
  room: number,
  concessions: readonly Concession[],
): Layout {
  const leftOut = concessions.flatMap((one) => ('leaveOut' in one ? [one.column] : []));
  const widths = widest.map((width, index) => (leftOut.includes(header[index] ?? '') ? undefined : width));
  const layout = { widths, padding: LEAST_PADDING };
  for (const concession of concessions) {
    const index = header.indexOf(concession.column);
    const width = widths[index];
    const tooWide = total(layout) - room;
    if (!('to' in concession) || width === undefined || tooWide <= 0) continue;
    widths[index] = Math.min(width, Math.max(concession.to, width - tooWide));
  }
  return layout;
}

function total({ widths, padding }: Layout): number {
  const present = widths.filter((width) => width !== undefined);
  return present.reduce((sum, width, index) => sum + (index < present.length - 1 ? padded(width, padding) : width), 0);
}

/** The width of a column that is not the last. */
export function padded(width: number, padding: number): number {
  return Math.max(SMALLEST_WIDTH, width + padding);
}

/** The cells of a row as the layout has them. */
export function cellsFor(
  cells: readonly string[],
  header: readonly string[],
  { widths }: Layout,
  concessions: readonly Concession[] = [],
): string[] {
  return cells.flatMap((cell, index) => {
    const width = widths[index];
    if (width === undefined) return [];
    if (screenWidth(cell) <= width) return [cell];
    const concession = concessions.find((one) => one.column === header[index] && 'to' in one);
    if (!concession || !('to' in concession)) return [cell];
    const shorter = concession.by?.(cell, width) ?? cell;
    return [screenWidth(shorter) <= width ? shorter : inTheMiddle(shorter, width)];
  });
}

/** Of a name both ends tell something: whose it is, and which of several. */
export function inTheMiddle(text: string, width: number): string {
  const letters = [...text];
  const tail = beginning(letters.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  return `${beginning(letters, width - 1 - screenWidth(tail.join(''))).join('')}…${tail.join('')}`;
}

/** Of a sentence the beginning. */
export function atTheEnd(text: string, width: number): string {
  return `${beginning([...text], width - 1)
    .join('')
    .trimEnd()}…`;
}

/** So many letters as take at most `width` columns. */
function beginning(letters: readonly string[], width: number): string[] {
  let used = 0;
  const end = letters.findIndex((letter) => {
    used += screenWidth(letter);
    return used > width;
  });
  return letters.slice(0, end === -1 ? undefined : end);
}
