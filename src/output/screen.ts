import type { Output } from '../context.ts';
import { screenWidth } from './screen-width.ts';

/** Shows something that changes: on a terminal each time in the place of what was there, elsewhere one after the other. */
export class Screen {
  readonly #stdout: Output;
  #shown: string | undefined;

  constructor(stdout: Output) {
    this.#stdout = stdout;
  }

  /**
   * What changes with each second, as ages, is shown on a terminal only: there `show` is to be called each second.
   * `asBefore` is what has to change for it to be worth showing again elsewhere.
   */
  show(text: string, asBefore: string = text): void {
    const isTerminal = this.#stdout.isTTY === true;
    const isSame = this.#shown === (isTerminal ? text : asBefore);
    if (isSame) return;
    const isFirst = this.#shown === undefined;
    this.#shown = isTerminal ? text : asBefore;
    // To the top left corner; what is below goes first, and then what is behind each line, since all of it at once would
    // flicker: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
    if (isTerminal) {
      const erased = text.replaceAll('\n', '\u001b[K\n');
      this.#stdout.write(`\u001b[H${isFirst ? '\u001b[2J' : ''}${erased}\u001b[J`);
    } else this.#stdout.write(`${isFirst ? '' : '\n'}${text}`);
  }
}

/**
 * Of a table and of the lines below it so many as a terminal shows, with one row left for where it writes next: the table
 * is cut, since what is below it says why. Elsewhere, all of them.
 */
export function cutToScreen(
  table: readonly string[],
  below: readonly string[],
  { isTTY, rows = 0, columns = 0 }: Output,
): string[] {
  if (!isTTY || rows === 0 || columns === 0) return [...table, ...below];
  const height = (lines: readonly string[]) =>
    lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(screenWidth(line) / columns)), 0);
  if (height([...table, ...below]) < rows) return [...table, ...below];
  const room = Math.max(LEAST_TABLE, rows - 2 - height(below));
  const shown = table.slice(0, room);
  const left = table.length - shown.length;
  const more = left > 0 ? [`… and ${left} more (without --watch, all are shown)`] : [];
  const free = rows - 1 - shown.length - more.length;
  const lines = [...below];
  while (lines.length > 0 && height(lines) > free) lines.pop();
  return [...shown, ...more, ...lines];
}

/** So much of a table is always shown. */
const LEAST_TABLE = 5;
