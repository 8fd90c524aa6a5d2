import { diffArrays } from 'diff';

/**
 * More changed lines than these are not compared: the time for it grows with their square, and these take a second. Where
 * there are more, everything between the first and the last of them counts as changed.
 */
const MOST_CHANGED = 2_000;

/** A run of lines that were taken away and others that came in their place, as half-open ranges of line numbers from 0. */
export interface Change {
  from: { begin: number; end: number };
  to: { begin: number; end: number };
}

/**
 * The shortest way from some lines to others: what differs between them, in their order, where diff puts it.
 */
export function lineDifferences(from: readonly string[], to: readonly string[]): Change[] {
  const { removed, added } = changedLines(from, to);
  settle(from, removed, added);
  settle(to, added, removed);
  return changesOf(removed, added);
}

/** For each line of `from` whether it goes, for each of `to` whether it comes. */
function changedLines(from: readonly string[], to: readonly string[]): { removed: boolean[]; added: boolean[] } {
  const parts = diffArrays([...from], [...to], { maxEditLength: MOST_CHANGED });
  if (!parts) return allBetween(from, to);
  const removed = parts.flatMap((part) => (part.added ? [] : part.value.map(() => part.removed)));
  const added = parts.flatMap((part) => (part.removed ? [] : part.value.map(() => part.added)));
  return { removed, added };
}

/** All but the lines that both begin with, and those that both end with. */
function allBetween(from: readonly string[], to: readonly string[]): { removed: boolean[]; added: boolean[] } {
  const shorter = Math.min(from.length, to.length);
  let begin = 0;
  while (begin < shorter && from[begin] === to[begin]) begin += 1;
  let end = 0;
  while (end < shorter - begin && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  const between = (lines: readonly string[]) => lines.map((_, at) => at >= begin && at < lines.length - end);
  return { removed: between(from), added: between(to) };
}

/**
 * A run of changed lines could often as well stand elsewhere, as beside a line like its last. It is put as far down as it
 * goes, joined with every other run that it can reach, or back to where the other side has changed too: as diff does
 * (shift_boundaries of GNU diffutils), so that its readers see what they know.
 */
function settle(lines: readonly string[], changed: boolean[], other: readonly boolean[]): void {
  const changesAfter = changesAfterUnchanged(other);
  for (let at = 0; at < lines.length; at += 1) {
    if (changed[at]) at = new Run(lines, changed, at).settle(changesAfter);
  }
}

/** For how many unchanged lines a run of changed ones comes right after them. */
function changesAfterUnchanged(changed: readonly boolean[]): Set<number> {
  const found = new Set<number>();
  let unchanged = 0;
  for (const isChanged of changed) {
    if (isChanged) found.add(unchanged);
    else unchanged += 1;
  }
  return found;
}

/** A run of changed lines that can be moved. */
class Run {
  readonly #lines: readonly string[];
  readonly #changed: boolean[];
  #begin: number;
  #end: number;
  /** How many unchanged lines stand before it. */
  #before: number;

  constructor(lines: readonly string[], changed: boolean[], begin: number) {
    this.#lines = lines;
    this.#changed = changed;
    this.#begin = begin;
    this.#end = begin;
    this.#before = changed.slice(0, begin).filter((isChanged) => !isChanged).length;
    this.#join();
  }

  /** Answers its end. */
  settle(changesAfter: ReadonlySet<number>): number {
    let beside: number | undefined;
    let length: number;
    do {
      length = this.#end - this.#begin;
      while (this.#moveUp()) this.#join();
      beside = changesAfter.has(this.#before) ? this.#end : undefined;
      while (this.#moveDown()) {
        this.#join();
        if (changesAfter.has(this.#before)) beside = this.#end;
      }
    } while (this.#end - this.#begin !== length);
    while (beside !== undefined && this.#end > beside) this.#moveUp();
    return this.#end;
  }

  #moveUp(): boolean {
    if (this.#begin === 0 || this.#lines[this.#begin - 1] !== this.#lines[this.#end - 1]) return false;
    this.#begin -= 1;
    this.#end -= 1;
    this.#before -= 1;
    this.#changed[this.#begin] = true;
    this.#changed[this.#end] = false;
    return true;
  }

  #moveDown(): boolean {
    if (this.#end === this.#lines.length || this.#lines[this.#begin] !== this.#lines[this.#end]) return false;
    this.#changed[this.#begin] = false;
    this.#changed[this.#end] = true;
    this.#begin += 1;
    this.#end += 1;
    this.#before += 1;
    return true;
  }

  #join(): void {
    while (this.#begin > 0 && this.#changed[this.#begin - 1]) this.#begin -= 1;
    while (this.#changed[this.#end]) this.#end += 1;
  }
}

function changesOf(removed: readonly boolean[], added: readonly boolean[]): Change[] {
  const changes: Change[] = [];
  for (let x = 0, y = 0; x < removed.length || y < added.length; x += 1, y += 1) {
    const [beginX, beginY] = [x, y];
    while (removed[x]) x += 1;
    while (added[y]) y += 1;
    if (x > beginX || y > beginY) changes.push({ from: { begin: beginX, end: x }, to: { begin: beginY, end: y } });
  }
  return changes;
}
