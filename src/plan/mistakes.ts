import type { Advice } from '../advice/advice.ts';
import { BadInput } from '../failures.ts';
import { at, type FieldPath, type PositionOf } from '../manifests/manifest.ts';
import { nearestWord } from '../text/nearest-word.ts';

interface Mistake {
  line: number;
  column: number;
  text: Advice;
}

/** So many mistakes are told. */
const MOST = 50;
/** As many words are offered. */
const MOST_WORDS = 50;

/** Everything that is wrong with a plan, to be told at once, in the order of the file. */
export class Mistakes {
  readonly #file: string;
  readonly #positionOf: PositionOf;
  readonly #found: Mistake[] = [];
  readonly #places = new Set<string>();

  constructor(file: string, positionOf: PositionOf) {
    this.#file = file;
    this.#positionOf = positionOf;
  }

  /** Throws BadInput where there are very many. */
  add(path: FieldPath, problem: string, part: 'key' | 'value' = 'value'): void {
    const position = this.#positionOf(path, part);
    const { line, column } = position;
    for (let length = 0; length <= path.length; length += 1) this.#places.add(JSON.stringify(path.slice(0, length)));
    this.#found.push({ line, column, text: `${at(position)}: ${problem}` });
    // Nobody reads more, and to find the place of each takes time.
    if (this.#found.length === MOST) this.throwAny();
  }

  /** About something outside the file: a flag, another file. */
  addElsewhere(text: Advice): void {
    this.#found.push({ line: Number.POSITIVE_INFINITY, column: 0, text });
  }

  /** Whether something was found at this path or below it. */
  isIn(path: FieldPath): boolean {
    return this.#places.has(JSON.stringify(path));
  }

  /** Throws BadInput that tells all of them, if there are any. */
  throwAny(): void {
    const inOrder = this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column);
    if (inOrder.length === 0) return;
    const least = inOrder.length >= MOST ? 'at least ' : '';
    const count = inOrder.length === 1 ? 'is a mistake' : `are ${least}${inOrder.length} mistakes`;
    throw new BadInput(`there ${count} in the plan ${this.#file}`, {
      details: inOrder.map(({ text }) => text),
      hint: 'Nothing was changed. To see what a plan can contain: kubectl seldon-lifecycle plan schema',
    });
  }
}

/** 'did you mean "apply"?', or the words that there are. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const nearest = nearestWord(typed, words);
  return nearest === undefined
    ? `expected one of ${words.slice(0, MOST_WORDS).join(', ')}`
    : `did you mean "${nearest}"?`;
}
