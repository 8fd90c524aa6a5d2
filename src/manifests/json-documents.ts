import { inputLimits, TooMuchInput, tooDeep } from '../reading/input-limits.ts';
import type { ReadingBudget } from '../reading/reading-budget.ts';
import type { ReadDocument } from './document.ts';
import { at, type FieldPath, type Position, type PositionOf } from './manifest.ts';
import { Misread } from './mistakes.ts';
import { offsetPositions } from './offset-positions.ts';
import { templateAround } from './template.ts';

/**
 * JSON documents, one or several after the other with nothing or space between them, as kubectl takes them. Undefined
 * where the text is not JSON, and may be YAML. Throws Misread for JSON that breaks off or is wrong after a first whole
 * document, for keys that stand twice, for what is nested too deep, and TooMuchInput where there is more than the budget has.
 */
export function jsonDocuments(text: string, file: string, budget: ReadingBudget): ReadDocument[] | undefined {
  const positionAt = offsetPositions(text, file);
  const documents: ReadDocument[] = [];
  let start = spaceEnd(text, 0);
  if (text[start] !== '{' && text[start] !== '[') return undefined;
  while (start < text.length) {
    const begin = start;
    let end: number;
    const scan = new JsonScan(text, [], budget);
    try {
      end = scan.value(begin);
      const tooMuch = budget.take('letters', end - begin);
      if (tooMuch) throw new TooMuchJson(tooMuch, begin);
    } catch (problem) {
      if (problem instanceof TooMuchJson) {
        throw new TooMuchInput(`${at(positionAt(problem.offset))}: ${problem.message}`, { cause: problem });
      }
      if (!(problem instanceof JsonProblem)) throw problem;
      // What begins with { may be a map of YAML, and --- may follow it. To YAML, comments of JSON would be keys.
      const isComment = /^\/[/*]/.test(text.slice(problem.offset, problem.offset + 2));
      const mayBeYaml = documents.length === 0 || text[begin] === '-';
      if (mayBeYaml && !problem.final && !isComment) return undefined;
      const position = positionAt(problem.offset);
      const why = isComment ? 'JSON has no comments' : problem.message;
      throw new Misread({ position, problem: why, ...templateAround(text, position) }, problem);
    }
    documents.push({
      content: JSON.parse(text.slice(begin, end)),
      // Each time anew: places are asked for only where something is wrong.
      positionOf: (path, part) => positionAt(new JsonScan(text, path).offsetOf(begin, part ?? 'value')),
      itemsAt: (path) =>
        new JsonScan(text, path).itemOffsets(begin).map(
          (offset): PositionOf =>
            (below, part) =>
              positionAt(new JsonScan(text, below).offsetOf(offset, part ?? 'value')),
        ),
    });
    start = spaceEnd(text, end);
  }
  return documents;
}

/**
 * What is wrong in a text that is to be one JSON value, and where; undefined: nothing. Nothing is made of it, so that the
 * text itself is all that it takes. Keys may stand twice: whoever reads it decides which one counts.
 */
export function jsonProblem(text: string, file: string): { position: Position; problem: string } | undefined {
  const positionAt = offsetPositions(text, file);
  try {
    const scan = new JsonScan(text);
    scan.uniqueKeys = false;
    const end = spaceEnd(text, scan.value(spaceEnd(text, 0)));
    return end === text.length ? undefined : { position: positionAt(end), problem: 'unexpected text after its end' };
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return { position: positionAt(error.offset), problem: error.message };
  }
}

class JsonProblem extends Error {
  readonly offset: number;
  /** It is wrong in YAML too. */
  readonly final: boolean;

  constructor(message: string, offset: number, final = false) {
    super(message);
    this.offset = offset;
    this.final = final;
  }
}

class TooMuchJson extends JsonProblem {}

interface Around {
  /** The keys so far of an object; undefined: it is a list. */
  keys: Set<string> | undefined;
  /** The key or index of the value that comes next, or came last; undefined: none has come. */
  part: string | number | undefined;
  /** It is what is looked for, or above it. */
  isOnPath: boolean;
}

/** Goes through one JSON value without recursion, so that no depth of it can exhaust the stack. */
class JsonScan {
  readonly #text: string;
  readonly #wanted: FieldPath;
  readonly #stack: Around[] = [];
  #found: { key: number; value: number; depth: number } | undefined;
  /** Where the items of the wanted list begin. */
  readonly #items: number[] = [];
  uniqueKeys = true;
  /** What counts the values, those inside of others too. */
  readonly #budget: ReadingBudget | undefined;

  constructor(text: string, wanted: FieldPath = [], budget?: ReadingBudget) {
    this.#text = text;
    this.#wanted = wanted;
    this.#budget = budget;
  }

  /** The offset behind the value that begins at `start`. Throws JsonProblem. */
  value(start: number): number {
    const text = this.#text;
    let offset = this.#begin(start, start);
    while (this.#stack.length > 0) {
      const around = this.#stack.at(-1) as Around;
      offset = spaceEnd(text, offset);
      const closing = around.keys ? '}' : ']';
      const isFirst = around.part === undefined;
      if (text[offset] === closing) {
        this.#stack.pop();
        offset += 1;
        continue;
      }
      if (!isFirst) {
        if (text[offset] !== ',') throw new JsonProblem(`expected , or ${closing}`, offset);
        offset = spaceEnd(text, offset + 1);
      }
      let key = offset;
      if (around.keys) {
        const end = this.#string(offset);
        const name: string = JSON.parse(text.slice(offset, end));
        if (around.keys.has(name)) throw new JsonProblem('Map keys must be unique', offset, true);
        if (this.uniqueKeys) around.keys.add(name);
        around.part = name;
        offset = spaceEnd(text, end);
        if (text[offset] !== ':') throw new JsonProblem('expected :', offset);
        offset = spaceEnd(text, offset + 1);
      } else {
        around.part = isFirst ? 0 : (around.part as number) + 1;
        key = offset;
      }
      offset = this.#begin(offset, key);
    }
    return offset;
  }

  /** Where the wanted value stands, or its key; the nearest one above where it is not there. */
  offsetOf(start: number, part: 'key' | 'value'): number {
    this.value(start);
    const found = this.#found;
    if (!found) return start;
    return part === 'key' && found.depth === this.#wanted.length ? found.key : found.value;
  }

  itemOffsets(start: number): readonly number[] {
    this.value(start);
    return this.#items;
  }

  /** Steps into a list or object, or over a scalar. */
  #begin(offset: number, key: number): number {
    const text = this.#text;
    const tooMuch = this.#budget?.take('values', 1);
    if (tooMuch) throw new TooMuchJson(tooMuch, offset);
    const depth = this.#stack.length;
    const around = this.#stack.at(-1);
    const isOnPath = around === undefined || (around.isOnPath && around.part === this.#wanted[depth - 1]);
    if (isOnPath) this.#found = { key, value: offset, depth };
    if (around?.isOnPath && !around.keys && depth === this.#wanted.length + 1) this.#items.push(offset);
    if (text[offset] === '{' || text[offset] === '[') {
      if (depth >= inputLimits.depth) throw new JsonProblem(tooDeep, offset, true);
      this.#stack.push({ keys: text[offset] === '{' ? new Set() : undefined, part: undefined, isOnPath });
      return offset + 1;
    }
    if (text[offset] === '"') return this.#string(offset);
    SCALAR.lastIndex = offset;
    const scalar = SCALAR.exec(text);
    if (!scalar) throw new JsonProblem('expected a value', offset);
    return offset + scalar[0].length;
  }

  #string(begin: number): number {
    const text = this.#text;
    if (text[begin] !== '"') throw new JsonProblem('expected a key in double quotes', begin);
    let offset = begin + 1;
    for (;;) {
      const code = text.charCodeAt(offset);
      if (code === 0x22) return offset + 1;
      if (Number.isNaN(code) || code < 0x20) throw new JsonProblem('a string in double quotes is not closed', begin);
      if (code === 0x5c) {
        ESCAPE.lastIndex = offset;
        const escaped = ESCAPE.exec(text);
        if (!escaped) throw new JsonProblem('unknown escape', offset);
        offset += escaped[0].length;
      } else offset += 1;
    }
  }
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const SPACE = /[ \t\r\n]*/y;

function spaceEnd(text: string, offset: number): number {
  SPACE.lastIndex = offset;
  return offset + (SPACE.exec(text)?.[0].length ?? 0);
}
