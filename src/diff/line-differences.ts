/** A run of lines that were taken away and others that came in their place, as half-open ranges of line numbers from 0. */
export interface Change {
  from: { begin: number; end: number };
  to: { begin: number; end: number };
}

/**
 * The shortest way from some lines to others: what differs between them, in their order. By the greedy algorithm of Eugene
 * Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
 */
export function lineDifferences(from: readonly string[], to: readonly string[]): Change[] {
  const removed = new Array<boolean>(from.length).fill(false);
  const added = new Array<boolean>(to.length).fill(false);
  for (const { x, y, isRemoval } of edits(from, to)) {
    if (isRemoval) removed[x] = true;
    else added[y] = true;
  }
  settle(from, removed, added);
  settle(to, added, removed);
  return changesOf(removed, added);
}

/** The single edits, the last one first: the line x of `from` goes, or the line y of `to` comes. */
function edits(from: readonly string[], to: readonly string[]): { x: number; y: number; isRemoval: boolean }[] {
  const trace = furthestReaching(from, to);
  const found: { x: number; y: number; isRemoval: boolean }[] = [];
  let [x, y] = [from.length, to.length];
  for (let depth = trace.length - 1; depth > 0; depth -= 1) {
    const reached = trace[depth - 1] as Map<number, number>;
    const k = x - y;
    const isRemoval = !isDown(reached, k, depth);
    const before = isRemoval ? k - 1 : k + 1;
    const beforeX = reached.get(before) ?? 0;
    const beforeY = beforeX - before;
    found.push({ x: beforeX, y: beforeY, isRemoval });
    [x, y] = [beforeX, beforeY];
  }
  return found;
}

/** For each number of edits, how far each diagonal can be followed with them: x by k = x - y. */
function furthestReaching(from: readonly string[], to: readonly string[]): Map<number, number>[] {
  const trace: Map<number, number>[] = [];
  let reached = new Map<number, number>();
  for (let depth = 0; depth <= from.length + to.length; depth += 1) {
    const next = new Map<number, number>();
    for (let k = -depth; k <= depth; k += 2) {
      if (k < -to.length || k > from.length) continue;
      let x = depth === 0 ? 0 : isDown(reached, k, depth) ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < from.length && x - k < to.length && from[x] === to[x - k]) x += 1;
      next.set(k, x);
      if (x >= from.length && x - k >= to.length) return [...trace, next];
    }
    trace.push(next);
    reached = next;
  }
  return trace;
}

/** Whether the way to this diagonal comes from the one above it: by a line that is added. */
function isDown(reached: ReadonlyMap<number, number>, k: number, depth: number): boolean {
  if (k === -depth) return true;
  if (k === depth) return false;
  return (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1);
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
