import { type Change, lineDifferences } from './line-differences.ts';

/** How many lines are shown around a change. */
const CONTEXT = 3;

/**
 * What differs between two texts of whole lines, in the unified format (POSIX diff -u), without the lines that name the
 * files; empty where nothing does.
 */
export function unifiedDiff(from: string, to: string): string {
  const [fromLines, toLines] = [splitLines(from), splitLines(to)];
  return hunksOf(lineDifferences(fromLines, toLines))
    .map((hunk) => hunkText(hunk, fromLines, toLines))
    .join('');
}

/** Changes whose surroundings touch stand in one hunk. */
function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last && change.from.begin - last.from.end <= 2 * CONTEXT) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkText(hunk: readonly Change[], from: readonly string[], to: readonly string[]): string {
  const [first, last] = [hunk[0] as Change, hunk.at(-1) as Change];
  const before = Math.min(CONTEXT, first.from.begin);
  const after = Math.min(CONTEXT, from.length - last.from.end);
  const lines: string[] = [];
  let at = first.from.begin - before;
  for (const change of hunk) {
    lines.push(...from.slice(at, change.from.begin).map((line) => ` ${line}`));
    lines.push(...from.slice(change.from.begin, change.from.end).map((line) => `-${line}`));
    lines.push(...to.slice(change.to.begin, change.to.end).map((line) => `+${line}`));
    at = change.from.end;
  }
  lines.push(...from.slice(at, at + after).map((line) => ` ${line}`));
  const ofFrom = range(first.from.begin - before, last.from.end + after);
  const ofTo = range(first.to.begin - before, last.to.end + after);
  return `@@ -${ofFrom} +${ofTo} @@\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** Line numbers from 1; an empty range is said by the line before it. */
function range(begin: number, end: number): string {
  const count = end - begin;
  if (count === 1) return String(begin + 1);
  return `${count === 0 ? begin : begin + 1},${count}`;
}

function splitLines(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}
